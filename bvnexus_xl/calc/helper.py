"""The process behind the Calc add-in: reads calls from its input, writes answers, ends when the input closes.

A call is a line ``["BVN_CRF", [0.08, 15]]``, its answer a line of JSON: a number, a text or a table.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO

from bvnexus_xl.functions.definition import Answer
from bvnexus_xl.functions.table import BY_NAME


def serve(calls: TextIO, answers: TextIO) -> None:
    """Answer every call until there are no more."""
    for line in calls:
        name, arguments = json.loads(line)
        answers.write(json.dumps(_answer(name, arguments)) + "\n")
        answers.flush()


def _answer(name: str, arguments: list[object]) -> Answer:
    try:
        return BY_NAME[name].in_cell(arguments)
    except Exception as error:  # one bad cell must not stop the others
        return f"{name}: {type(error).__name__}: {error}"


def main() -> None:
    """Serve on the process's own streams; whatever else prints goes to the error stream, not between the answers."""
    answers, sys.stdout = sys.stdout, sys.stderr
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
