"""The table of functions in README, from their definitions: ``python tests/functions/readme_table.py`` prints it."""

from __future__ import annotations

from bvnexus_xl.functions.definition import Function
from bvnexus_xl.functions.table import FUNCTIONS


def lines() -> list[str]:
    """Heads and one line a function; arguments in square brackets may be left out."""
    return ["| Function | What it gives | Returns |", "|---|---|---|", *(_line(function) for function in FUNCTIONS)]


def _line(function: Function) -> str:
    arguments = ", ".join(f"[{item.name}]" if item.optional else item.name for item in function.arguments)
    return f"| `{function.name}({arguments})` | {function.help} | {function.returns} |"


if __name__ == "__main__":
    print("\n".join(lines()))
