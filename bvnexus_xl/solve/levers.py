"""The limits a user could move: where each stands in the project, and what its row counts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bvnexus_xl.fleet import Fleet, slug
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import gas_limits_mcf
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.planning_reserve import reserve_label
from bvnexus_xl.units import HOURS_PER_DAY, HOURS_PER_YEAR
from bvnexus_xl.yearly_caps import (
    YEARLY_CAPS,
    emission_caps_tons,
    load_rate_per_mwh,
    rate_per_mwh,
    water_cap_acre_ft,
)

_UNSERVED_TIMES, _UNSERVED_LEAST = 9.0, 0.01
"""The share of unserved energy is never relaxed beyond ten times its input, or one percent where that is 0."""
_LAND_ACRES_PER_MW = 25.0


@dataclass(frozen=True, slots=True)
class Lever:
    """One limit and the cell that sets it.

    Attributes:
        name: ``limits.Limit.name``; ``import``, ``most:<model>`` and ``lead_time:<model>`` besides.
        label, unit: for people.
        field: input field; of a model's row where ``model`` is set.
        model: name of the equipment row; empty for a field of the site.
        value: what the cell holds, in ``unit``.
        per_row: units of the cell per unit of the row it limits.
        most: how far it is relaxed at most, in units of the row.
        scale: amount that counts as one when relaxations are compared, in units of the row.
    """

    name: str
    label: str
    unit: str
    field: str
    model: str
    value: float
    per_row: float
    most: float
    scale: float


def levers(project: Project, fleet: Fleet, profiles: Profiles) -> tuple[Lever, ...]:
    """Every limit that is switched on."""
    return (
        *_permits(project, fleet, profiles),
        *_gas(project, fleet, profiles),
        *_site(project, profiles),
        *_reliability(project, fleet, profiles),
        *_models(project, fleet, profiles),
    )


def _peak(profiles: Profiles) -> float:
    return max(float(profiles.load_mw.max()), 1e-6)


def _permits(project: Project, fleet: Fleet, profiles: Profiles) -> Sequence[Lever]:
    out = []
    for name, cap in {**emission_caps_tons(project), **water_cap_acre_ft(project)}.items():
        own = YEARLY_CAPS[name]
        value = float(getattr(project.constraints, own.field))
        rate = max((rate_per_mwh(asset, name) for asset in fleet.thermal), default=0.0)
        rate += load_rate_per_mwh(project, name)
        most = 2.0 * _peak(profiles) * HOURS_PER_YEAR * rate + 1.0
        share = value / cap if cap > 0.0 else 1.0
        out.append(Lever(name, own.label, own.unit, own.field, "", value, share, most, max(cap, 1.0)))
    return out


def _gas(project: Project, fleet: Fleet, profiles: Profiles) -> Sequence[Lever]:
    day, hour = gas_limits_mcf(project)
    limits, out = project.constraints, []
    rate = max((asset.full_load_mmbtu_per_mwh for asset in fleet.thermal), default=10.0)
    most = 2.0 * _peak(profiles) * HOURS_PER_DAY * rate / limits.gas_heat_content_mmbtu_per_mcf
    if limits.gas_limit_enabled:
        out.append(
            Lever("gas_day", "Gas per day", "mcf/day", "gas_limit_mcf_per_day", "", day, 1.0, most, max(day, 1.0))
        )
    if limits.gas_limit_enabled and limits.gas_hourly_limit_enabled:
        per_row = HOURS_PER_DAY / max(day, 1e-9)
        swing = limits.gas_hourly_swing_factor
        most_hour = most / HOURS_PER_DAY
        out.append(
            Lever(
                "gas_hour",
                "Gas per hour",
                "-",
                "gas_hourly_swing_factor",
                "",
                swing,
                per_row,
                most_hour,
                max(hour, 1.0),
            )
        )
    return out


def _site(project: Project, profiles: Profiles) -> Sequence[Lever]:
    limits, peak, out = project.constraints, _peak(profiles), []
    if limits.land_limit_enabled:
        land, most = limits.land_limit_acres, _LAND_ACRES_PER_MW * peak
        out.append(Lever("land", "Land", "acre", "land_limit_acres", "", land, 1.0, most, max(land, 1.0)))
    granted = float(profiles.import_limit_mw.max(initial=0.0))
    if granted > 0.0:
        out.append(Lever("import", "Grid import", "MW", "import_limit_mw", "", granted, 1.0, 2.0 * peak, granted))
    return out


def _reliability(project: Project, fleet: Fleet, profiles: Profiles) -> Sequence[Lever]:
    limits, peak, out = project.constraints, _peak(profiles), []
    unit = max((asset.unit_mw for asset in fleet.thermal), default=1.0)
    if limits.spinning_reserve_enabled:
        out.append(
            Lever("spinning_reserve", "Spinning N-1", "MW", "spinning_reserve_enabled", "", unit, 1.0, unit, unit)
        )
    if limits.planning_reserve_enabled:
        count = max(limits.planning_reserve_units, 1)
        need = peak + limits.planning_margin_mw
        most, label = need + count * unit, reserve_label(limits)
        out.append(Lever("planning_reserve", label, "MW", "planning_reserve_units", "", need, 1.0, most, need))
    if limits.unserved_limit_enabled:
        share = limits.unserved_limit_fraction
        energy = float(profiles.load_mw.sum(axis=1).max())
        most = max(_UNSERVED_TIMES * share, _UNSERVED_LEAST) * energy
        scale = max(share, 1e-3) * energy
        out.append(
            Lever(
                "unserved",
                "Unserved share",
                "fraction",
                "unserved_limit_fraction",
                "",
                share,
                1.0 / energy,
                most,
                scale,
            )
        )
    return out


def _models(project: Project, fleet: Fleet, profiles: Profiles) -> Sequence[Lever]:
    """Most MW of each model where the user gave it, and lead times that come after the first year."""
    out, first = [], project.study.first_year
    earliest = {_model_of(fleet, c): column.earliest_year for c, column in enumerate(fleet.columns)}
    for row in project.equipment:
        key = slug(row.name)
        if row.max_mw is not None:
            most = 3.0 * _peak(profiles)
            name = f"most:{key}"
            out.append(
                Lever(name, f"Most {row.name}", "MW", "max_mw", row.name, row.max_mw, 1.0, most, max(row.max_mw, 1.0))
            )
        late = earliest.get(key, first) - first
        if late > 0:
            out.append(_lead_time(row, min(late, len(project.years))))
    return out


def _lead_time(row: EquipmentRow, years: int) -> Lever:
    name, label = f"lead_time:{slug(row.name)}", f"Lead time of {row.name}"
    return Lever(
        name, label, "months", "lead_time_months", row.name, float(row.lead_time_months), 12.0, float(years), 1.0
    )


def _model_of(fleet: Fleet, column: int) -> str:
    """Key of the equipment row that a column is made from."""
    return fleet.columns[column].asset_key.partition("+")[0]


def columns_of(fleet: Fleet, model: str) -> list[int]:
    """Columns of an equipment row, every emission control and both quantities of a battery."""
    return [c for c in range(len(fleet.columns)) if _model_of(fleet, c) == slug(model)]
