"""Sheet ``ProForma``: revenue, tax credits, depreciation, income tax, levelised cost after tax."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.catalogue.technologies import MacrsClass
from bvnexus_xl.finance.after_tax import acquired_late_enough, tax_classes
from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.finance.cash_flow import CashFlow
from bvnexus_xl.finance.credits import credit_kinds
from bvnexus_xl.finance.depreciation import (
    BASIS_CUT,
    MACRS_PERCENT,
    after_tax_multiplier,
    deductions_present_value,
    macrs_shares,
    recovery_years,
)
from bvnexus_xl.finance.tax import IncomeTax, combined_tax_rate
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.proforma_credits import put_credits
from bvnexus_xl.workbook.sheets.proforma_inputs import Purchase, purchases
from bvnexus_xl.workbook.sheets.proforma_table import (
    LABEL,
    MONEY,
    PRESENT_VALUE,
    RATE,
    RATE_UNIT,
    TOTAL,
    ProFormaTable,
    Rate,
    known,
    money_line,
)

_CLASS_COLUMNS = {5: (RATE, "rate"), 7: (RATE_UNIT, "beside"), 15: (TOTAL, "total"), 20: (PRESENT_VALUE, "pv")}
"""Column of each recovery period in the depreciation table, and what formulas call it."""
_BONUS = "bonus_depreciation_fraction"
_TAXED_LCOE = (
    "=IF({mwh:pv}>0,(({capital:pv}-{tax_credits:pv}-{tax_rate:rate}*({depreciation:pv}+{write_off:pv}))/(1-{tax_rate:rate})"
    '+{yearly:pv}+{residual_paid:pv})/{mwh:pv},"n/a")'
)


def put_tax(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow) -> None:
    """Section E."""
    table.section(
        "E. Revenue, tax credits and income tax",
        "Without debt. Investment credits are cash at the end of the first year of service, production credits at the "
        "end of each year; at the horizon the residual value is taxed and the tax basis left is written off. Dates and "
        "tax classes of equipment are those of the run.",
    )
    _put_revenue(table, solved, flow)
    rate = Rate(combined_tax_rate(solved.project.finance), "", _RATE_FORMULA, "percent")
    table.single("tax_rate", "Federal and state tax together", "", {RATE: rate})
    bought = purchases(solved)
    put_credits(table, solved, flow, bought)
    _put_class_table(table, solved)
    _put_depreciation(table, solved, flow, bought)
    table.group("Income tax without debt; losses are carried forward")
    put_income_tax(table, "project", flow.project_tax, "={before_tax}-{residual_paid}-{depreciation}-{write_off}")
    figure = Rate(known(flow.lcoe_after_tax_usd_per_mwh), "", _TAXED_LCOE, "rate")
    table.group("Level price at which the project after tax is worth 0, losses being used at once")
    table.single("lcoe_taxed", "LCOE, after tax", "$/MWh", {PRESENT_VALUE: figure}, strong=True)


_RATE_FORMULA = "=federal_tax_rate+state_tax_rate*(1-federal_tax_rate)"


def _put_avoided(table: ProFormaTable, solved: SolvedStudy) -> None:
    """The tariff that own supply avoids; nothing where the account does not know the load."""
    avoided, project = solved.money.avoided, solved.project
    by_tariff = int(project.finance.revenue_basis == "avoided_tariff")
    switch = Rate(by_tariff, "1 = avoided tariff", '=IF(TRIM(revenue_basis)="avoided_tariff",1,0)', "year")
    table.single("by_tariff", "Revenue by the tariff avoided", "", {RATE: switch})
    if avoided is None:
        money_line(table, "avoided", "Grid charges avoided", np.zeros(table.years), "")
        return
    table.group("What the grid would charge for the same load, at the prices of sheet Grid")
    if avoided.tariff_usd is not None:
        money_line(table, "avoided_bill", "Bill by tariff lines, first-year prices", avoided.tariff_usd, "")
        formula = "={avoided_bill}*{electricity}"
        money_line(
            table, "avoided", "Grid charges avoided", avoided.charges(project), formula, strong=True, paid="at_end"
        )
        return
    formula = "" if project.series.get("grid_price_usd_per_mwh") else "={delivered}*{import_base:rate}"
    money_line(table, "avoided_energy", "Energy, at first-year price", avoided.energy_base_usd, formula)
    table.line("avoided_demand", "Demand, sum of months", "MW-months", avoided.demand_mw_months)
    table.line("avoided_standby", "Contracted, all months", "MW-months", avoided.contracted_mw_months)
    formula = (
        "={avoided_energy}*{electricity}"
        "+({avoided_demand}*{demand_price}+{avoided_standby}*{standby_price})*{kw_per_mw:rate}"
    )
    charges = avoided.charges(project)
    money_line(table, "avoided", "Grid charges avoided", charges, formula, strong=True, paid="at_end")


def _put_revenue(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow) -> None:
    finance = solved.project.finance
    _put_avoided(table, solved)
    table.group("Revenue; price: the tariff avoided, that of sheet Finance, or the nominal LCOE where that is empty")
    growth, field = escalation_factors(finance.power_price_escalation_rate, table.years), "power_price_usd_per_mwh"
    rate = Rate(finance.power_price_escalation_rate, "per year", "=power_price_escalation_rate", "percent")
    formula = "=(1+{price_growth:rate})^{start}"
    table.line(
        *("price_growth", "Escalation, power price", "factor", growth, formula), kind="factor", rate=rate, total=False
    )
    given = finance.power_price_usd_per_mwh
    first = Rate(
        known(solved.money.lcoe_usd_per_mwh if given is None else given),
        "$/MWh",
        f"=IF(ISNUMBER({field}),{field},{{lcoe:pv}})",
    )
    formula = (
        "=IF({by_tariff:rate}=1,IF({delivered}>0,{avoided}/{delivered},0),"
        f"IF(ISNUMBER({field}),{{power_price:rate}}*{{price_growth}},"
        "IF(ISNUMBER({power_price:rate}),{power_price:rate},0)))"
    )
    price = flow.power_price
    table.line("power_price", "Power price", "$/MWh", price, formula, kind="rate", rate=first, total=False)
    formula = "={power_price}*{delivered}"
    if solved.money.services is not None:
        money_line(table, "services", "Grid services, net of calls (sheet Services)", flow.services, "", paid="at_end")
        formula += "+{services}"
    money_line(table, "revenue", "Revenue", flow.revenue, formula, paid="at_end")
    formula = "={revenue}-{yearly}"
    money_line(table, "before_tax", "Cash before tax and debt", flow.before_tax, formula, strong=True, paid="at_end")


def _put_class_table(table: ProFormaTable, solved: SolvedStudy) -> None:
    """MACRS percentages with what all deductions are worth, by class."""
    finance = solved.project.finance
    table.next_row += 1
    heads = {LABEL: "Depreciation by tax year (MACRS)", RATE: "5-year", RATE_UNIT: "7-year"}
    table.head(heads | {TOTAL: "15-year", PRESENT_VALUE: "20-year"})
    with table.block("macrs"):
        for year in range(1, 1 + max(len(percents) for percents in MACRS_PERCENT.values())):
            figures = {
                column: Rate(MACRS_PERCENT[years][year - 1] / 100.0, kind="percent")
                for years, (column, _) in _CLASS_COLUMNS.items()
                if year <= len(MACRS_PERCENT[years])
            }
            table.single(f"macrs_{year}", f"Tax year {year}", "", figures)
    worth, weight = {}, {}
    tax = combined_tax_rate(finance)
    for years, (column, name) in _CLASS_COLUMNS.items():
        value = deductions_present_value(finance.discount_rate, years, finance.bonus_depreciation_fraction)
        formula = f"={_BONUS}/(1+discount_rate)+(1-{_BONUS})*NPV(discount_rate,{{macrs:{name}}})"
        worth[column] = Rate(value, "", formula, "factor")
        formula = f"=(1-{{tax_rate:rate}}*{{macrs_worth:{name}}})/(1-{{tax_rate:rate}})"
        weight[column] = Rate(after_tax_multiplier(tax, value), "", formula, "factor")
    table.single("macrs_worth", "Worth of all deductions per dollar", "", worth)
    table.single("macrs_weight", "Weight of capital after tax, operation 1", "", weight)


def _put_depreciation(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow, bought: list[Purchase]) -> None:
    """Shares, basis and deductions by class, then the write-off at the horizon."""
    table.group("Share of the basis deducted, by years in service, after the bonus")
    for name in flow.basis_by_class:
        years = recovery_years(name)
        shares = np.array([*macrs_shares(years), *[0.0] * table.years][: table.years])
        formula = f"=INDEX({{macrs:{_CLASS_COLUMNS[years][1]}}},{{end}})"
        table.line(f"share_{years}", name, "share", shares, formula, kind="percent", total=False)
    cut = Rate(BASIS_CUT, "of credit", kind="percent")
    table.single("basis_cut", "Basis falls by part of the investment credit", "", {RATE: cut})
    table.group("Depreciable basis placed in service, by class")
    with table.block("bases", "Nothing"):
        for name, values in flow.basis_by_class.items():
            money_line(table, f"basis_{recovery_years(name)}", name, values, _basis_formula(solved, bought, name))
    _put_bonus(table, solved, flow, bought)
    table.group("Tax depreciation, by class, bonus included")
    with table.block("depreciations", "Nothing"):
        for name, values in flow.depreciation_by_class.items():
            years = recovery_years(name)
            regular = f"{{basis_{years}:years}}-{{bonus_{years}:years}}"
            aged = f"SUMIF({{start:years}},{{start}}-{{start:years}},{{share_{years}:years}})"
            formula = f"={{bonus_{years}}}+SUMPRODUCT({regular},{aged})"
            money_line(table, f"depreciation_{years}", name, values, formula)
    values = flow.depreciation
    money_line(table, "depreciation", "Tax depreciation", values, "=SUM({depreciations})", strong=True, paid="at_end")
    formula = "=IF({end}=MAX({end:years}),SUM({bases:total})-{depreciation:total},0)"
    money_line(table, "write_off", "Tax basis left, written off", flow.write_off, formula, paid="at_end")


def _put_bonus(table: ProFormaTable, solved: SolvedStudy, flow: CashFlow, bought: list[Purchase]) -> None:
    """Bonus depreciation by class; plant acquired too early for it is named, and its part of the basis left out."""
    acquired = acquired_late_enough(solved.project, solved.fleet)
    index = solved.fleet.index
    too_early = [item for item in bought if not acquired[index[item.column.key]].all()]
    if too_early:
        table.group("Bonus depreciation: 1 where acquired after 19 January 2025, by year of service")
        for item in too_early:
            values = acquired[index[item.column.key]].astype(float)
            table.line(f"acquired_{item.key}", item.label, "1 = yes", values, kind="count", total=False)
    table.group("Bonus depreciation in the first year, by class")
    with table.block("bonuses", "Nothing"):
        for name, values in flow.bonus_by_class.items():
            years = recovery_years(name)
            formula = f"={_BONUS}*({_bonus_basis(solved, bought, name, too_early)})"
            money_line(table, f"bonus_{years}", name, values, formula)


def _bonus_basis(solved: SolvedStudy, bought: list[Purchase], name: MacrsClass, too_early: list[Purchase]) -> str:
    """The basis of a class that has the bonus: all of it, but for what was acquired too early."""
    items = _of_class(solved, bought, name)
    if not any(item in too_early for item in items):
        return f"{{basis_{recovery_years(name)}}}"
    kinds, index = credit_kinds(solved.fleet), solved.fleet.index
    terms = []
    for item in items:
        credited = f"-{{basis_cut:rate}}*{{credit_{item.key}}}" if kinds[index[item.column.key]] else ""
        factor = f"*{{acquired_{item.key}}}" if item in too_early else ""
        terms.append(f"({{capital_{item.key}}}{credited}){factor}")
    return "+".join(terms)


def _of_class(solved: SolvedStudy, bought: list[Purchase], name: MacrsClass) -> list[Purchase]:
    classes, index = tax_classes(solved.fleet), solved.fleet.index
    return [item for item in bought if classes[index[item.column.key]] == name]


def _basis_formula(solved: SolvedStudy, bought: list[Purchase], name: MacrsClass) -> str:
    """Capital of what has the class, less a part of its credits."""
    kinds, index, items = credit_kinds(solved.fleet), solved.fleet.index, _of_class(solved, bought, name)
    paid = "+".join(f"{{capital_{item.key}}}" for item in items)
    credited = "+".join(f"{{credit_{item.key}}}" for item in items if kinds[index[item.column.key]])
    return f"={paid}" + (f"-{{basis_cut:rate}}*({credited})" if credited else "")


def put_income_tax(table: ProFormaTable, name: str, tax: IncomeTax, income: str) -> None:
    """Income, losses and tax; ``income`` is the template of taxable income."""
    money_line(table, f"{name}_income", "Taxable income before earlier losses", tax.income, income)
    before, earned = f"{{{name}_losses:before}}", f"{{{name}_income}}"
    # 0+: MIN passes over the empty cell left of the first year
    used = f"MIN(0+{before},loss_offset_limit_fraction*MAX(0,{earned}))"
    table.line(
        *(f"{name}_losses", "Losses carried to the next year", MONEY, tax.loss_left),
        f"={before}+MAX(0,-{earned})-{used}",
        kind="thousand",
        total=False,
    )
    money_line(table, f"{name}_used", "Earlier losses used", tax.loss_used, f"={used}")
    formula = f"={{tax_rate:rate}}*(MAX(0,{earned})-{{{name}_used}})"
    money_line(table, f"{name}_tax", "Income tax", tax.tax, formula, strong=True, paid="at_end")
