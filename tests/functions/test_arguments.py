"""Bad arguments get a readable reason in the cell, naming the argument, what was found and what is allowed."""

import inspect

import pytest

from bvnexus_xl.errors import BadArgument
from bvnexus_xl.functions.table import BY_NAME, FUNCTIONS


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("BVN_CRF", ("8 %", 15), ("rate = '8 %'", "number from 0 to 1")),
        ("BVN_CRF", (8, 15), ("rate = 8", "0 to 1")),
        ("BVN_CRF", (None, 15), ("rate is missing",)),
        ("BVN_CRF", (True, 15), ("rate = True",)),
        ("BVN_CRF", (0.08, 15, 1), ("3 arguments", "at most 2")),
        ("BVN_CRF", ([[0.08], [0.09]], 15), ("rate is a range of several cells",)),
        ("BVN_KOFN", (1.5, 3, 0.9), ("k = 1.5", "whole number from 0 to 1,000")),
        ("BVN_NOX_TPY", ("PSD", 18.3, 0.5), ("basis = 'PSD'", "PTE_8760")),
        ("BVN_MACRS", (10, 1), ("recovery_years = 10", "5, 7, 15, 20")),
        ("BVN_LOLH", ([[6, 18.3, 2.5]], 100), ("fleet, row 1", "forced_outage_rate = 2.5")),
        ("BVN_LOLH", ([[6, 18.3, 0.025]], [100, "x"]), ("load_mw has 'x' as its number 2",)),
        ("BVN_FUEL", (20, 18.3, 1, 7700), ("output_mw = 20", "18.3 at most")),
        ("BVN_LCOE", (0.08, 1, [1, 2, 3], [1, 2]), ("delivered_mwh has 2 years", "3")),
        ("BVN_LCOE", (0.08, 1, 1, 0), ("zero in every year",)),
        ("BVN_DISPATCH", ([[1, 18.3, 7700]], [10.0] * 169, 3.5), ("169 hours", "168")),
        ("BVN_PUE", (float("nan"),), ("temp_f = nan",)),
    ],
)
def test_reason_stands_in_the_cell(name, arguments, words):
    text = BY_NAME[name].in_cell(arguments)
    assert isinstance(text, str)
    assert text.startswith(f"{name}: ")
    for word in words:
        assert word in text
    with pytest.raises(BadArgument):
        BY_NAME[name](*arguments)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_function_is_described_argument_by_argument(function):
    assert function.help
    assert function.returns
    assert function.example.startswith(f"={function.name}(")
    assert all(argument.help for argument in function.arguments)
    optional = [argument.optional for argument in function.arguments]
    assert optional == sorted(optional), "optional arguments come last"
    assert len(inspect.signature(function.compute).parameters) == len(function.arguments)


def test_empty_cells_count_as_left_out_and_a_range_of_one_cell_as_its_cell():
    assert BY_NAME["BVN_PUE"]([[86.0]], "", [[None]]) == pytest.approx(1.30)


def test_names_are_unique():
    assert len(BY_NAME) == len(FUNCTIONS)
