"""The tariff of a project.

One rule says which inputs count: without lines in the table ``Grid!tariff_lines`` the three simple prices of sheet Grid
are the tariff (energy price, demand charge on each month's highest import, standby charge); with lines, the lines are
the whole tariff and the three prices are not used. An hourly price on sheet Series takes the place of every price of
energy in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bvnexus_xl.inputs.grid import Grid, TariffLine
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.tariffs.lines import charges_of, month_flags, window_of
from bvnexus_xl.tariffs.tariff import (
    ALL_HOURS,
    CoincidentCharge,
    DemandCharge,
    EnergyCharge,
    MonthlyCharge,
    Ratchet,
    Tariff,
    Tier,
    Window,
)


def project_tariff(project: Project) -> Tariff:
    """Tariff of a project; see the module for which inputs count."""
    grid = project.grid
    lines = grid.tariff_lines or simple_lines(grid)
    registers = list(dict.fromkeys([ALL_HOURS, *(window_of(line) for line in lines)]))
    charges = [[lines[n] for n in group] for group in charges_of(lines)]
    hourly = project.series.get("grid_price_usd_per_mwh")

    def of(*kinds: str) -> list[list[TariffLine]]:
        return [charge for charge in charges if charge[0].kind in kinds]

    return Tariff(
        first_year=project.study.first_year,
        registers=tuple(registers),
        energy=tuple(_energy(charge, registers.index) for charge in of("energy", "energy_hours_use")),
        demand=tuple(_demand(charge, registers.index) for charge in of("demand")),
        coincident=tuple(
            CoincidentCharge(line.name, registers.index(window_of(line)), _months(line), line.price)
            for (line,) in of("coincident_demand")
        ),
        standby=tuple(MonthlyCharge(line.name, _months(line), line.price) for (line,) in of("standby")),
        fixed=tuple(MonthlyCharge(line.name, _months(line), line.price) for (line,) in of("fixed")),
        hourly_usd_per_mwh=np.array(hourly) if hourly else None,
        most_mw=max((row.import_limit_mw for row in grid.import_limits), default=0.0),
    )


def simple_lines(grid: Grid) -> tuple[TariffLine, ...]:
    """The three simple prices as lines."""
    return (
        TariffLine(name="Energy", kind="energy", price=grid.grid_energy_price_usd_per_mwh),
        TariffLine(name="Demand", kind="demand", price=grid.demand_charge_usd_per_kw_month),
        TariffLine(name="Standby", kind="standby", price=grid.standby_charge_usd_per_kw_month),
    )


def _months(line: TariffLine) -> tuple[bool, ...]:
    return month_flags(line.first_month, line.last_month)


def _tiers(charge: Sequence[TariffLine]) -> tuple[Tier, ...]:
    return tuple(Tier(line.name, line.tier_from or 0.0, line.tier_to, line.price) for line in charge)


def _energy(charge: Sequence[TariffLine], number: Callable[[Window], int]) -> EnergyCharge:
    line = charge[0]
    hours_use = line.kind == "energy_hours_use"
    return EnergyCharge(number(window_of(line)), _months(line), _tiers(charge), hours_use)


def _demand(charge: Sequence[TariffLine], number: Callable[[Window], int]) -> DemandCharge:
    line = charge[0]
    ratchet = None
    if line.ratchet_over != "none":
        counted = month_flags(line.ratchet_first_month, line.ratchet_last_month)
        ratchet = Ratchet(line.ratchet_fraction, line.ratchet_over, line.ratchet_months, counted)
    return DemandCharge(number(window_of(line)), _months(line), _tiers(charge), ratchet, line.minimum_fraction)
