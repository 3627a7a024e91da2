"""Sheet ``ProForma``: cash flows by date and what they return."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.finance.cash_flow import CashFlow
from bvnexus_xl.finance.returns import Returns, has_one_rate
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.proforma_table import (
    FIRST_YEAR,
    LABEL,
    MONEY,
    PRESENT_VALUE,
    RATE,
    Array,
    ProFormaTable,
    Rate,
    known,
)

_RECEIVED = "{before_tax}-{residual_paid}"
_STREAMS = (
    ("project", "Project before tax", ("=-{capital:next}", f"={_RECEIVED}-{{capital:next}}")),
    (
        *("taxed", "Project after tax"),
        ("=-{capital:next}", f"={_RECEIVED}+{{tax_credits}}-{{project_tax}}-{{capital:next}}"),
    ),
    (
        *("equity", "Equity after tax and debt"),
        (
            "={drawn:next}-{capital:next}",
            f"={_RECEIVED}+{{tax_credits}}-{{equity_tax}}-{{service}}+{{drawn:next}}-{{capital:next}}",
        ),
    ),
)
"""(key, label, formula at the base date, formula at year ends) of each cash flow."""
_RATES = {"project": "discount_rate", "taxed": "discount_rate", "equity": "cost_of_equity"}
_ONE_RATE = (
    "=IF(OR({{{0}_changes:rate}}=1,AND({{{0}_sum:pv}}<0,SUM({{{0}_flow:dates}})>0,"
    "SUMPRODUCT(({{{0}_sum:earlier}}*{{{0}_sum:years}}<0)*1)=1,COUNTIF({{{0}_sum:dates}},0)=0)),1,0)"
)
"""Descartes' rule, then Norstrøm's: see ``finance.returns.has_one_rate``."""


def put_returns(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow) -> None:
    """Section G."""
    table.section(
        "G. Cash flow and returns",
        "By date: capital of a year is paid at its start, which is the end of the year before. An internal rate of "
        "return is given only where there is exactly one; otherwise the number of sign changes says why not.",
    )
    table.head({LABEL: "Cash flow by date", PRESENT_VALUE: "Base date", FIRST_YEAR: "Year ends"})
    flows = {"project": flow.project_flow, "taxed": flow.taxed_flow, "equity": flow.equity_flow}
    for key, label, formulas in _STREAMS:
        _put_stream(table, key, label, flows[key], formulas)
    found = {"project": flow.project, "taxed": flow.taxed, "equity": flow.equity}
    for key, label, _ in _STREAMS:
        rate = getattr(solved.project.finance, _RATES[key])
        _put_figures(table, key, f"{label}, at {_RATES[key].replace('_', ' ')}", found[key], flows[key], rate)


def _put_stream(table: ProFormaTable, key: str, label: str, flow: Array, formulas: tuple[str, str]) -> None:
    so_far = np.cumsum(flow)
    signs = np.sign(flow)
    for date in range(1, len(signs)):
        signs[date] = signs[date] or signs[date - 1]
    here, total, sign = f"{{{key}_flow}}", f"{{{key}_sum}}", f"{{{key}_sign:before}}"
    before = f"{{{key}_sum:before}}"
    table.dated(f"{key}_flow", label, MONEY, flow, formulas, strong=True)
    table.dated(f"{key}_sum", "Sum so far", MONEY, so_far, (f"={here}", f"={before}+{here}"))
    formula = (f"=SIGN({here})", f"=IF({here}=0,{sign},SIGN({here}))")
    table.dated(f"{key}_sign", "Sign, that of the date before where 0", "", signs, formula, kind="count")
    crosses = (so_far[:-1] < 0.0) & (so_far[1:] >= 0.0)
    steps = np.where(crosses, so_far[:-1] - so_far[1:], 1.0)
    turns = np.where(crosses, np.arange(table.years) + so_far[:-1] / steps, 0.0)
    formula_turn = f"=IF(AND({before}<0,{total}>=0),{{start}}+{before}/({before}-{total}),0)"
    table.line(f"{key}_turn", "Sum becomes positive", "years", turns, formula_turn, kind="rate", total=False)


def _put_figures(table: ProFormaTable, key: str, title: str, found: Returns, flow: Array, rate: float) -> None:
    """Net present value, internal rate of return and payback of one stream."""
    table.group(title)
    rate_field, line = _RATES[key], f"{{{key}_flow:pv}}"
    discount = Rate(rate, "per year", f"={rate_field}", "percent")
    table.single(f"{key}_rate", "Discounted at", "", {RATE: discount})
    formula = f"={line}+NPV({{{key}_rate:rate}},{{{key}_flow:years}})"
    table.single(f"{key}_npv", "Net present value", MONEY, {RATE: Rate(found.npv_usd, "", formula, "thousand")})
    formula = f"=SUMPRODUCT(({{{key}_sign:earlier}}*{{{key}_sign:years}}<0)*1)"
    changes = Rate(found.sign_changes, "times", formula, "count")
    table.single(f"{key}_changes", "The flow changes sign", "", {RATE: changes})
    one = Rate(int(has_one_rate(flow)), "1 = exactly one", _ONE_RATE.format(key), "count")
    table.single(f"{key}_one", "Rates of return", "", {RATE: one})
    formula = f'=IF({{{key}_one:rate}}=1,IFERROR(IRR({{{key}_flow:dates}},{{{key}_rate:rate}}),"n/a"),"n/a")'
    irr = Rate(known(found.irr), "per year", formula, "percent")
    table.single(f"{key}_irr", "Internal rate of return", "", {RATE: irr}, strong=True)
    formula = f'=IF(AND({{{key}_sum:pv}}<0,SUM({{{key}_flow:dates}})>=0),MAX({{{key}_turn:years}}),"n/a")'
    payback = Rate(known(found.payback_years), "years", formula)
    table.single(f"{key}_payback", "Payback", "", {RATE: payback}, strong=True)
