"""``python tests/run.py`` works in the right environment and stops at the first failing check."""

import runpy
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parent / "run.py"


@pytest.fixture
def runner(monkeypatch):
    """The script's functions, its programs replaced by a list of what would run."""
    functions = runpy.run_path(str(RUN))
    ran: list[tuple[str, ...]] = []
    codes: dict[str, int] = {}

    def record(python: Path, *command: str) -> int:
        ran.append(command)
        return codes.get(command[0], 0)

    monkeypatch.setitem(functions["main"].__globals__, "run", record)
    return functions, ran, codes


@pytest.fixture
def environment(tmp_path, monkeypatch):
    folder = tmp_path / "environment"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    python.parent.mkdir(parents=True)
    python.write_text("", encoding="utf-8")
    monkeypatch.setenv("BVNEXUS_VENV", str(folder))
    return folder


def test_the_named_environment_goes_before_the_active_one_and_that_before_our_own(runner):
    choose, checkout = runner[0]["environment_folder"], RUN.parents[1]
    active = Path(sys.prefix)
    assert choose({"BVNEXUS_VENV": ".venv-ci"}, active) == checkout / ".venv-ci"
    assert choose({"BVNEXUS_VENV": ""}, active) == active
    assert choose({}, None) == checkout / ".venv"


def test_installs_once_then_checks_then_tests_with_the_given_arguments(runner, environment):
    functions, ran, codes = runner
    codes["pytest"] = 5
    assert functions["main"](["-k", "money"]) == 5
    assert [command[0] for command in ran] == ["pip", "ruff", "mypy", "pytest"]
    assert ran[-1] == ("pytest", *functions["SIDE_BY_SIDE"], "-k", "money")
    ran.clear()
    functions["main"]([])
    assert [command[0] for command in ran] == ["ruff", "mypy", "pytest"]


def test_a_failing_check_ends_the_run_with_its_code_and_says_so_last(runner, environment, capsys):
    functions, ran, codes = runner
    codes["mypy"] = 1
    assert functions["main"]([]) == 1
    assert [command[0] for command in ran] == ["pip", "ruff", "mypy"]
    assert capsys.readouterr().out.splitlines()[-1] == "== mypy found faults: the tests were not run"


def test_a_failed_installation_ends_the_run_and_is_tried_again(runner, environment):
    functions, ran, codes = runner
    codes["pip"] = 3
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            functions["main"]([])
        assert ended.value.code == 3
    assert [command[0] for command in ran] == ["pip", "pip"]
