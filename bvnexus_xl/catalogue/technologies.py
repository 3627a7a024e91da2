"""The kinds of equipment and what each can do.

Row families, screening and sheets ask for a capability, never for a name. A new kind is one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Capability = Literal["burns_fuel", "commits_units", "stores_energy", "follows_profile", "hired"]
Group = Literal["Engines", "Turbines", "Fuel cells", "Other thermal", "Solar", "Other renewable", "Battery"]
MacrsClass = Literal["5-year", "7-year", "15-year", "20-year"]
CreditKind = Literal["", "solar_wind", "storage", "fuel_cell"]
TechnologyName = Literal[
    "recip",
    "aero_turbine",
    "frame_turbine",
    "fuel_cell",
    "diesel",
    "storage",
    "solar",
    "wind",
    "rental_engine",
    "rental_turbine",
]


@dataclass(frozen=True, slots=True)
class Technology:
    """One kind of equipment.

    Attributes:
        name: key used in the workbook.
        label: what people call it.
        group: series it is shown in on charts and in energy tables.
        capabilities: what it can do.
        required: fields of an equipment row that must be filled for it.
    """

    name: TechnologyName
    label: str
    group: Group
    capabilities: frozenset[Capability]
    required: frozenset[str]
    profile_model: Literal["", "tracking_pv"] = ""
    """Built-in model of its hourly profile; empty: the user gives a column in sheet Series."""
    best_published_btu_per_kwh: float | None = None
    """Lowest net HHV heat rate published for it (dossier §0.3, §1a); a better one is remarked on."""
    macrs_class: MacrsClass = "15-year"
    """Recovery period where the equipment row gives none (dossier §4: engines and simple-cycle turbines 15 years)."""
    credit: CreditKind = ""
    """Investment tax credit it may have (``finance.credits``)."""


_THERMAL: frozenset[Capability] = frozenset({"burns_fuel", "commits_units"})
_THERMAL_FIELDS = frozenset(
    {
        "unit_mw",
        "fuel",
        "heat_rate_btu_per_kwh",
        "heat_rate_multiplier_at_50pct",
        "min_load_fraction",
        "nox_lb_per_mwh",
        "co_lb_per_mwh",
        "voc_lb_per_mwh",
    }
)
_STORAGE_FIELDS = frozenset({"capex_usd_per_kwh", "round_trip_efficiency", "soc_min_fraction", "soc_max_fraction"})
_PROFILE: frozenset[Capability] = frozenset({"follows_profile"})
_HIRED: frozenset[Capability] = _THERMAL | {"hired"}
_STORES: frozenset[Capability] = frozenset({"stores_energy"})

TECHNOLOGIES: dict[str, Technology] = {
    technology.name: technology
    for technology in (
        Technology("recip", "Reciprocating engine", "Engines", _THERMAL, _THERMAL_FIELDS, "", 7876.0),
        Technology("aero_turbine", "Aeroderivative turbine", "Turbines", _THERMAL, _THERMAL_FIELDS, "", 9142.0),
        Technology("frame_turbine", "Frame turbine", "Turbines", _THERMAL, _THERMAL_FIELDS, "", 9142.0),
        Technology(
            "fuel_cell", "Fuel cell", "Fuel cells", _THERMAL, _THERMAL_FIELDS, "", 6469.0, "5-year", "fuel_cell"
        ),
        Technology("diesel", "Diesel generator (backup)", "Other thermal", _THERMAL, _THERMAL_FIELDS),
        Technology("rental_engine", "Engine on hire", "Other thermal", _HIRED, _THERMAL_FIELDS),
        Technology("rental_turbine", "Turbine on hire", "Other thermal", _HIRED, _THERMAL_FIELDS),
        Technology(
            *("storage", "Battery storage", "Battery", _STORES, _STORAGE_FIELDS),
            macrs_class="5-year",
            credit="storage",
        ),
        Technology(
            *("solar", "Solar PV, single-axis tracking", "Solar", _PROFILE, frozenset(), "tracking_pv"),
            macrs_class="5-year",
            credit="solar_wind",
        ),
        Technology(
            *("wind", "Wind or other profile", "Other renewable", _PROFILE, frozenset()),
            macrs_class="5-year",
            credit="solar_wind",
        ),
    )
}
GROUPS: tuple[Group, ...] = get_args(Group)
