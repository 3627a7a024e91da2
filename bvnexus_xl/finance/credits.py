"""Tax credits after P.L. 119-21: who gets which part of them, by the dates of construction and service, and origin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES, CreditKind
from bvnexus_xl.fleet import Fleet, ProfileAsset, StorageAsset, ThermalAsset
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.project import Project

Array = NDArray[np.float64]

SOLAR_WIND_BEGUN_BY = date(2026, 7, 4)
SOLAR_WIND_SERVICE_BY = date(2027, 12, 31)
CONTINUITY_YEARS = 4
"""A begin of construction counts for what is in service by the end of the fourth year after it."""
PHASE_DOWN = ((2033, 1.0), (2034, 0.75), (2035, 0.5))
"""(last year of begin, part of the credit) of storage and fuel cells; nothing after."""
CREDIT_FIELDS: dict[CreditKind, str] = {
    "solar_wind": "solar_wind_credit_fraction",
    "storage": "storage_credit_fraction",
    "fuel_cell": "fuel_cell_credit_fraction",
}
"""Input of sheet Finance with the full investment credit of each kind."""
ORIGIN_FIELDS: dict[CreditKind, str] = {
    "solar_wind": "solar_wind_non_feoc_fraction",
    "storage": "storage_non_feoc_fraction",
}
"""Input of sheet Finance with the part of cost that is not from prohibited foreign entities, where it is asked for."""
ORIGIN_FROM_YEAR = 2026
"""First year of begin of construction for which origin is asked."""
ORIGIN_FLOORS: dict[CreditKind, tuple[float, ...]] = {
    "solar_wind": (0.40, 0.45, 0.50, 0.55, 0.60),
    "storage": (0.55, 0.60, 0.65, 0.70, 0.75),
}
"""Least part of cost not from prohibited foreign entities, begun in 2026, 2027, ...; the last one from then on."""


def construction_begin(row: EquipmentRow, service_year: int) -> date:
    """When construction of what enters service on 1 January of a year began.

    The date given where it still holds (continuity), otherwise the lead time before service.
    """
    given, service = row.construction_begins_date, date(service_year, 1, 1)
    if given is not None and given <= service and service_year <= given.year + CONTINUITY_YEARS:
        return given
    months = service_year * 12 - row.lead_time_months
    return date(months // 12, months % 12 + 1, 1)


def eligible_part(kind: CreditKind, begun: date, service_year: int) -> float:
    """Part of the full credit, 0 to 1, for service on 1 January of a year."""
    if kind == "":
        return 0.0
    if kind == "solar_wind":
        in_time = begun <= SOLAR_WIND_BEGUN_BY and service_year <= begun.year + CONTINUITY_YEARS
        return float(in_time or date(service_year, 1, 1) <= SOLAR_WIND_SERVICE_BY)
    return next((part for last, part in PHASE_DOWN if begun.year <= last), 0.0)


def origin_floor(kind: CreditKind, begun: date) -> float:
    """Least part of cost that must not come from prohibited foreign entities; 0 where the law asks for none."""
    floors = ORIGIN_FLOORS.get(kind, ())
    if not floors or begun.year < ORIGIN_FROM_YEAR:
        return 0.0
    return floors[min(begun.year - ORIGIN_FROM_YEAR, len(floors) - 1)]


def row_of_column(fleet: Fleet) -> dict[str, EquipmentRow]:
    """Equipment row by asset key; the grid has none."""
    assets: list[ThermalAsset | StorageAsset | ProfileAsset] = [*fleet.thermal, *fleet.storage, *fleet.profile]
    return {asset.key: asset.row for asset in assets}


def credit_kinds(fleet: Fleet) -> tuple[CreditKind, ...]:
    """Kind of credit of each column, [C]; empty for none."""
    rows = row_of_column(fleet)
    return tuple(
        TECHNOLOGIES[rows[column.asset_key].technology].credit if column.asset_key in rows else ""
        for column in fleet.columns
    )


def dated_parts(project: Project, fleet: Fleet) -> Array:
    """Part of the full credit that the dates allow each column when it enters service in each year, [C, Y]."""
    return _by_begin(project, fleet, eligible_part)


def origin_floors(project: Project, fleet: Fleet) -> Array:
    """Least part of cost not from prohibited foreign entities of what enters service in each year, [C, Y]."""
    return _by_begin(project, fleet, lambda kind, begun, _year: origin_floor(kind, begun))


def eligible_parts(project: Project, fleet: Fleet) -> Array:
    """Part of the full credit each column gets when it enters service in each year, [C, Y]: dates, then origin.

    An origin that is not stated is taken as met.
    """
    kinds = credit_kinds(fleet)
    stated = [getattr(project.finance, ORIGIN_FIELDS[kind]) if kind in ORIGIN_FIELDS else None for kind in kinds]
    known = np.array([np.inf if part is None else part for part in stated])
    parts: Array = dated_parts(project, fleet) * (known[:, None] >= origin_floors(project, fleet))
    return parts


def credit_fractions(project: Project, fleet: Fleet) -> Array:
    """Investment credit per dollar of capital of each column in each year, [C, Y]; 0 where production is credited."""
    finance = project.finance
    full = [
        getattr(finance, CREDIT_FIELDS[kind]) if kind and not on_production(finance, kind) else 0.0
        for kind in credit_kinds(fleet)
    ]
    return np.array(full)[:, None] * eligible_parts(project, fleet)


def on_production(finance: Finance, kind: CreditKind) -> bool:
    """Whether what would have an investment credit has one on its production instead."""
    return kind == "solar_wind" and finance.solar_wind_credit == "production"


def _by_begin(project: Project, fleet: Fleet, rule: Callable[[CreditKind, date, int], float]) -> Array:
    """A rule of (kind, begin of construction, year of service) for each column with a credit, [C, Y]; others 0."""
    rows, out = row_of_column(fleet), np.zeros((len(fleet.columns), len(project.years)))
    for position, (column, kind) in enumerate(zip(fleet.columns, credit_kinds(fleet), strict=True)):
        if kind:
            row = rows[column.asset_key]
            out[position] = [rule(kind, construction_begin(row, year), year) for year in project.years]
    return out
