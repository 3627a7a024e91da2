"""Sheet ``ProForma``: tax credits on capital and on production."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.finance.cash_flow import CashFlow
from bvnexus_xl.finance.credits import (
    CREDIT_FIELDS,
    ORIGIN_FIELDS,
    credit_kinds,
    dated_parts,
    eligible_parts,
    on_production,
    origin_floors,
)
from bvnexus_xl.finance.production_credit import (
    CREDIT_YEARS,
    entitled_parts,
    entitled_share,
    production_credit_prices,
)
from bvnexus_xl.plan import effective, share_left
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.proforma_inputs import Purchase
from bvnexus_xl.workbook.sheets.proforma_table import RATE, ProFormaTable, Rate, known, money_line

_SWITCH = '=IF(TRIM(solar_wind_credit)="production",1,0)'
_BY_AGE = "SUMIF({{start:years}},{{start}}-{{start:years}},{{{0}:years}})"
"""A row by years in service, seen from this year, for what entered service in each year."""


def put_credits(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow, bought: list[Purchase]) -> None:
    """Who gets which part, the credit on capital, the credit on production, and both."""
    kinds = credit_kinds(solved.fleet)
    with_credit = [item for item in bought if kinds[solved.fleet.index[item.column.key]]]
    _put_parts(table, solved, with_credit)
    by_production = int(on_production(solved.project.finance, "solar_wind"))
    switch = Rate(by_production, "1 = yes", _SWITCH, "year")
    table.single("by_production", "Solar and wind: production is credited", "", {RATE: switch})
    _put_investment_credits(table, solved, flow, with_credit)
    _put_production_credits(table, solved, flow, with_credit)
    formula = "={credit}+{production_credit}"
    money_line(table, "tax_credits", "Tax credits, all", flow.tax_credits, formula, strong=True, paid="at_end")


def _put_parts(table: ProFormaTable, solved: SolvedStudy, items: list[Purchase]) -> None:
    """Part of each credit that dates and origin allow, by year of service."""
    finance, kinds, index = solved.project.finance, credit_kinds(solved.fleet), solved.fleet.index
    dated, floors = dated_parts(solved.project, solved.fleet), origin_floors(solved.project, solved.fleet)
    parts = eligible_parts(solved.project, solved.fleet)
    table.group("Tax credits: part that the dates allow, by year of service; full investment credit beside it")
    with table.block("dated", "Nothing that may have a credit"):
        for item in items:
            position = index[item.column.key]
            field = CREDIT_FIELDS[kinds[position]]
            full = Rate(getattr(finance, field), "of capital", f"={field}", "percent")
            table.line(f"dated_{item.key}", item.label, "part", dated[position], kind="share", rate=full, total=False)
    table.group("Least part of cost not from prohibited foreign entities; the part stated beside it, n/a: taken as met")
    with table.block("floors", "Nothing for which origin is asked"):
        for item in items:
            position = index[item.column.key]
            origin = ORIGIN_FIELDS.get(kinds[position])
            if origin is not None:
                known_part = Rate(
                    known(getattr(finance, origin)), "of cost", f'=IF(ISNUMBER({origin}),{origin},"n/a")', "share"
                )
                key, values = f"floor_{item.key}", floors[position]
                table.line(key, item.label, "part", values, kind="share", rate=known_part, total=False)
    table.group("Part of the full credit, by dates and origin")
    with table.block("eligible", "Nothing that may have a credit"):
        for item in items:
            position, formula = index[item.column.key], f"={{dated_{item.key}}}"
            if kinds[position] in ORIGIN_FIELDS:
                stated = f"{{floor_{item.key}:rate}}"
                formula += f"*IF(ISNUMBER({stated}),IF({stated}>={{floor_{item.key}}},1,0),1)"
            key, values = f"eligible_{item.key}", parts[position]
            table.line(key, item.label, "part", values, formula, kind="share", total=False)


def _put_investment_credits(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow, items: list[Purchase]) -> None:
    kinds = credit_kinds(solved.fleet)
    table.group("Investment tax credits, at the end of the first year of service")
    with table.block("credits", "None"):
        for item in items:
            position = solved.fleet.index[item.column.key]
            formula = f"={{capital_{item.key}}}*{{eligible_{item.key}}}*{{dated_{item.key}:rate}}"
            formula += "*(1-{by_production:rate})" if kinds[position] == "solar_wind" else ""
            every = solved.plan.builds[position]
            share = np.divide(item.bought, every, out=np.zeros_like(every), where=every > 0.0)
            money_line(table, f"credit_{item.key}", item.label, flow.credit_by_column[position] * share, formula)
    money_line(table, "credit", "Investment tax credits", flow.credits, "=SUM({credits})", strong=True, paid="at_end")


def _put_production_credits(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow, items: list[Purchase]) -> None:
    """Credited MWh: what was generated, by the part that entitled tranches are of the capacity in place."""
    finance, kinds, index = solved.project.finance, credit_kinds(solved.fleet), solved.fleet.index
    table.group("Production credit on what is generated, not curtailed; price in first-year money beside it")
    table.single(
        "credit_years", "Years from service with the credit", "", {RATE: Rate(CREDIT_YEARS, "years", kind="year")}
    )
    first = Rate(finance.production_credit_usd_per_mwh, "$/MWh", "=production_credit_usd_per_mwh")
    prices = production_credit_prices(finance, table.years)
    formula = "={credit_price:rate}*{general}*{by_production:rate}"
    table.line("credit_price", "Production credit", "$/MWh", prices, formula, kind="rate", rate=first, total=False)
    produce = [item for item in items if kinds[index[item.column.key]] == "solar_wind"]
    for item in produce:
        _put_credited_energy(table, solved, item)
    table.group("Production tax credits, at the end of each year")
    with table.block("produced", "None"):
        for item in produce:
            values = flow.production_credit_by_column[index[item.column.key]]
            formula = f"={{credited_{item.key}}}*{{credit_price}}"
            money_line(table, f"produced_{item.key}", item.label, values, formula)
    values, formula = flow.production_credits, "=SUM({produced})"
    money_line(table, "production_credit", "Production tax credits", values, formula, strong=True, paid="at_end")


def _put_credited_energy(table: ProFormaTable, solved: SolvedStudy, item: Purchase) -> None:
    """Capacity in place and with the credit, and the energy of the latter."""
    project, fleet, builds, key = solved.project, solved.fleet, solved.plan.builds, item.key
    position = fleet.index[item.column.key]
    number = position - fleet.profile_column(0)
    left = share_left(fleet, table.years, faded=True)[position, 0]
    claim = np.where(np.arange(table.years) < CREDIT_YEARS, left, 0.0)
    able = effective(fleet, builds)[position]
    entitled = builds[position] @ entitled_share(project, fleet)[position]
    mwh = np.array([year.profile_mwh[number] for year in solved.totals])
    made = mwh * entitled_parts(project, fleet, builds)[position]
    table.group(f"{item.label}: capacity and energy with the production credit")
    table.line(f"left_{key}", "Capacity left by years in service", "part", left, kind="share", total=False)
    formula = f"=IF({{start}}<{{credit_years:rate}},{{left_{key}}},0)"
    table.line(f"claim_{key}", "The same, in years with the credit", "part", claim, formula, kind="share", total=False)
    formula = f"=SUMPRODUCT({{buy_{key}:years}},{_BY_AGE.format(f'left_{key}')})"
    table.line(f"able_{key}", "In place, after ageing", "MW", able, formula, kind="decimal", total=False)
    formula = f"=SUMPRODUCT({{buy_{key}:years}},{{eligible_{key}:years}},{_BY_AGE.format(f'claim_{key}')})"
    table.line(f"entitled_{key}", "In place, with the credit", "MW", entitled, formula, kind="decimal", total=False)
    formula = f"=IF({{able_{key}}}>0,{{profile_{number}}}*{{entitled_{key}}}/{{able_{key}}},0)"
    table.line(f"credited_{key}", "Energy with the credit", "MWh", made, formula)
