"""Every limit of a project by year: what is allowed, what a plan uses, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, effective, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.planning_reserve import firm_margin, reserve_coefficients, reserve_label
from bvnexus_xl.units import HOURS_PER_DAY, LB_PER_SHORT_TON
from bvnexus_xl.yearly_caps import POLLUTANTS, WATER, YEARLY_CAPS, emission_caps_tons, lb_per_mwh, water_cap_acre_ft

Array = NDArray[np.float64]
_TOLERANCE = 1e-6
BINDING_SHARE = 0.005
"""A limit binds where no more than this share of it is left."""
NEAR_SHARE = 0.1
"""A limit is near where no more than this share of it is left."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit in one year.

    Attributes:
        name: key, e.g. ``nox``.
        label, unit: for people.
        field: input field that sets it (its cell is where the user changes it).
        year: calendar year.
        sense: ``at_most`` (used ≤ limit) or ``at_least`` (used ≥ limit).
        limit, used: in ``unit``.
        operating_price_usd: what one unit of room more saves in its year with the plan fixed and its dispatch done
            anew, $ of that year per unit; None until Phase 2, and for limits no dispatch has (land, planning reserve).
        planning_price_usd: the same with everything planned anew, parts of units allowed; None where not found.
    """

    name: str
    label: str
    unit: str
    field: str
    year: int
    sense: Literal["at_most", "at_least"]
    limit: float
    used: float
    operating_price_usd: float | None = None
    planning_price_usd: float | None = None

    @property
    def slack(self) -> float:
        """What is left; negative where the limit is broken."""
        return self.limit - self.used if self.sense == "at_most" else self.used - self.limit

    @property
    def broken(self) -> bool:
        """True where the limit is exceeded by more than rounding."""
        return self.slack < -_TOLERANCE * max(1.0, abs(self.limit))

    @property
    def binding(self) -> bool:
        """True where less than half a percent of a non-zero limit is left."""
        return self.limit > 0.0 and self.slack <= BINDING_SHARE * self.limit

    @property
    def near(self) -> bool:
        """True where less than a tenth of a non-zero limit is left, yet it does not bind."""
        return self.limit > 0.0 and not self.binding and self.slack <= NEAR_SHARE * self.limit


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What relaxing one limit by a tenth in every year saves, present value in dollars; every other limit stays.

    Attributes:
        name, label: of the limit.
        state: ``replanned``; ``zero`` where it binds in no year and its planning prices say that it saves next to
            nothing; ``not_reached`` where the time did not suffice; ``not_priced`` where the limit has no planning
            price that could be found.
        at_least_usd, at_most_usd: bounds of the saving on this plan, whole units on both sides, on representative
            weeks; what lies between is not proven either way.
        first_order_usd: planning price times a tenth of the limit, all years: parts of units allowed.
    """

    name: str
    label: str
    state: Literal["replanned", "zero", "not_reached", "not_priced"]
    at_least_usd: float | None = None
    at_most_usd: float | None = None
    first_order_usd: float | None = None


def worst_broken(limits: Sequence[Limit]) -> list[Limit]:
    """Of every limit that is broken, the year in which it is broken most."""
    worst: dict[str, Limit] = {}
    for limit in limits:
        if limit.broken and (limit.name not in worst or limit.slack < worst[limit.name].slack):
            worst[limit.name] = limit
    return list(worst.values())


def pte_tons_each(project: Project, fleet: Fleet) -> dict[str, Array]:
    """Potential to emit of one installed unit at full load for the permitted hours, tons/yr by pollutant, each [T].

    40.08 tpy for 18.3 MW at 0.50 lb/MWh and 8,760 h (dossier §0.1).
    """
    hours = project.constraints.permitted_hours_per_year
    out = {}
    for name in POLLUTANTS:
        out[name] = np.array([a.unit_mw * lb_per_mwh(a, name) * hours / LB_PER_SHORT_TON for a in fleet.thermal])
    return out


def land_acres(project: Project, fleet: Fleet, in_place: Array) -> Array:
    """Acres used by what is in place, substation and reserved land included, [Y]; ``in_place`` is [C, Y]."""
    acres = (
        np.array([column.acres_each for column in fleet.columns]) @ in_place + project.constraints.reserved_land_acres
    )
    if fleet.grid_column is not None:
        acres = acres + np.where(in_place[fleet.grid_column] > 1e-9, project.grid.substation_acres, 0.0)
    return np.asarray(acres, dtype=float)


def gas_limits_mcf(project: Project) -> tuple[float, float]:
    """(mcf per day, mcf per hour) allowed; infinite where switched off."""
    limits = project.constraints
    day = limits.gas_limit_mcf_per_day if limits.gas_limit_enabled else float("inf")
    hourly = limits.gas_limit_enabled and limits.gas_hourly_limit_enabled
    return day, day / HOURS_PER_DAY * limits.gas_hourly_swing_factor if hourly else float("inf")


def plan_limits(
    project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, totals: Sequence[YearTotals]
) -> tuple[Limit, ...]:
    """Every limit that is switched on, in every year."""
    in_place, able = installed(fleet, plan.builds), effective(fleet, plan.builds)
    acres = land_acres(project, fleet, in_place)
    out: list[Limit] = []
    for position, year in enumerate(plan.years):
        total = totals[position]
        out += _emission_limits(project, fleet, in_place[:, position], year, total)
        out += _fuel_limits(project, fleet, in_place[:, position], year, total)
        out += _water_limit(project, year, total)
        if project.constraints.land_limit_enabled:
            out.append(
                Limit(
                    "land",
                    "Land",
                    "acre",
                    "land_limit_acres",
                    year,
                    "at_most",
                    project.constraints.land_limit_acres,
                    float(acres[position]),
                )
            )
        out += _import_limit(fleet, profiles, in_place[:, position], year, position)
        out += _reliability_limits(project, year, total)
        out += _flexible_limits(project, year, total)
        if project.constraints.planning_reserve_enabled:
            coefficients = reserve_coefficients(project, fleet, profiles, position)
            need = float(coefficients.load_mw.max())
            margin = firm_margin(project, fleet, coefficients, able[:, position])
            label = reserve_label(project.constraints)
            out.append(
                Limit("planning_reserve", label, "MW", "planning_reserve_units", year, "at_least", need, need + margin)
            )
    return tuple(out)


def _emission_limits(project: Project, fleet: Fleet, in_place: Array, year: int, total: YearTotals) -> list[Limit]:
    limits = project.constraints
    potential = pte_tons_each(project, fleet) if limits.emission_basis == "PTE_8760" else None
    out = []
    for name, cap in emission_caps_tons(project).items():
        emitted = getattr(total, f"{name}_tons")
        used = float(potential[name] @ in_place[fleet.thermal_columns]) if potential else emitted
        own = YEARLY_CAPS[name]
        label = own.label + (" (potential to emit)" if potential else _margin_label(project))
        out.append(Limit(name, label, own.unit, own.field, year, "at_most", cap, used))
    return out


def _water_limit(project: Project, year: int, total: YearTotals) -> list[Limit]:
    own = YEARLY_CAPS[WATER]
    return [
        Limit(name, own.label, own.unit, own.field, year, "at_most", cap, total.water_acre_ft)
        for name, cap in water_cap_acre_ft(project).items()
    ]


def _margin_label(project: Project) -> str:
    """Says that a synthetic cap is used up to its margin only: the limit shown is not the number in its cell."""
    limits = project.constraints
    if limits.emission_basis != "synthetic_cap" or limits.synthetic_cap_margin >= 1.0:
        return ""
    return f" ({100.0 * limits.synthetic_cap_margin:g} % of cap)"


def _fuel_limits(project: Project, fleet: Fleet, in_place: Array, year: int, total: YearTotals) -> list[Limit]:
    day, hour = gas_limits_mcf(project)
    out = []
    if np.isfinite(day):
        used = float(total.gas_mcf_per_day.max())
        out.append(Limit("gas_day", "Gas, highest day", "mcf/day", "gas_limit_mcf_per_day", year, "at_most", day, used))
    if np.isfinite(hour):
        out.append(
            Limit(
                "gas_hour",
                "Gas, highest hour",
                "mcf/h",
                "gas_hourly_swing_factor",
                year,
                "at_most",
                hour,
                total.gas_mcf_per_hour_max,
            )
        )
    for n, asset in enumerate(fleet.thermal):
        permitted = asset.row.max_run_hours_per_year
        if permitted is not None and in_place[n] > 0:
            used = float(total.online_h[n] / in_place[n])
            out.append(
                Limit(
                    f"run_hours:{asset.key}",
                    f"Running hours, {asset.label}",
                    "h/yr",
                    "max_run_hours_per_year",
                    year,
                    "at_most",
                    permitted,
                    used,
                )
            )
    return out


def _import_limit(fleet: Fleet, profiles: Profiles, in_place: Array, year: int, position: int) -> list[Limit]:
    """Import contracted against import granted, in years with any."""
    granted = float(profiles.import_limit_mw[position].max())
    if fleet.grid_column is None or granted <= 0.0:
        return []
    used = min(float(in_place[fleet.grid_column]), granted)
    return [Limit("import", "Grid import", "MW", "import_limit_mw", year, "at_most", granted, used)]


def _reliability_limits(project: Project, year: int, total: YearTotals) -> list[Limit]:
    limits = project.constraints
    out = []
    if limits.unserved_limit_enabled:
        allowed = limits.unserved_limit_fraction * total.load_mwh
        out.append(
            Limit(
                "unserved",
                "Unserved, no outages",
                "MWh/yr",
                "unserved_limit_fraction",
                year,
                "at_most",
                allowed,
                total.unserved_mwh,
            )
        )
    if limits.spinning_reserve_enabled:
        out.append(
            Limit(
                "spinning_reserve",
                "Spinning reserve, tightest hour",
                "MW",
                "spinning_reserve_enabled",
                year,
                "at_least",
                total.reserve_required_mw,
                total.reserve_held_mw,
            )
        )
    return out


def _flexible_limits(project: Project, year: int, total: YearTotals) -> list[Limit]:
    """Hours of full depth of each flexible class, in the year and in the day of most use."""
    out = []
    for n, item in enumerate(flexible_loads(project)):
        for name, label, unit, field, most, used in (
            ("hours", "Flexible hours", "h/yr", "flexible_hours_per_year", item.hours_per_year, total.flex_hours),
            ("day", "Flexible hours in a day", "h/day", "longest_event_h", item.hours_per_day, total.flex_day_hours),
        ):
            text = f"{label}, {item.label}"
            out.append(Limit(f"flex_{name}:{item.key}", text, unit, field, year, "at_most", most, float(used[n])))
    return out
