"""Lower half of sheet ``ProForma``: cost lines by year, net present value, levelised cost."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.finance.investment import capex_each, insured_each, residual_each
from bvnexus_xl.finance.operations import OPERATING_LINES
from bvnexus_xl.fleet import GRID_KEY
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.proforma_grid import grid_formulas
from bvnexus_xl.workbook.sheets.proforma_inputs import Purchase, booked_columns, purchases
from bvnexus_xl.workbook.sheets.proforma_table import (
    LABEL,
    PRESENT_VALUE,
    RATE,
    TOTAL,
    Array,
    ProFormaTable,
    Rate,
    known,
)

_MONEY = "$ thousand"
_PROPERTY_LINES = {"property_tax": "property_tax_fraction", "insurance": "insurance_fraction"}
"""Lines charged on capital in place: field with the part."""
_YEARLY_LINES = (
    ("fixed_om", "Fixed O&M"),
    ("property_tax", "Property tax"),
    ("insurance", "Insurance"),
    *OPERATING_LINES,
)
_FORMULAS = {
    "fixed_om": "=SUMPRODUCT({in_place:rate},{in_place})*{general}",
    "property_tax": "=BASIS*{property_tax:rate}*{general}",
    "insurance": "=BASIS*{insurance:rate}*{general}",
    "gas_fuel": "={gas_mmbtu}*{gas_price}",
    "diesel_fuel": "={diesel_mmbtu}*{diesel_price}",
    "variable_om": "=SUMPRODUCT({energy:rate},{energy})*{general}",
    "starts": "=SUMPRODUCT({starting:rate},{starting})*{general}",
    "emission_fees": "=SUM({fee_tons})*{fee}",
    "storage_wear": "=SUMPRODUCT({wear:rate},{wear})*{storage_wear:rate}*{general}",
    "compute_lost": "=SUMPRODUCT({computing:rate},{computing})*{general}",
    # figures of the run: sheet Bridge shows the stays they are made of
    "bridge": "",
}
"""Formula of each line that is paid every year, the grid's apart (``proforma_grid``).

``BASIS`` is the value that property tax and insurance rest on.
"""
_BASIS = "SUM({insured})*{plant_factor:rate}"
_WEAR_SWITCH = '=IF(TRIM(storage_wear)="cycle_cost",1,0)'
_RESIDUAL_SWITCH = '=IF(OR(TRIM(residual_value_enabled)="yes",residual_value_enabled=TRUE),1,0)'


def put_costs(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Cost lines: quantity x unit price x escalation."""
    table.section(
        "C. Cost by year, nominal",
        "Shown in thousands; the cells hold dollars and cents. Every line is quantity x unit price x escalation.",
    )
    money, bought = solved.money, purchases(solved)
    _put_capital(table, solved, bought)
    _put_residual(table, solved, bought)
    table.group("Paid at the end of the year")
    formulas = {**_FORMULAS, **grid_formulas(solved.project)}
    basis = f"({_BASIS}+SUM({{booked}}))" if booked_columns(solved) else _BASIS
    with table.block("every_year"):
        for key, label in _YEARLY_LINES:
            values, rate = _yearly(solved, key), _yearly_rate(solved, key)
            formula = formulas[key].replace("BASIS", basis)
            table.line(key, label, _MONEY, values, formula, kind="thousand", rate=rate, paid="at_end")
    yearly, capital = money.yearly_cost, money.capex_by_column.sum(0)
    _put_sum(table, "yearly", "Fixed and operating cost", yearly, "=SUM({every_year})", "at_end")
    cash, formula = capital + yearly + _residual_paid(solved), "={capital}+{yearly}+{residual_paid}"
    _put_sum(table, "cash", "All cost as paid", cash, formula)


def _yearly(solved: SolvedStudy, key: str) -> Array:
    """A line that is paid every year, [Y]."""
    money, project = solved.money, solved.project
    if key in _PROPERTY_LINES:
        in_place = installed(solved.fleet, solved.plan.builds)
        insured: Array = (insured_each(project, solved.fleet) * in_place).sum(0)
        return insured * float(getattr(project.finance, _PROPERTY_LINES[key]))
    return money.fixed_om if key == "fixed_om" else money.operating[key]


def _yearly_rate(solved: SolvedStudy, key: str) -> Rate | None:
    """What stands beside such a line."""
    finance = solved.project.finance
    if key == "storage_wear":
        return Rate(int(finance.storage_wear == "cycle_cost"), "1 = by cycle", _WEAR_SWITCH, "year")
    if key in _PROPERTY_LINES:
        field = _PROPERTY_LINES[key]
        return Rate(getattr(finance, field), "of value", f"={field}", "percent")
    return None


def _put_sum(table: ProFormaTable, key: str, label: str, values: Array, formula: str, paid: str = "") -> None:
    table.line(key, label, _MONEY, values, formula, kind="thousand", paid=paid, strong=True)


def _put_capital(table: ProFormaTable, solved: SolvedStudy, bought: list[Purchase]) -> None:
    """Capital by what is bought; battery energy bought after its first year is the augmentation."""
    table.group("Capital, paid at the start of the year")
    for block, augments, none in (
        ("first_capital", False, "Nothing"),
        ("later_capital", True, "No battery energy added later"),
    ):
        with table.block(block, none):
            for item in (item for item in bought if item.augments == augments):
                factor = "storage_factor" if item.column.storage_prices else "plant_factor"
                formula = f"={{buy_{item.key}}}*{{buy_{item.key}:rate}}*{{{factor}}}"
                values, label = _price_each(solved, item) * item.bought, item.label
                table.line(f"capital_{item.key}", label, _MONEY, values, formula, kind="thousand", paid="at_start")
    values = solved.money.capex_by_column.sum(0)
    _put_sum(table, "capital", "Capital", values, "=SUM({first_capital})+SUM({later_capital})", "at_start")


def _put_residual(table: ProFormaTable, solved: SolvedStudy, bought: list[Purchase]) -> None:
    """Value at the horizon of what was bought in each year, and when it is received."""
    table.group("Value left at the horizon, by year of purchase: remaining annuity of its life")
    each = residual_each(solved.project, solved.fleet)
    counts = int(solved.project.finance.residual_value_enabled)
    table.single("residual_on", "Residual value counts", "", {RATE: Rate(counts, "1 = yes", _RESIDUAL_SWITCH, "year")})
    with table.block("residuals", "Nothing"):
        for item in bought:
            live = "=grid_life_years" if item.column.key == GRID_KEY else ""
            life = Rate(item.column.life_years, "years life", live, "year")
            here = f"{{residual_{item.key}:rate}}"
            left = f"PV(discount_rate,MAX(0,{here}-{{ahead}}),1)/PV(discount_rate,{here},1)"
            formula = f"=-{{capital_{item.key}}}*{left}*{{residual_on:rate}}"
            values = 0.0 - each[solved.fleet.index[item.column.key]] * item.bought
            table.line(f"residual_{item.key}", item.label, _MONEY, values, formula, kind="thousand", rate=life)
    by_year = 0.0 - solved.money.residual_by_column.sum(0)
    _put_sum(table, "residual", "Value left", by_year, "=SUM({residuals})")
    formula = "=IF({end}=MAX({end:years}),{residual:total},0)"
    _put_sum(table, "residual_paid", "Residual value, at the horizon", _residual_paid(solved), formula, "at_end")


def _residual_paid(solved: SolvedStudy) -> Array:
    """Residual value as a negative cost of the last year, [Y]."""
    paid: Array = np.zeros(len(solved.plan.years))
    paid[-1] -= solved.money.residual_by_column.sum()
    return paid


def put_results(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Net present value and levelised cost, then the part of each line."""
    money, start, end = solved.money, table.factors["at_start"], table.factors["at_end"]
    table.section(
        "D. Results before tax",
        "LCOE is the present value of all cost over the present value of the energy delivered; "
        "unserved energy counts in neither.",
    )
    with table.block("present"):
        for key, label, value in (
            ("capital", "Capital", money.capex_by_column.sum(0) @ start),
            ("yearly", "Fixed and operating cost", money.yearly_cost @ end),
            ("residual_paid", "Residual value", _residual_paid(solved) @ end),
        ):
            figure = Rate(float(value), "", f"={{{key}:pv}}", "thousand")
            table.single(f"pv_{key}", f"Present value: {label}", _MONEY, {PRESENT_VALUE: figure})
    npv = Rate(money.npv_cost_usd, "", "=SUM({present:pv})", "thousand")
    table.single("npv", "Net present value of cost", _MONEY, {PRESENT_VALUE: npv}, strong=True)
    general = escalation_factors(solved.project.finance.inflation_rate, table.years)
    for key, label, energy, factors in (
        ("mwh", "Energy delivered, discounted", money.delivered_mwh, "{at_end:years}"),
        (
            "mwh_real",
            "The same times general escalation",
            money.delivered_mwh * general,
            "{general:years},{at_end:years}",
        ),
    ):
        figure = Rate(float(energy @ end), "", f"=SUMPRODUCT({{delivered:years}},{factors})", "count")
        table.single(key, label, "MWh", {PRESENT_VALUE: figure})
    for key, label, lcoe, energy_key in (
        ("lcoe", "LCOE, nominal", money.lcoe_usd_per_mwh, "mwh"),
        ("lcoe_real", "LCOE, in first-year money", money.lcoe_real_usd_per_mwh, "mwh_real"),
    ):
        figure = Rate(known(lcoe), "", _ratio("{npv:pv}", f"{{{energy_key}:pv}}"), "rate")
        table.single(key, label, "$/MWh", {PRESENT_VALUE: figure}, strong=True)
    _put_parts(table, solved)


def _price_each(solved: SolvedStudy, item: Purchase) -> Array:
    """Nominal price of one of what is bought, [Y]."""
    prices: Array = capex_each(solved.project, solved.fleet)[solved.fleet.index[item.column.key]]
    return prices


def _put_parts(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Levelised cost by line: what each adds to the nominal LCOE."""
    money, start, end = solved.money, table.factors["at_start"], table.factors["at_end"]
    table.next_row += 1
    heads = ("LCOE by line", "", "LCOE, $/MWh", "", "Share of cost", "Present value, $ thousand")
    table.head(dict(enumerate(heads, start=LABEL)))
    added = [float((item.bought * _price_each(solved, item)) @ start) for item in purchases(solved) if item.augments]
    later = sum(added)
    parts = [
        ("first_capital", "Capital", "=SUM({first_capital:pv})", money.capex_by_column.sum(0) @ start - later),
        ("later_capital", "Battery energy added later", "=SUM({later_capital:pv})", later),
        ("residual_paid", "Residual value", "={residual_paid:pv}", _residual_paid(solved) @ end),
    ]
    for key, label in _YEARLY_LINES:
        parts.append((key, label, f"={{{key}:pv}}", _yearly(solved, key) @ end))
    with table.block("parts"):
        for key, label, formula, value in parts:
            _put_part(table, solved, f"part_{key}", label, float(value), formula)
    _put_part(table, solved, "all_parts", "All lines", money.npv_cost_usd, "=SUM({parts:pv})", strong=True)


def _put_part(
    table: ProFormaTable, solved: SolvedStudy, key: str, label: str, value: float, formula: str, *, strong: bool = False
) -> None:
    end = table.factors["at_end"]
    energy, npv = float(solved.money.delivered_mwh @ end), solved.money.npv_cost_usd
    here = f"{{{key}:pv}}"
    figures = {
        RATE: Rate(value / energy if energy > 0.0 else "n/a", "", _ratio(here, "{mwh:pv}"), "rate"),
        TOTAL: Rate(value / npv if npv > 0.0 else "n/a", "", _ratio(here, "{npv:pv}"), "share"),
        PRESENT_VALUE: Rate(value, "", formula, "thousand"),
    }
    table.single(key, label, "", figures, strong=strong)


def _ratio(part: str, whole: str) -> str:
    return f'=IF({whole}>0,{part}/{whole},"n/a")'
