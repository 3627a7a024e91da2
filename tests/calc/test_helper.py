"""The helper process answers calls line by line, whatever is asked, and ends with its input."""

import io
import json
import subprocess
import sys

import pytest

from bvnexus_xl.calc import helper
from bvnexus_xl.functions.table import BY_NAME


def answers(*calls):
    out = io.StringIO()
    helper.serve(io.StringIO("".join(f"{json.dumps(call)}\n" for call in calls)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_answers_are_those_of_the_core_to_the_last_digit():
    number, table = answers(["BVN_CRF", [0.08, 15.0]], ["BVN_MACRS", [5.0, None]])
    assert number == BY_NAME["BVN_CRF"](0.08, 15)
    assert table == BY_NAME["BVN_MACRS"](5)


def test_bad_and_unknown_calls_are_answered_with_their_reason_and_stop_nothing(monkeypatch):
    bad, unknown, good = answers(["BVN_CRF", ["x", 15]], ["BVN_NONE", []], ["BVN_CRF", [[[0.08]], [[15.0]]]])
    assert bad == "BVN_CRF: rate = 'x': it must be a number from 0 to 1"
    assert unknown == "BVN_NONE: KeyError: 'BVN_NONE'"
    assert good == pytest.approx(0.11682954493602)


def test_process_ends_when_its_input_closes():
    command = [sys.executable, "-X", "utf8", "-m", "bvnexus_xl.calc.helper"]
    call = json.dumps(["BVN_CRF", [0.08, 15]]) + "\n"
    done = subprocess.run(command, input=call, capture_output=True, text=True, timeout=300, check=True)
    assert json.loads(done.stdout) == pytest.approx(0.11682954493602)
