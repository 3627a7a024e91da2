"""Columns of a solved full year as ``HourlyDispatch``, the type money, limits and sheets work with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.model.case import LOAD
from bvnexus_xl.solve.given import Sizes
from bvnexus_xl.solve.netting import net_overlap
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]


def hourly_dispatch(
    dispatch: ParametricDispatch, columns: Array, sizes: Sizes, year: int, load: float
) -> HourlyDispatch:
    """One year's dispatch by step; ``load`` is the year's highest hour, MW."""
    case, fleet = dispatch.case, dispatch.case.fleet
    steps = case.axis.steps

    def rows(name: str, count: int) -> Array:
        found = columns[dispatch.columns[name]] if name in dispatch.columns else np.zeros(count * steps)
        return np.maximum(found.reshape(count, steps), 0.0)

    thermal, storage, profile = len(fleet.thermal), len(fleet.storage), len(fleet.profile)
    unit = np.array([asset.unit_mw for asset in fleet.thermal]).reshape(-1, 1)
    least = np.array([asset.min_load_fraction for asset in fleet.thermal]).reshape(-1, 1)
    online, able = rows("online", thermal), unit * case.capacity_factor
    running_above, output = rows("above", thermal), rows("output", profile)
    followers = [fleet.profile_column(n) for n in range(profile)]
    charge, discharge, above = (rows(name, storage) for name in ("charge", "discharge", "energy"))
    mwh = np.array([sizes.effective[fleet.storage_columns(n)[1], year] for n in range(storage)]).reshape(-1, 1)
    floor = np.array([asset.soc_min_fraction for asset in fleet.storage]).reshape(-1, 1)
    imported = rows("imported", 1)[0]
    limits = case.project.constraints
    contingency = np.full(steps, sizes.contingency_mw[year] if limits.spinning_reserve_enabled else 0.0)
    if limits.import_is_contingency and limits.spinning_reserve_enabled:
        contingency = np.maximum(contingency, imported)
    mw = np.array([sizes.effective[fleet.storage_columns(n)[0], year] for n in range(storage)]).reshape(-1, 1)
    keep = np.array([asset.one_way_efficiency for asset in fleet.storage]).reshape(-1, 1)
    classes = flexible_loads(case.project)
    shifting = [n for n, item in enumerate(classes) if item.shifts]
    up = np.zeros((len(classes), steps))
    up[shifting] = rows("flex_up", len(shifting))
    most_carried = above * keep / (limits.ride_through_min / 60.0)

    def reserve() -> Array:
        carried = np.minimum(mw - discharge + charge, most_carried)
        held: Array = ((1.0 - least) * able * online - running_above).sum(axis=0) + carried.sum(axis=0)
        return held

    others = np.vstack([output, imported])
    charge, discharge, running_above, others = net_overlap(
        charge, discharge, keep, running_above, others, reserve() - contingency
    )
    output, imported = others[:-1], others[-1]
    return HourlyDispatch(
        load_mw=case.load_shape * load,
        online_units=online,
        thermal_mw=least * able * online + running_above,
        profile_mw=output,
        curtailed_mw=np.maximum(case.profile * sizes.effective[followers, year].reshape(-1, 1) - output, 0.0),
        charge_mw=charge,
        discharge_mw=discharge,
        soc_mwh=above + _lifted(dispatch, columns, storage) + floor * mwh,
        import_mw=imported,
        unserved_mw=rows("unserved", 1)[0],
        reserve_mw=reserve(),
        contingency_mw=contingency,
        flex_down_mw=rows("flex_down", len(classes)),
        flex_up_mw=up,
    )


def _lifted(dispatch: ParametricDispatch, columns: Array, storage: int) -> Array:
    """How far each battery's energy in a step lies above what its period counts from, MWh, [S, N].

    A period counts from the lowest state of the stretches it shows, which leaves that state free where its range has
    room to spare; the state between stretches is the true one. Every period of a full year shows one stretch.
    """
    axis = dispatch.case.axis
    if not storage:
        return np.zeros((0, axis.steps))
    between, base = (columns[dispatch.columns[name]].reshape(storage, -1) for name in ("between", "base"))
    lifted: Array = (between[:, np.argsort(axis.sequence)] - base)[:, axis.period]
    return lifted


def load_of(dispatch: ParametricDispatch, given: Array) -> float:
    """Highest hour of the load among a year's parameters [P], MW."""
    return float(given[dispatch.case.parameters.index(LOAD)])
