"""Sheet ``ProForma``: debt sculpted on cash before tax, and the tax that is left after interest."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.cash_flow import CashFlow
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.proforma_table import MONEY, PRESENT_VALUE, RATE, ProFormaTable, Rate, known, money_line
from bvnexus_xl.workbook.sheets.proforma_tax import put_income_tax

_LIMIT_SWITCH = '=IF(OR(TRIM(interest_limit_enabled)="yes",interest_limit_enabled=TRUE),1,0)'


def put_debt(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow) -> None:
    """Section F."""
    table.section(
        "F. Debt",
        "Service follows cash before tax; every purchase is funded by the same part of debt, at most that of sheet "
        "Finance. What service is worth at the debt rate equals what is drawn: nothing is circular.",
    )
    _put_size(table, solved, flow)
    _put_service(table, flow)
    _put_interest_limit(table, solved, flow)
    table.group("Income tax with interest deducted; losses are carried forward")
    put_income_tax(table, "equity", flow.equity_tax, "={project_income}-{interest_deducted}")


def _put_interest_limit(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow) -> None:
    """Interest against taxable income: all of it, or a part of EBITDA with the rest carried forward."""
    finance, interest = solved.project.finance, flow.interest
    table.group("Interest deducted (IRC 163(j)): at most a part of cash before tax and debt, the rest in later years")
    limited = Rate(int(finance.interest_limit_enabled), "1 = yes", _LIMIT_SWITCH, "year")
    table.single("interest_limited", "Interest deducted is limited", "", {RATE: limited})
    part = Rate(finance.interest_limit_fraction, "of EBITDA", "=interest_limit_fraction", "percent")
    most = finance.interest_limit_fraction * np.maximum(0.0, flow.before_tax)
    formula = "={interest_most:rate}*MAX(0,{before_tax})"
    table.line("interest_most", "Limit", MONEY, most, formula, kind="thousand", rate=part, total=False)
    # 0+: MIN passes over the empty cell left of the first year
    open_to_deduct = "0+{interest_carried:before}+{interest}"
    deducted = f"IF({{interest_limited:rate}}=1,MIN({open_to_deduct},{{interest_most}}),{open_to_deduct})"
    label, formula = "Interest carried to the next year", f"={open_to_deduct}-{deducted}"
    table.line("interest_carried", label, MONEY, interest.carried, formula, kind="thousand", total=False)
    money_line(table, "interest_deducted", "Interest deducted", interest.deducted, f"={deducted}")


def _put_size(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow) -> None:
    debt, rate, years = flow.debt, solved.project.finance.debt_interest_rate, table.years
    start, end = year_start_factors(rate, years), year_end_factors(rate, years)
    for key, label, values, exponent in (
        ("debt_start", "Factor at the debt rate, start of year", start, "start"),
        ("debt_end", "Factor at the debt rate, end of year", end, "end"),
    ):
        interest = Rate(rate, "per year", "=debt_interest_rate", "percent")
        formula = f"=(1+{{{key}:rate}})^-{{{exponent}}}"
        table.line(key, label, "factor", values, formula, kind="factor", rate=interest, total=False)
    formula = "=IF({end}<=debt_tenor_years,MAX(0,{before_tax}),0)"
    money_line(table, "available", "Cash available for debt service", debt.available, formula)
    formula = "=IF({end}<=debt_tenor_years,{capital},0)"
    money_line(table, "fundable", "Capital that debt may fund", debt.fundable, formula)
    formula = "=SUMPRODUCT({available:years},{debt_end:years})/debt_service_cover_ratio"
    capacity = Rate(debt.capacity, "", formula, "thousand")
    table.single("capacity", "Worth of service at the target DSCR", MONEY, {PRESENT_VALUE: capacity})
    formula = "=SUMPRODUCT({fundable:years},{debt_start:years})"
    worth = Rate(float(debt.fundable @ start), "", formula, "thousand")
    table.single("worth", "Worth of that capital at the debt rate", MONEY, {PRESENT_VALUE: worth})
    formula = "=IF({worth:pv}>0,MIN(debt_share_max_fraction,{capacity:pv}/{worth:pv}),0)"
    table.single("debt_share", "Part funded by debt", "", {RATE: Rate(debt.share, "of capital", formula, "share")})
    formula = "=IF({capacity:pv}>0,{debt_share:rate}*{worth:pv}/{capacity:pv},0)"
    table.single("debt_scale", "Service, of what the target allows", "", {RATE: Rate(debt.scale, "", formula, "share")})


def _put_service(table: ProFormaTable, flow: CashFlow) -> None:
    debt = flow.debt
    table.group("Drawn at the start of the year; interest and repayment at its end")
    money_line(table, "drawn", "Debt drawn", debt.drawn, "={debt_share:rate}*{fundable}")
    formula = "={debt_scale:rate}*{available}/debt_service_cover_ratio"
    money_line(table, "service", "Debt service", debt.service, formula, strong=True)
    formula = "=({balance:before}+{drawn})*(1+debt_interest_rate)-{service}"
    table.line("balance", "Owed at year end", MONEY, debt.balance, formula, kind="thousand", total=False)
    formula = "=({balance:before}+{drawn})*debt_interest_rate"
    money_line(table, "interest", "Interest", debt.interest, formula)
    money_line(table, "repaid", "Repaid", debt.service - debt.interest, "={service}-{interest}")
    formula = '=IF({service}>0,{before_tax}/{service},"n/a")'
    table.line("cover", "Debt service cover (DSCR)", "ratio", debt.cover, formula, kind="rate", total=False)
    formula = '=IF(SUM({service:years})>0,MIN({cover:years}),"n/a")'
    lowest = Rate(known(debt.least_cover), "ratio", formula)
    table.single("least_cover", "Lowest DSCR", "", {RATE: lowest}, strong=True)
