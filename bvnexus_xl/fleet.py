"""What may be installed: assets with their physics, and the quantities of them that can be bought.

A model with two emission-control options is two assets; a battery is one asset with two quantities (MW and MWh).
Existing plant of one model and age is an asset of its own, with a column that costs nothing and may only shrink.
Derived from ``Project`` once; screening, model, money and sheets all use these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES, Group
from bvnexus_xl.inputs.equipment import EmissionControl, EquipmentRow, Fuel
from bvnexus_xl.inputs.existing import ExistingRow, years_left
from bvnexus_xl.inputs.lead_time import earliest_year
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.units import BTU_PER_KWH_TO_MMBTU_PER_MWH, CO2_LB_PER_MMBTU, KW_PER_MW

Quantity = Literal["units", "mw", "mwh"]
GRID_KEY = "grid"
_MOST_HOURS = 12.0
"""Longest battery considered, hours at full power."""


@dataclass(frozen=True, slots=True)
class ThermalAsset:
    """One fuel-burning model with one choice of emission control. Rates are net, HHV, at full ISO load.

    Fuel of one online unit in an hour = ``no_load_mmbtu_per_h`` + ``incremental_mmbtu_per_mwh`` x MWh: the line through
    the 100 % and 50 % points of the heat-rate curve, no-load clamped at 0 (formulation, "Part load").
    """

    key: str
    label: str
    row: EquipmentRow
    group: Group
    control: str
    unit_mw: float
    fuel: Fuel
    no_load_mmbtu_per_h: float
    incremental_mmbtu_per_mwh: float
    min_load_fraction: float
    vom_usd_per_mwh: float
    start_cost_usd: float
    nox_lb_per_mwh: float
    co_lb_per_mwh: float
    voc_lb_per_mwh: float

    @property
    def co2_lb_per_mmbtu(self) -> float:
        """CO2 of the fuel, lb/MMBtu HHV."""
        return CO2_LB_PER_MMBTU[self.fuel]

    @property
    def full_load_mmbtu_per_mwh(self) -> float:
        """Heat rate at full load, MMBtu/MWh HHV, every adder included."""
        return self.incremental_mmbtu_per_mwh + self.no_load_mmbtu_per_h / self.unit_mw


@dataclass(frozen=True, slots=True)
class StorageAsset:
    """One battery model. Losses are split evenly: charging and discharging each keep √(round trip)."""

    key: str
    label: str
    row: EquipmentRow
    group: Group
    one_way_efficiency: float
    soc_min_fraction: float
    soc_max_fraction: float


@dataclass(frozen=True, slots=True)
class ProfileAsset:
    """Capacity times an hourly profile: solar, wind."""

    key: str
    label: str
    row: EquipmentRow
    group: Group


@dataclass(frozen=True, slots=True)
class Column:
    """A quantity that can be bought: thermal units, MW of a battery, MWh of a battery, MW of solar, MW of import.

    Attributes:
        key: unique, e.g. ``recip-18-3-mw+scr`` or ``battery:mwh``.
        asset_key: the asset it belongs to (``grid`` for the connection).
        quantity: what one of it is.
        mw_each: MW of one (1 for ``mw`` and ``mwh``).
        capex_usd_each, fom_usd_per_year_each: first-year money, before contingency and owner's cost.
        acres_each: land of one.
        earliest_year: first year it can operate.
        life_years: years until it is gone.
        fade: share of its capacity left in each year of its age, shape [life_years].
        most: upper bound on what may be installed at one time.
        integer: True for whole units.
        storage_prices: True when its price follows battery escalation.
        existing: quantity that stands before the first year, 0 for what is bought; its life, fade and age then count
            from the first year on whatever is retired when.
        retirable: True where existing plant may leave before its end of life.
        book_usd_each: book value of one existing, basis of its property tax and insurance.
        first_month: month in which it begins to operate in the year it is built for (P5; otherwise January).
    """

    key: str
    label: str
    asset_key: str
    group: str
    quantity: Quantity
    mw_each: float
    capex_usd_each: float
    fom_usd_per_year_each: float
    acres_each: float
    earliest_year: int
    life_years: int
    fade: NDArray[np.float64]
    most: float
    integer: bool
    storage_prices: bool
    existing: float = 0.0
    retirable: bool = False
    book_usd_each: float = 0.0
    first_month: int = 1


@dataclass(frozen=True)
class Fleet:
    """Every asset and column of a project, in a fixed order: thermal, storage (MW then MWh), profile, grid.

    Of each kind what may be bought comes first, then what exists.
    """

    thermal: tuple[ThermalAsset, ...]
    storage: tuple[StorageAsset, ...]
    profile: tuple[ProfileAsset, ...]
    columns: tuple[Column, ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each column by key."""
        return {column.key: position for position, column in enumerate(self.columns)}

    @property
    def thermal_columns(self) -> slice:
        """Positions of the thermal columns: the same order as ``thermal``."""
        return slice(0, len(self.thermal))

    def storage_columns(self, number: int) -> tuple[int, int]:
        """(position of MW, position of MWh) of the numbered battery."""
        first = len(self.thermal) + 2 * number
        return first, first + 1

    def profile_column(self, number: int) -> int:
        """Position of the numbered profile asset."""
        return len(self.thermal) + 2 * len(self.storage) + number

    @property
    def grid_column(self) -> int | None:
        """Position of contracted import, None where the grid is not considered."""
        return self.index.get(GRID_KEY)


def build_fleet(project: Project) -> Fleet:
    """Assets and columns of every enabled equipment row and of the grid."""
    thermal: list[ThermalAsset] = []
    storage: list[StorageAsset] = []
    profile: list[ProfileAsset] = []
    for row in project.equipment:
        technology = TECHNOLOGIES[row.technology]
        if not row.enabled:
            continue
        if "burns_fuel" in technology.capabilities:
            options: list[EmissionControl | None] = [
                item for item in project.emission_controls if item.model == row.name
            ]
            thermal += [thermal_asset(row, option) for option in ([None] if row.uncontrolled_allowed else []) + options]
        if "stores_energy" in technology.capabilities:
            storage.append(_storage_asset(row))
        if "follows_profile" in technology.capabilities:
            profile.append(ProfileAsset(slug(row.name), row.name, row, technology.group))
    columns = [_thermal_column(project, asset) for asset in thermal]
    stands = [_existing_asset(project, number) for number in range(len(project.existing))]
    thermal += [asset for asset, _ in stands if isinstance(asset, ThermalAsset)]
    if project.finance.overhaul_basis == "on_top":
        thermal = [replace(a, vom_usd_per_mwh=a.vom_usd_per_mwh + overhaul_usd_per_mwh(a.row)) for a in thermal]
    columns += [_existing_column(project, asset, item) for asset, item in stands if isinstance(asset, ThermalAsset)]
    for battery in storage:
        columns += _storage_columns(project, battery)
    for asset, item in stands:
        if isinstance(asset, StorageAsset):
            storage.append(asset)
            columns += _existing_battery(project, asset, item)
    columns += [_profile_column(project, asset) for asset in profile]
    profile += [asset for asset, _ in stands if isinstance(asset, ProfileAsset)]
    columns += [_existing_column(project, asset, item) for asset, item in stands if isinstance(asset, ProfileAsset)]
    if project.grid.grid_enabled:
        columns.append(_grid_column(project))
    return Fleet(tuple(thermal), tuple(storage), tuple(profile), tuple(columns))


def overhaul_usd_per_mwh(row: EquipmentRow) -> float:
    """Cost of an overhaul over the MWh of its interval at full load, first-year $; 0 where the row has none.

    245 $/kW after 64,000 h is 3.83 $/MWh.
    """
    if row.overhaul_cost_usd_per_kw is None or row.overhaul_interval_h is None:
        return 0.0
    return row.overhaul_cost_usd_per_kw * KW_PER_MW / row.overhaul_interval_h


def thermal_asset(row: EquipmentRow, option: EmissionControl | None) -> ThermalAsset:
    """A thermal row with one emission-control option (None: without add-on control)."""
    unit_mw, heat_rate = _given(row.unit_mw), _given(row.heat_rate_btu_per_kwh)
    adder = 1.0 + (row.net_ageing_adder_pct + (option.heat_rate_adder_pct if option else 0.0)) / 100.0
    full = heat_rate * BTU_PER_KWH_TO_MMBTU_PER_MWH * adder
    half = full * _given(row.heat_rate_multiplier_at_50pct)
    no_load = max(0.0, unit_mw * (half - full))
    rates = option or row
    return ThermalAsset(
        key=slug(row.name) + (f"+{slug(option.control)}" if option else ""),
        label=row.name + (f" + {option.control}" if option else ""),
        row=row,
        group=TECHNOLOGIES[row.technology].group,
        control=option.control if option else "",
        unit_mw=unit_mw,
        fuel=row.fuel or "natural_gas",
        no_load_mmbtu_per_h=no_load,
        incremental_mmbtu_per_mwh=full - no_load / unit_mw,
        min_load_fraction=_given(row.min_load_fraction),
        vom_usd_per_mwh=row.vom_usd_per_mwh + (option.vom_usd_per_mwh if option else 0.0),
        start_cost_usd=row.start_cost_usd_per_mw * unit_mw,
        nox_lb_per_mwh=_given(rates.nox_lb_per_mwh),
        co_lb_per_mwh=_given(rates.co_lb_per_mwh),
        voc_lb_per_mwh=_given(rates.voc_lb_per_mwh),
    )


def slug(name: str) -> str:
    """Lower-case key of a name: ``Recip 18.3 MW`` → ``recip-18-3-mw``."""
    out = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in out.split("-") if part)


def fade_curve(row: EquipmentRow, from_age: int = 0, years: int | None = None) -> NDArray[np.float64]:
    """Share of capacity available in each year of age: the first-year loss counts half in year one, then yearly.

    Year 1 of operation sees the mean of new and one-year-old: 1 − f₁/2; year n: 1 − f₁ − (n − 1.5) f, never below 0.
    From new to the end of life, or ``years`` values from an age on.
    """
    age = from_age + np.arange(row.life_years if years is None else years)
    later = 1.0 - row.fade_first_year_fraction - (age - 0.5) * row.fade_per_year_fraction
    left = np.where(age == 0, 1.0 - row.fade_first_year_fraction / 2.0, later)
    return np.maximum(left, 0.0)


def _given(value: float | None) -> float:
    if value is None:
        message = "a field its technology requires is empty; load_project reports this as a fault"
        raise ValueError(message)
    return value


def _storage_asset(row: EquipmentRow) -> StorageAsset:
    return StorageAsset(
        key=slug(row.name),
        label=row.name,
        row=row,
        group=TECHNOLOGIES[row.technology].group,
        one_way_efficiency=_given(row.round_trip_efficiency) ** 0.5,
        soc_min_fraction=_given(row.soc_min_fraction),
        soc_max_fraction=_given(row.soc_max_fraction),
    )


def _thermal_column(project: Project, asset: ThermalAsset) -> Column:
    row, kw = asset.row, asset.unit_mw * KW_PER_MW
    added = next(
        (c.capex_usd_per_kw for c in project.emission_controls if c.model == row.name and c.control == asset.control),
        0.0,
    )
    return Column(
        key=asset.key,
        label=asset.label,
        asset_key=asset.key,
        group=asset.group,
        quantity="units",
        mw_each=asset.unit_mw,
        capex_usd_each=(row.capex_usd_per_kw + added) * kw,
        fom_usd_per_year_each=row.fom_usd_per_kw_year * kw,
        acres_each=row.land_acres_per_mw * asset.unit_mw,
        earliest_year=earliest_year(project.study.decision_date, row.lead_time_months),
        life_years=row.life_years,
        fade=np.ones(row.life_years),
        most=_most(project, row) // asset.unit_mw,
        integer=True,
        storage_prices=False,
    )


def _storage_columns(project: Project, asset: StorageAsset) -> list[Column]:
    row, most = asset.row, _most(project, asset.row)
    power = Column(
        key=f"{asset.key}:mw",
        label=f"{asset.label}, power",
        asset_key=asset.key,
        group=asset.group,
        quantity="mw",
        mw_each=1.0,
        capex_usd_each=row.capex_usd_per_kw * KW_PER_MW,
        fom_usd_per_year_each=row.fom_usd_per_kw_year * KW_PER_MW,
        acres_each=row.land_acres_per_mw,
        earliest_year=earliest_year(project.study.decision_date, row.lead_time_months),
        life_years=row.life_years,
        fade=np.ones(row.life_years),
        most=most,
        integer=False,
        storage_prices=True,
    )
    energy = replace(
        power,
        key=f"{asset.key}:mwh",
        label=f"{asset.label}, energy",
        quantity="mwh",
        capex_usd_each=_given(row.capex_usd_per_kwh) * KW_PER_MW,
        fom_usd_per_year_each=0.0,
        acres_each=row.land_acres_per_mwh,
        fade=fade_curve(row),
        most=_MOST_HOURS * most,
    )
    return [power, energy]


def _profile_column(project: Project, asset: ProfileAsset) -> Column:
    row = asset.row
    return Column(
        key=asset.key,
        label=asset.label,
        asset_key=asset.key,
        group=asset.group,
        quantity="mw",
        mw_each=1.0,
        capex_usd_each=row.capex_usd_per_kw * KW_PER_MW,
        fom_usd_per_year_each=row.fom_usd_per_kw_year * KW_PER_MW,
        acres_each=row.land_acres_per_mw,
        earliest_year=earliest_year(project.study.decision_date, row.lead_time_months),
        life_years=row.life_years,
        fade=fade_curve(row),
        most=_most(project, row),
        integer=False,
        storage_prices=False,
    )


def _existing_asset(project: Project, number: int) -> tuple[ThermalAsset | StorageAsset | ProfileAsset, ExistingRow]:
    """The asset of a row of existing plant: its model's, under a key and a label of its own."""
    item = project.existing[number]
    row = next(row for row in project.equipment if row.name == item.model)
    technology = TECHNOLOGIES[row.technology]
    asset: ThermalAsset | StorageAsset | ProfileAsset
    if "burns_fuel" in technology.capabilities:
        fitted = (c for c in project.emission_controls if (c.model, c.control) == (item.model, item.control))
        asset = thermal_asset(row, next(fitted, None))
    elif "stores_energy" in technology.capabilities:
        asset = _storage_asset(row)
    else:
        asset = ProfileAsset(slug(row.name), row.name, row, technology.group)
    own = f"{asset.key}+existing-{number + 1}"
    return replace(asset, key=own, label=f"{asset.label}, existing since {item.in_service_year}"), item


def _existing_column(project: Project, asset: ThermalAsset | ProfileAsset, item: ExistingRow) -> Column:
    """The column a new one would have, turned into what stands: no price, age and life of its own."""
    if isinstance(asset, ThermalAsset):
        return _stands(project, _thermal_column(project, asset), item, float(item.units or 0))
    return _stands(project, _profile_column(project, asset), item, _given(item.power_mw))


def _existing_battery(project: Project, asset: StorageAsset, item: ExistingRow) -> list[Column]:
    """MW with the book value, MWh with the fade of its age."""
    power, energy = _storage_columns(project, asset)
    energy = _stands(project, energy, item, _given(item.energy_mwh))
    return [_stands(project, power, item, _given(item.power_mw)), replace(energy, book_usd_each=0.0)]


def _stands(project: Project, new: Column, item: ExistingRow, quantity: float) -> Column:
    """A column of new plant turned into existing plant."""
    first = project.study.first_year
    row = next(row for row in project.equipment if row.name == item.model)
    left = years_left(item, row.life_years, first)
    fade = np.ones(left)
    if new.fade.min() < 1.0:
        fade = fade_curve(row, first - item.in_service_year, left)
    return replace(
        new,
        capex_usd_each=0.0,
        earliest_year=first,
        life_years=left,
        fade=fade,
        most=quantity,
        existing=quantity,
        retirable=item.may_retire,
        book_usd_each=item.book_value_usd / quantity,
    )


def _grid_column(project: Project) -> Column:
    grid = project.grid
    granted: date = grid.energisation_date
    return Column(
        key=GRID_KEY,
        label="Grid import",
        asset_key=GRID_KEY,
        group="Grid",
        quantity="mw",
        mw_each=1.0,
        capex_usd_each=grid.interconnection_capex_usd_per_kw * KW_PER_MW,
        fom_usd_per_year_each=grid.grid_fom_usd_per_kw_year * KW_PER_MW,
        acres_each=0.0,
        earliest_year=granted.year,
        life_years=grid.grid_life_years,
        fade=np.ones(grid.grid_life_years),
        most=max((row.import_limit_mw for row in grid.import_limits), default=0.0),
        integer=False,
        storage_prices=False,
    )


def _most(project: Project, row: EquipmentRow) -> float:
    """Upper bound on MW: the user's, else three times the highest load: generous, yet it bounds every search."""
    if row.max_mw is not None:
        return row.max_mw
    pue = (
        max(project.load.pue_at_50f, project.load.pue_at_77f, project.load.pue_at_95f)
        if project.load.load_basis == "IT"
        else 1.0
    )
    return 3.0 * pue * max(item.contracted_mw for item in project.load.trajectory) + 2.0 * (row.unit_mw or 0.0)
