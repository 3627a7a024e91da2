"""Upper half of sheet ``ProForma``: timeline, the plan's physical quantities, unit prices by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.finance.construction import MILESTONES, MONTHS_PER_YEAR, construction_factor
from bvnexus_xl.finance.investment import capital_adders
from bvnexus_xl.finance.operations import compute_lost_mwh
from bvnexus_xl.fleet import GRID_KEY, Column
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.units import KW_PER_MW
from bvnexus_xl.workbook.sheets.proforma_grid import put_grid
from bvnexus_xl.workbook.sheets.proforma_table import RATE, Array, ProFormaTable, Rate

ESCALATIONS = (
    ("general", "inflation_rate", "Escalation, general"),
    ("plant", "capex_escalation_rate", "Escalation, capital cost"),
    ("storage", "storage_capex_escalation_rate", "Escalation, battery capital cost"),
    ("gas", "gas_escalation_rate", "Escalation, gas"),
    ("diesel", "diesel_escalation_rate", "Escalation, diesel"),
    ("electricity", "electricity_escalation_rate", "Escalation, grid prices"),
)
"""(key, field of sheet Finance, label) of every escalation."""

_PRICES = (
    (
        *("gas_price", "Gas, delivered", "$/MMBtu"),
        ("gas_price_usd_per_mmbtu", "gas_basis_usd_per_mmbtu", "gas_transport_usd_per_mmbtu"),
        "gas",
    ),
    ("diesel_price", "Diesel", "$/MMBtu", ("diesel_price_usd_per_mmbtu",), "diesel"),
    ("fee", "Fee on NOx, CO and VOC", "$/short ton", ("emission_fee_usd_per_ton",), "general"),
    ("demand_price", "Demand charge", "$/kW-month", ("demand_charge_usd_per_kw_month",), "electricity"),
    ("standby_price", "Standby charge", "$/kW-month", ("standby_charge_usd_per_kw_month",), "electricity"),
)
"""(key, label, unit, fields added up, key of the escalation) of every unit price."""

_SIMPLE_TARIFF = ("demand_charge_usd_per_kw_month", "standby_charge_usd_per_kw_month")
"""Prices of sheet Grid that lines of the tariff take the place of."""
_MILESTONE = "milestone_{0}_fraction*((1+construction_interest_rate)^(milestone_{0}_months/{{months:rate}})-1)"
_WORDS = {"units": ("units", "unit", "count"), "mw": ("MW", "MW", "decimal"), "mwh": ("MWh", "MWh", "decimal")}
"""Unit of a column's quantity, word for one of it, kind of figure."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A column the plan buys, or the battery energy it buys after the column's first year.

    Attributes:
        key: unique among the purchases.
        bought: quantity by year, [Y].
        augments: True for battery energy bought after its first year.
    """

    key: str
    label: str
    column: Column
    bought: Array
    augments: bool


def purchases(solved: SolvedStudy) -> list[Purchase]:
    """What the plan buys, in the order of the fleet, augmentation last."""
    first: list[Purchase] = []
    later: list[Purchase] = []
    for position, column in enumerate(solved.fleet.columns):
        bought = solved.plan.builds[position]
        if column.existing or not bought.any():
            continue
        opening = np.flatnonzero(bought)[0] if column.quantity == "mwh" else len(bought)
        once = np.where(np.arange(len(bought)) <= opening, bought, 0.0)
        first.append(Purchase(f"{position}", column.label, column, once, augments=False))
        if (bought - once).any():
            later.append(Purchase(f"{position}a", f"{column.label}, added later", column, bought - once, augments=True))
    return first + later


def put_timeline(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Years, escalation and discount factors."""
    finance, count = solved.project.finance, np.arange(1.0, table.years + 1.0)
    table.section(
        "Timeline",
        "Base date: 1 January of the first year. Capital is paid at the start of a year, all else at its end.",
    )
    table.line("start", "Base date to start of year", "years", count - 1.0, kind="year", total=False)
    table.line("end", "Base date to end of year", "years", count, kind="year", total=False)
    ahead = "=MAX({end:years})-{start}"
    table.line("ahead", "Start of year to horizon", "years", count[::-1], ahead, kind="year", total=False)
    for key, field_name, label in ESCALATIONS:
        values = escalation_factors(getattr(finance, field_name), table.years)
        rate = Rate(getattr(finance, field_name), "per year", f"={field_name}", "percent")
        formula = f"=(1+{{{key}:rate}})^{{start}}"
        table.line(key, label, "factor", values, formula, kind="factor", rate=rate, total=False)
    for key, label, exponent in (
        ("at_start", "Discount factor, start of year", "start"),
        ("at_end", "Discount factor, end of year", "end"),
    ):
        rate = Rate(finance.discount_rate, "per year", "=discount_rate", "percent")
        formula = f"=(1+{{{key}:rate}})^-{{{exponent}}}"
        table.line(key, label, "factor", table.factors[key], formula, kind="factor", rate=rate, total=False)


def put_quantities(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Physical quantities of the plan and its dispatch, with the unit prices of equipment beside them."""
    table.section(
        "A. Quantities, and unit prices of equipment",
        "Quantities are the plan's and its dispatch's. Equipment prices are those of the run, in first-year money: "
        "after a change on sheet Equipment, run again. Prices on Finance and Grid are live.",
    )
    table.single("kw_per_mw", "Kilowatts in a megawatt", "", {RATE: Rate(KW_PER_MW, "kW/MW", kind="count")})
    table.group("Bought for the start of the year; overnight price of one")
    for purchase in purchases(solved):
        unit, one, kind = _WORDS[purchase.column.quantity]
        price = _price(purchase.column, purchase.column.capex_usd_each, f"$/{one}", "interconnection_capex_usd_per_kw")
        table.line(f"buy_{purchase.key}", purchase.label, unit, purchase.bought, kind=kind, rate=price)
    table.group("In place; fixed O&M of one")
    in_place = installed(solved.fleet, solved.plan.builds)
    with table.block("in_place", "Nothing"):
        for position in np.flatnonzero(in_place.any(axis=1)):
            column = solved.fleet.columns[position]
            unit, one, kind = _WORDS[column.quantity]
            price = _price(column, column.fom_usd_per_year_each, f"$/{one}-yr", "grid_fom_usd_per_kw_year")
            have = in_place[position]
            table.line(f"have_{position}", column.label, unit, have, kind=kind, rate=price, total=False)
    table.group("In place, at the overnight price of the first year: basis of property tax and insurance")
    stands = booked_columns(solved)
    with table.block("insured", "Nothing"):
        for position in np.flatnonzero(in_place.any(axis=1)):
            if position in stands:
                continue
            column = solved.fleet.columns[position]
            values, formula = (
                in_place[position] * column.capex_usd_each,
                f"={{have_{position}}}*{{buy_{position}:rate}}",
            )
            table.line(f"insured_{position}", column.label, "$ thousand", values, formula, kind="thousand", total=False)
    if stands:
        table.group("Existing plant in place, at its book value: basis of property tax and insurance, never paid again")
        with table.block("booked"):
            for place in stands:
                column = solved.fleet.columns[place]
                book = Rate(column.book_usd_each, f"$/{_WORDS[column.quantity][1]}", kind="count")
                key, formula = f"booked_{place}", f"={{have_{place}}}*{{booked_{place}:rate}}"
                values = in_place[place] * column.book_usd_each
                table.line(key, column.label, "$ thousand", values, formula, kind="thousand", rate=book, total=False)
    _put_energy(table, solved)
    _put_totals(table, solved)


def booked_columns(solved: SolvedStudy) -> list[int]:
    """Positions of existing plant that is in place in some year."""
    in_place = installed(solved.fleet, solved.plan.builds)
    return [n for n, column in enumerate(solved.fleet.columns) if column.existing and in_place[n].any()]


def _price(column: Column, value: float, unit: str, grid_field: str) -> Rate:
    """Price of one: of the grid connection live from sheet Grid, of equipment as it was at the run."""
    live = f"={grid_field}*{{kw_per_mw:rate}}" if column.key == GRID_KEY else ""
    return Rate(value, unit, live, "count")


def _put_energy(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Energy and starts by asset, with variable O&M, cost of a start, and wear beside them."""
    fleet, totals = solved.fleet, solved.totals
    bought = np.asarray(solved.plan.builds.any(axis=1))
    thermal = [n for n in range(len(fleet.thermal)) if bought[n]]
    batteries = [n for n in range(len(fleet.storage)) if bought[fleet.storage_columns(n)[0]]]
    discharged = {n: np.array([year.discharge_mwh[n] for year in totals]) for n in batteries}
    table.group("Energy; variable O&M")
    with table.block("energy", "No own units"):
        for n in thermal:
            mwh = np.array([year.thermal_mwh[n] for year in totals])
            rate = Rate(fleet.thermal[n].vom_usd_per_mwh, "$/MWh")
            table.line(f"thermal_{n}", fleet.thermal[n].label, "MWh", mwh, rate=rate)
        for n, profile in enumerate(fleet.profile):
            if bought[fleet.profile_column(n)]:
                mwh = np.array([year.profile_mwh[n] for year in totals])
                rate = Rate(profile.row.vom_usd_per_mwh, "$/MWh")
                table.line(f"profile_{n}", profile.label, "MWh", mwh, rate=rate)
        for n in batteries:
            rate = Rate(fleet.storage[n].row.vom_usd_per_mwh, "$/MWh")
            label = f"{fleet.storage[n].label}, discharged"
            table.line(f"battery_{n}", label, "MWh", discharged[n], rate=rate)
    table.group("Battery throughput; wear")
    with table.block("wear", "No battery"):
        for n in batteries:
            rate = Rate(fleet.storage[n].row.cycle_cost_usd_per_kwh * KW_PER_MW, "$/MWh")
            label = f"{fleet.storage[n].label}, discharged"
            table.line(f"wear_{n}", label, "MWh", discharged[n], f"={{battery_{n}}}", rate=rate)
    table.group("Starts; cost of one")
    with table.block("starting", "No units"):
        for n in thermal:
            starts = np.array([year.starts[n] for year in totals])
            rate = Rate(fleet.thermal[n].start_cost_usd, "$/start")
            table.line(f"starts_{n}", fleet.thermal[n].label, "starts", starts, rate=rate)
    classes = flexible_loads(solved.project)
    table.group("Computing lost by shedding and shifting; its price")
    with table.block("computing", "No flexible computing"):
        for n, item in enumerate(classes):
            lost = [compute_lost_mwh(classes, year.flex_down_mwh, year.flex_up_mwh)[n] for year in totals]
            rate = Rate(item.compute_usd_per_mwh, "$/MWh")
            table.line(f"computing_{n}", item.label, "MWh", np.array(lost), rate=rate)


def _put_totals(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Fuel, emissions, grid and delivered energy of each year."""
    totals = solved.totals
    table.group("Fuel, emissions, grid")
    is_gas = np.array([asset.fuel == "natural_gas" for asset in solved.fleet.thermal], dtype=bool)
    fuel = np.array([year.fuel_mmbtu for year in totals])
    table.line("gas_mmbtu", "Gas burned, HHV", "MMBtu", fuel[:, is_gas].sum(1))
    table.line("diesel_mmbtu", "Diesel burned, HHV", "MMBtu", fuel[:, ~is_gas].sum(1))
    with table.block("fee_tons"):
        for key, label in (("nox", "NOx"), ("co", "CO"), ("voc", "VOC")):
            tons = np.array([getattr(year, f"{key}_tons") for year in totals])
            table.line(f"{key}_tons", label, "short tons", tons, kind="decimal")
    table.line("import_mwh", "Grid import", "MWh", np.array([year.import_mwh for year in totals]))
    put_grid(table, solved)
    table.line("unserved", "Load not served", "MWh", np.array([year.unserved_mwh for year in totals]))
    table.line("delivered", "Energy delivered", "MWh", solved.money.delivered_mwh, strong=True)


def put_prices(table: ProFormaTable, solved: SolvedStudy) -> None:
    """Nominal unit prices of every year: first-year price from the input sheets times escalation."""
    project = solved.project
    finance = project.finance
    factors = {key: escalation_factors(getattr(finance, name), table.years) for key, name, _ in ESCALATIONS}
    table.section("B. Unit prices by year", "First-year price of sheets Finance and Grid, times the escalation above.")
    table.single("months", "Months in a year", "", {RATE: Rate(MONTHS_PER_YEAR, "months", kind="count")})
    terms = "+".join(_MILESTONE.format(n) for n in MILESTONES)
    interest = Rate(construction_factor(finance), "x price", f"=1+{terms}", "factor")
    table.single("construction", "Price with interest during construction", "", {RATE: interest})
    on_top, formula = capital_adders(project), "=(1+contingency_fraction)*(1+owners_cost_fraction)*{construction:rate}"
    adders = Rate(on_top, "x price", formula, "factor")
    for key, label in (("plant", "Adders and escalation, plant"), ("storage", "Adders and escalation, battery")):
        formula = f"={{{key}_factor:rate}}*{{{key}}}"
        values = on_top * factors[key]
        table.line(f"{key}_factor", label, "factor", values, formula, kind="factor", rate=adders, total=False)
    for key, label, unit, fields, escalation in _PRICES:
        if project.grid.tariff_lines and fields[0] in _SIMPLE_TARIFF:
            continue
        home = finance if fields[0] in type(finance).model_fields else project.grid
        first = sum(getattr(home, name) for name in fields)
        rate = Rate(first, unit, "=" + "+".join(fields))
        formula = f"={{{key}:rate}}*{{{escalation}}}"
        table.line(key, label, unit, first * factors[escalation], formula, kind="rate", rate=rate, total=False)
