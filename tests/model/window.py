"""Small dispatches for hand calculations: a few cyclic hours, one plain engine, every rule off unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint, milp

from bvnexus_xl.fleet import build_fleet
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.grid import Grid
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.case import LOAD, DispatchCase, dispatch_case
from bvnexus_xl.model.costs import price_table
from bvnexus_xl.profiles.build import build_profiles
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.solve.parametric import ParametricDispatch, parametric_dispatch
from tests.axes import window_axis
from tests.projects import BATTERY, RECIP, SOLAR, small_project

GAS_USD = 5.0
RULES_OFF = {
    f"{rule}_enabled": False
    for rule in (
        "nox_limit",
        "co_limit",
        "gas_limit",
        "land_limit",
        "spinning_reserve",
        "planning_reserve",
        "planned_outage",
        "unserved_limit",
    )
}


def engine(name: str = "Engine", **fields: Any) -> EquipmentRow:
    """10 MW, 8 MMBtu/MWh at full and 8.8 at half load: 8 MMBtu/h no-load and 7.2 MMBtu/MWh; 40 % minimum load.

    At 5 $/MMBtu one online hour costs 40 $ and one MWh 36 $; a start 100 $; no O&M, no emissions.
    """
    plain = {
        "name": name,
        "unit_mw": 10.0,
        "heat_rate_btu_per_kwh": 8000.0,
        "heat_rate_multiplier_at_50pct": 1.1,
        "min_load_fraction": 0.4,
        "ramp_mw_per_min": None,
        "start_cost_usd_per_mw": 10.0,
        "start_nox_lb": 0.0,
        "vom_usd_per_mwh": 0.0,
        "nox_lb_per_mwh": 0.0,
        "co_lb_per_mwh": 0.0,
        "voc_lb_per_mwh": 0.0,
        "derate_pct_per_f": 0.0,
        "heat_rate_rise_pct_per_f": 0.0,
        "planned_outage_rate": 0.0,
        "lead_time_months": 0,
    }
    return RECIP.model_copy(update={**plain, **fields})


def battery(**fields: Any) -> EquipmentRow:
    """81 % round trip (90 % each way), the whole range usable, no fade."""
    plain = {
        "round_trip_efficiency": 0.81,
        "soc_min_fraction": 0.0,
        "soc_max_fraction": 1.0,
        "fade_first_year_fraction": 0.0,
        "fade_per_year_fraction": 0.0,
    }
    return BATTERY.model_copy(update={**plain, **fields})


def sun() -> EquipmentRow:
    """Solar without fade."""
    return SOLAR.model_copy(update={"fade_first_year_fraction": 0.0, "fade_per_year_fraction": 0.0})


def project_of(*equipment: EquipmentRow, finance: dict[str, Any] | None = None, **limits: Any) -> Project:
    """One year of the given equipment; ``limits`` switch rules on; ``grid`` may be given."""
    parts = {"grid": limits.pop("grid", Grid(demand_charge_usd_per_kw_month=0.0))}
    money = {"gas_price_usd_per_mmbtu": GAS_USD, "emission_fee_usd_per_ton": 0.0, **(finance or {})}
    return small_project(1, 10.0, equipment, constraints={**RULES_OFF, **limits}, finance=money, **parts)


def case_of(
    project: Project,
    load_mw: Sequence[float],
    *,
    axis: TimeAxis | None = None,
    sunny: Sequence[float] | None = None,
    price: Sequence[float] | float = 0.0,
    granted: Sequence[float] | None = None,
    in_service: Sequence[float] | None = None,
) -> DispatchCase:
    """A case with ISO weather: load, sun (MW per MW), grid price, hours of granted import, units in service."""
    fleet, steps = build_fleet(project), len(load_mw)
    case = dispatch_case(project, fleet, build_profiles(project, fleet), axis or window_axis(0, steps))
    ones = np.ones((len(fleet.thermal), steps))
    flags = np.zeros((0, steps)) if granted is None else np.array([granted], dtype=float)
    return replace(
        case,
        capacity_factor=ones,
        heat_rate_factor=ones,
        in_service=ones if in_service is None else ones * np.array(in_service),
        profile=np.array([sunny or [0.0] * steps] * len(fleet.profile)).reshape(len(fleet.profile), steps),
        load_shape=np.array(load_mw, dtype=float),  # MW of 1 MW: the parameter stays 1
        grid_price=np.broadcast_to(np.array(price, dtype=float), steps).copy(),
        import_flags=flags,
        year_flag=(0 if granted is not None else -1,),
    )


@dataclass(frozen=True)
class Hours:
    """An optimum: dollars, and columns by name and asset."""

    usd: float
    dispatch: ParametricDispatch
    values: np.ndarray

    def __call__(self, name: str, asset: int = 0) -> np.ndarray:
        """Values of one component, [steps]; of one asset where it has several."""
        found = self.values[self.dispatch.columns[name]]
        steps = self.dispatch.case.axis.steps
        return found[asset * steps : (asset + 1) * steps] if len(found) > steps else found

    def power(self, asset: int = 0) -> np.ndarray:
        """MW of a thermal asset."""
        unit = self.dispatch.case.fleet.thermal[asset]
        return unit.min_load_fraction * unit.unit_mw * self("online", asset) + self("above", asset)


def dispatched(case: DispatchCase, *, whole: bool = False, **given: float) -> Hours:
    """The cheapest dispatch, by SciPy's own call of HiGHS on all rows at once; no solver code of the product.

    ``given`` names parameters with ``__`` for ``:`` and ``_`` for ``-``, e.g. ``capacity__engine=3``; what is not named
    is zero. ``whole``: online counts in whole units.
    """
    dispatch = parametric_dispatch(case)
    theta = np.zeros(len(case.parameters))
    theta[case.parameters.index(LOAD)] = 1.0
    for name, value in given.items():
        theta[case.parameters.index(parameter_name(case, name))] = value
    upper = dispatch.upper @ theta
    rhs, sense = dispatch.rhs @ theta, dispatch.sense
    integer = np.zeros(len(upper))
    if whole:
        integer[dispatch.columns["online"]] = 1.0
    cost = price_table(case.project)[:, 0] @ dispatch.cost
    found = milp(
        cost,
        integrality=integer,
        bounds=(0.0, upper),
        constraints=LinearConstraint(
            dispatch.matrix, np.where(sense >= 0, rhs, -np.inf), np.where(sense <= 0, rhs, np.inf)
        ),
    )
    assert found.status == 0, found.message
    return Hours(float(found.fun) * 1000.0, dispatch, found.x)


def parameter_name(case: DispatchCase, name: str) -> str:
    """The parameter a Python name stands for."""
    plain = name.replace("__", ":")
    return next(known for known in case.parameters if known.replace("-", "_") == plain)
