"""Installing puts files where Excel looks, keeps what was there, and is undone whole."""

from pathlib import Path

import pytest

from bvnexus_xl.errors import AddinError
from bvnexus_xl.excel.addin_build import ADDIN_NAME, TEMPLATE_NAME
from bvnexus_xl.excel.install import configured_interpreter, install, status, uninstall
from bvnexus_xl.excel.places import places

PYTHON = Path(__file__)


@pytest.fixture
def built(tmp_path):
    folder = tmp_path / "xl"
    folder.mkdir()
    (folder / ADDIN_NAME).write_bytes(b"addin")
    (folder / TEMPLATE_NAME).write_bytes(b"template")
    return folder


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def where(platform, home):
    return places(platform, {"APPDATA": str(home / "AppData" / "Roaming")}, home)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_install_then_uninstall_leaves_the_home_as_it_was(platform, built, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    there = where(platform, home)
    said = install(built, there, PYTHON)
    assert there.addin.read_bytes() == b"addin"
    assert there.template.read_bytes() == b"template"
    assert configured_interpreter(there) == PYTHON
    assert any(str(there.addin) in line for line in said)
    assert all("not " not in line for line in status(built, there))
    uninstall(there)
    assert files(home) == []


def test_windows_and_mac_folders_are_those_excel_reads():
    home = Path("home")
    windows, mac = where("win32", home), where("darwin", home)
    assert windows.addin.as_posix() == "home/AppData/Roaming/Microsoft/Excel/XLSTART/bvnexus.xlam"
    assert windows.config.as_posix() == "home/.bvnexus/bvnexus.conf"
    assert "User Content.localized/Startup.localized/Excel" in mac.addin.as_posix()
    assert mac.config.as_posix() == "home/Library/Containers/com.microsoft.Excel/Data/bvnexus.conf"


def test_a_script_that_was_there_before_is_kept(built, tmp_path):
    there = where("darwin", tmp_path)
    install(built, there, PYTHON)
    script = next(there.script_folder.iterdir())
    uninstall(there)
    script.write_bytes(b"another program's")
    install(built, there, PYTHON)
    uninstall(there)
    assert script.read_bytes() == b"another program's"


def test_installing_twice_is_still_undone_whole(built, tmp_path):
    home = tmp_path / "home"
    there = where("darwin", home)
    install(built, there, PYTHON)
    install(built, there, PYTHON)
    uninstall(there)
    assert files(home) == []


def test_status_says_when_the_build_is_newer_and_when_python_is_gone(built, tmp_path):
    there = where("win32", tmp_path / "home")
    install(built, there, tmp_path / "no-python")
    (built / ADDIN_NAME).write_bytes(b"newer")
    said = "\n".join(status(built, there))
    assert "differs from the one built" in said
    assert "is gone" in said


def test_without_a_build_or_without_excel_the_message_says_what_to_do(tmp_path):
    with pytest.raises(AddinError, match="addin build"):
        install(tmp_path, where("win32", tmp_path), PYTHON)
    with pytest.raises(AddinError, match="Windows and on a Mac"):
        places("linux", {}, tmp_path)


def test_uninstall_without_installation_says_so(tmp_path):
    assert uninstall(where("win32", tmp_path)) == ["Nothing to remove: the add-in is not installed"]
