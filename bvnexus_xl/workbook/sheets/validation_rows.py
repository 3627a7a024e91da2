"""The figures of sheet ``Validation``: one line an item, the same items for both phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.operations import OPERATING_LINES
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import BATTERY, SOURCES, energy_by_group
from bvnexus_xl.workbook.sheets.proforma_table import known

_UNITS = {"units": "units", "mw": "MW", "mwh": "MWh"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One item of one study: what it is, its unit, the kind of figure (``styles.LINE_FORMATS``), value or ``n/a``."""

    label: str
    unit: str
    kind: str
    value: float | str


def key_figures(solved: SolvedStudy) -> list[Figure]:
    """Cost in four figures."""
    money, first = solved.money, solved.plan.years[0]
    return [
        Figure("Levelised cost, nominal", "$/MWh", "rate", known(money.lcoe_usd_per_mwh)),
        Figure("Levelised cost, real", f"$/MWh, {first}", "rate", known(money.lcoe_real_usd_per_mwh)),
        Figure("Net present value of cost", "million $", "million", money.npv_cost_usd),
        Figure("Capital, all years, nominal", "million $", "million", money.capex_usd),
    ]


def present_values(solved: SolvedStudy) -> list[Figure]:
    """Cost lines as present value on 1 January of the first year, $; they add up to the net present value."""
    money, rate, years = solved.money, solved.project.finance.discount_rate, len(solved.plan.years)
    start, end = year_start_factors(rate, years), year_end_factors(rate, years)
    lines = [
        ("Capital", money.capex_by_column.sum(0) @ start),
        ("Residual value", -money.residual_by_column.sum() * end[-1]),
        ("Fixed O&M", money.fixed_om @ end),
        ("Property tax, insurance", money.property_charges @ end),
        *((label, money.operating[key] @ end) for key, label in OPERATING_LINES),
    ]
    return [Figure(label, "million $, PV", "million", float(value)) for label, value in lines]


PRESENT_VALUES = 4 + len(OPERATING_LINES)
"""How many lines ``present_values`` has."""


def operation(solved: SolvedStudy) -> list[Figure]:
    """What all analysed years together give, burn and emit."""
    totals = solved.totals
    by_group = energy_by_group(solved)
    delivered = sum(year.served_mwh for year in totals)
    energy = [
        Figure(f"{source}, discharged" if source == BATTERY else source, "GWh", "gwh", sum(by_group[source]))
        for source in SOURCES
    ]
    return [
        Figure("Delivered to the load", "GWh", "gwh", delivered),
        Figure("Unserved", "MWh", "decimal", sum(year.unserved_mwh for year in totals)),
        *energy,
        Figure("Curtailed", "GWh", "gwh", sum(float(year.curtailed_mwh.sum()) for year in totals)),
        Figure("Starts of units", "starts", "count", sum(float(year.starts.sum()) for year in totals)),
        Figure("Running hours, all units", "h", "count", sum(float(year.online_h.sum()) for year in totals)),
        Figure("Fuel", "MMBtu", "count", sum(float(year.fuel_mmbtu.sum()) for year in totals)),
        Figure("NOx", "short ton", "decimal", sum(year.nox_tons for year in totals)),
        Figure("CO", "short ton", "decimal", sum(year.co_tons for year in totals)),
        Figure("VOC", "short ton", "decimal", sum(year.voc_tons for year in totals)),
        Figure("CO2", "short ton", "count", sum(year.co2_tons for year in totals)),
        Figure("Water of the units", "acre-ft", "decimal", sum(year.plant_water_acre_ft for year in totals)),
        Figure("Water, cooling of the halls", "acre-ft", "decimal", sum(year.cooling_water_acre_ft for year in totals)),
    ]


def mix_years(solved: SolvedStudy) -> tuple[int, ...]:
    """Positions of the first, a middle and the last year; fewer where there are fewer."""
    last = len(solved.plan.years) - 1
    return tuple(sorted({0, (last + 1) // 2, last}))


def mix(studies: Sequence[SolvedStudy]) -> list[tuple[str, str, bool, np.ndarray]]:
    """(label, unit, whole, quantity in place [study, year shown]) of every model that one of the studies ever has."""
    positions = list(mix_years(studies[0]))
    # P5's phases hire different batches, so that their fleets differ: models are told by key, not by place
    columns = {column.key: column for study in studies for column in study.fleet.columns}
    place = {key: row for row, key in enumerate(columns)}
    in_place = np.zeros((len(studies), len(columns), len(studies[0].plan.years)))
    for number, study in enumerate(studies):
        own = [place[column.key] for column in study.fleet.columns]
        in_place[number, own] = installed(study.fleet, study.plan.builds)
    return [
        (column.label, _UNITS[column.quantity], column.integer, in_place[:, row][:, positions])
        for row, column in enumerate(columns.values())
        if in_place[:, row].any()
    ]


def stage_seconds(solved: SolvedStudy) -> list[tuple[str, float | None, float | None]]:
    """(stage, seconds in Phase 1, seconds in Phase 2)."""
    before = solved.screening.seconds if solved.screening else solved.seconds
    out: list[tuple[str, float | None, float | None]] = []
    for stage, seconds in solved.seconds.items():
        first = before.get(stage)
        later = seconds - (first or 0.0) if solved.screening else 0.0
        out.append((stage[:1].upper() + stage[1:], first, later if later > 0.0 else None))
    return out
