"""What the search for prices of yearly limits knows beforehand: the price of exceeding one, and the merit order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.flexibility import flexible_loads
from bvnexus_xl.model.case import FLEX_HOURS, UNSERVED
from bvnexus_xl.model.costs import PRICES
from bvnexus_xl.solve.budget_prices import MeritOrder
from bvnexus_xl.solve.parametric import ParametricDispatch
from bvnexus_xl.yearly_caps import load_rate_per_mwh

Array = NDArray[np.float64]
_LOST_LOAD, _SHORT, _GENERAL = (PRICES.index(name) for name in ("lost_load", "reserve_short", "general"))
_PENALTY_SHARE = 0.2


def budget_penalties(dispatch: ParametricDispatch, prices: Array) -> Array:
    """What a unit above each yearly cap costs, thousand dollars, [B, Y].

    Unserved energy, hours of flexible computing, running hours: three times lost load per MWh (a unit-hour counts
    its full output). A pollutant or water: what makes the thermal MWh that uses least of it, cooling of the load it
    serves included, as dear as a fifth of lost load, far above any clean way out.
    """
    lost = prices[_LOST_LOAD]
    fleet = dispatch.case.fleet
    out = np.empty((len(dispatch.budget_names), prices.shape[1]))
    above = dispatch.columns.get("above", np.zeros(0, dtype=np.int64))
    for number, name in enumerate(dispatch.budget_names):
        row = dispatch.matrix[[int(dispatch.budget_rows[number])]].toarray()[0]
        if name == UNSERVED or name.startswith(FLEX_HOURS):
            out[number] = 3.0 * lost
        elif ":" in name:
            unit = next(asset.unit_mw for asset in fleet.thermal if f"run_hours:{asset.key}" == name)
            out[number] = 3.0 * lost * unit
        else:
            per_mwh = row[above] / np.tile(dispatch.case.axis.weight, len(above) // dispatch.case.axis.steps)
            by_load = load_rate_per_mwh(dispatch.case.project, name)
            least = float(per_mwh[per_mwh > 0.0].min(initial=1.0)) if np.any(per_mwh > 0.0) or not by_load else 0.0
            out[number] = _PENALTY_SHARE * lost / (least + by_load)
    return out


def merit_order(dispatch: ParametricDispatch, prices: Array) -> MeritOrder:
    """Cost and use of yearly limits of every thermal asset per MWh above minimum load, in the first step.

    Hours of flexible computing give way where they become dearer than lost load, and than missing reserve.
    """
    classes = {f"{FLEX_HOURS}:{item.key}": item for item in flexible_loads(dispatch.case.project)}
    apart = {}
    for number, name in enumerate(dispatch.budget_names):
        if name in classes:
            own = prices[_GENERAL] * classes[name].compute_usd_per_mwh * classes[name].lost_per_mwh
            apart[number] = np.maximum(prices[[_LOST_LOAD, _SHORT]] - own, 0.0)
    assets = len(dispatch.case.fleet.thermal)
    above = dispatch.columns.get("above", np.zeros(0, dtype=np.int64)).reshape(assets, -1)
    if not assets:
        return MeritOrder(np.zeros((0, prices.shape[1])), np.zeros((len(dispatch.budget_rows), 0)), apart)
    hours = dispatch.case.axis.weight[0]
    cost: Array = dispatch.cost[:, above[:, 0]].T @ prices / hours
    return MeritOrder(cost, dispatch.matrix[dispatch.budget_rows].toarray()[:, above[:, 0]] / hours, apart)
