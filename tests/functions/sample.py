"""A workbook with every function in a cell: ``python tests/functions/sample.py`` draws README's picture of it.

Stored values are Python's, as Excel would have saved them.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter

from bvnexus_xl.functions.table import BY_NAME
from bvnexus_xl.workbook.render import render

PICTURE = Path(__file__).resolve().parents[2] / "workbook_templates" / "pictures" / "functions.png"
FLEET = [[2.0, 18.3, 7700.0], [1.0, 9.3, 8200.0]]
LOAD_MW = [[26.0 + 14.0 * (7 <= hour < 21)] for hour in range(24)]
LIMITS = [
    ["Limit", "Year", "Key", "Shadow price, planning, $ per unit"],
    ["NOx", 2030.0, "nox", 1250.5],
    ["NOx", 2031.0, "nox", 0.0],
]
SAMPLES: tuple[tuple[str, str, tuple[Any, ...], str], ...] = (
    ("Yearly payment per dollar, 8 %, 15 years", "=BVN_CRF(0.08,15)", (0.08, 15), "0.0000"),
    ("LCOE, $/MWh", "=BVN_LCOE(0.08,30195000,5453232,144277,15)", (0.08, 30195000, 5453232, 144277, 15), "0.00"),
    ("15-year MACRS, share of year 2", "=BVN_MACRS(15,2)", (15, 2), "0.00%"),
    ("Demand charge of the load, $", "=BVN_DEMAND_CHARGE(F3:F26,15)", (LOAD_MW, 15), "#,##0"),
    ("Shadow price of NOx in 2030, $/ton", '=BVN_SHADOW_PRICE("nox",2030,H8:K10)', ("nox", 2030, LIMITS), "#,##0.00"),
    ("Heat rate at half load, BTU/kWh", "=BVN_HEAT_RATE(0.5,7700)", (0.5, 7700), "#,##0"),
    ("Fuel of one unit at 15 MW, MMBtu/h", "=BVN_FUEL(15,18.3,1,7700)", (15, 18.3, 1, 7700), "0.0"),
    ("Potential to emit NOx, tpy", '=BVN_NOX_TPY("PTE_8760",18.3,0.5)', ("PTE_8760", 18.3, 0.5), "0.0"),
    ("Gas a day, mcf", "=BVN_GAS_MCF_DAY(280.57,7700)", (280.57, 7700), "#,##0"),
    ("Output left at 105 °F", "=BVN_DERATE(105,886)", (105, 886), "0.0%"),
    ("PUE at 86 °F", "=BVN_PUE(86)", (86,), "0.00"),
    ("10 of 12 units work", "=BVN_KOFN(10,12,0.975)", (10, 12, 0.975), "0.0000%"),
    ("LOLH of 7 units, hours a year", "=BVN_LOLH({7,18.3,0.025},100)", ([[7, 18.3, 0.025]], 100), "0.0"),
    ("Cost of the day, $", "=SUM(INDEX(BVN_DISPATCH(H3:J4,F3:F26,3.5),0,1))", (FLEET, LOAD_MW, 3.5), "#,##0"),
)
"""What it is, formula, the same arguments for Python, number format."""


def python_says(formula: str, arguments: tuple[Any, ...]) -> float:
    """Value of a sample; of a table the sum of its first column."""
    answer = BY_NAME[formula[formula.index("BVN_") :].split("(")[0]](*arguments)
    return sum(row[0] for row in answer) if isinstance(answer, list) else answer


def build_sample(path: Path) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Functions")
        head = book.add_format({"bold": True, "bg_color": "#E2EFDA", "bottom": 1})
        code, given = book.add_format({"font_name": "Liberation Mono", "font_size": 9}), book.add_format()
        given.set_font_color("#0000FF")
        sheet.set_landscape()
        sheet.set_paper(20)  # an envelope, 9.5 by 4.1 inches: the shape of what is on the sheet
        sheet.set_margins(0.15, 0.15, 0.15, 0.15)
        sheet.set_header("", {"margin": 0})
        sheet.set_footer("", {"margin": 0})
        sheet.fit_to_pages(1, 1)
        sheet.print_area("A1:K26")
        for column, width in (
            (0, 37),
            (1, 49),
            (2, 12),
            (3, 2),
            (4, 6),
            (5, 9),
            (6, 2),
            (7, 8),
            (8, 8),
            (9, 9),
            (10, 32),
        ):
            sheet.set_column(column, column, width)
        sheet.write("A1", "bvNexus functions in cells", book.add_format({"bold": True, "font_size": 14}))
        sheet.write_row("A2", ["What", "Formula", "Result"], head)
        for row, (what, formula, arguments, shown) in enumerate(SAMPLES, start=2):
            sheet.write(row, 0, what)
            sheet.write_string(row, 1, formula, code)
            kind = book.add_format({"num_format": shown, "bold": True})
            sheet.write_formula(row, 2, formula, kind, python_says(formula, arguments))
        sheet.write_row("E2", ["Hour", "Load, MW"], head)
        sheet.write_column("E3", range(1, 25))
        sheet.write_column("F3", [row[0] for row in LOAD_MW], given)
        sheet.write_row("H2", ["Units", "MW", "BTU/kWh"], head)
        for row, kind in enumerate(FLEET, start=2):
            sheet.write_row(row, 7, kind, given)
        for row, limit in enumerate(LIMITS, start=7):
            sheet.write_row(row, 7, limit, head if row == 7 else given)


def draw() -> None:
    """Draw the picture anew."""
    with tempfile.TemporaryDirectory() as scratch:
        build_sample(Path(scratch) / "sample.xlsx")
        (picture,) = render(Path(scratch) / "sample.xlsx", Path(scratch) / "drawn")
        shutil.move(picture, PICTURE)


if __name__ == "__main__":
    draw()
