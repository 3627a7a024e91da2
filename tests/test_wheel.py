"""An installed package, without a clone beside it, has what the Excel add-in and the Calc add-in need."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASK = """
from bvnexus_xl.calc.addin import write_oxt
from bvnexus_xl.excel.addin_build import xl_folder
from pathlib import Path
write_oxt(Path("functions.oxt"))
print(xl_folder())
"""


def test_wheel_carries_the_add_in_and_finds_it(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("bvnexus_xl", "xl"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md"):
        shutil.copy(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "-w", str(tmp_path), str(source)], check=True)
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as package:
        package.extractall(tmp_path / "installed")
    found = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Path(found.stdout.strip())
    assert folder == tmp_path / "installed" / "bvnexus_xl" / "xl"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"bvnexus.xlam", "bvnexus_template.xlsm", "ribbon.xml", "vba/bvNexusRibbon.bas"} <= names
    assert (tmp_path / "functions.oxt").is_file()
