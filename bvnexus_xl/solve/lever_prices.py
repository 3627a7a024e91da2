"""What one more unit of each limit is worth in load: duals of the feasibility master at its best plan.

Yes/no choices are held and counts relaxed, so that a limit which whole units only nearly fill still has its price. The
dispatch's own limits are priced by the active cuts, through the right-hand sides of ``theta``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.model.case import CONTINGENCY, GAS_DAY, GAS_HOUR
from bvnexus_xl.model.investment import MasterCase
from bvnexus_xl.solve.largest_load import LoadSearch
from bvnexus_xl.solve.levers import Lever, columns_of
from bvnexus_xl.units import HOURS_PER_DAY
from bvnexus_xl.yearly_caps import emission_caps_tons

Array = NDArray[np.float64]
_BOUNDED = ("builds", "installed", "effective")
"""Columns that carry the most of a model as their bound; any of them may hold its price."""
_BINDS = 0.02
"""A limit binds where one percent more of it gives at least this share of a percent more load."""


@dataclass(frozen=True, slots=True)
class LeverPrice:
    """One limit at the largest load.

    Attributes:
        lever: the limit.
        mw_per_unit: load in MW (highest hour) that one more unit of its cell gives.
        elasticity: percent more load for one percent more of the limit.
    """

    lever: Lever
    mw_per_unit: float
    elasticity: float

    @property
    def binds(self) -> bool:
        """True where moving the limit moves the load."""
        return self.elasticity >= _BINDS


def lever_prices(search: LoadSearch, case: MasterCase, chosen: Sequence[Lever]) -> tuple[LeverPrice, ...]:
    """Limits by what they give, the strongest first."""
    if search.best is None:
        return ()
    _, rows, columns = search.master.prices(search.best)
    peaks = case.profiles.load_mw.max(axis=1)
    reach = float(peaks.max() if search.together else peaks.mean())
    carried = max(float((search.share * peaks).max() if search.together else (search.share * peaks).mean()), 1e-9)
    out = []
    for lever in chosen:
        gained = max(_gain(search, case, lever, rows, columns), 0.0) * reach / lever.per_row
        out.append(LeverPrice(lever, gained, gained * lever.value / carried))
    return tuple(sorted(out, key=lambda item: -item.elasticity))


def _gain(search: LoadSearch, case: MasterCase, lever: Lever, rows: Array, columns: Array) -> float:
    """Share of the load gained per unit of the lever's row, all years together."""
    form, names = search.master.form, search.phase.case.parameters
    kind = lever.name.partition(":")[0]

    def theta(name: str) -> float:
        if name not in names:
            return 0.0
        by_parameter = rows[form.rows["theta_is"]].reshape(-1, len(case.years))
        return -float(by_parameter[names.index(name)].sum())

    def bound(name: str, chosen: Sequence[int]) -> float:
        if name not in form.columns:
            return 0.0
        years = len(case.years)
        found = columns[form.columns[name]].reshape(-1, years)
        return -float(sum(found[c].sum() for c in chosen))

    if kind == "most":
        places = columns_of(case.fleet, lever.model)
        return sum(bound(n, [c]) / case.fleet.columns[c].mw_each for c in places for n in _BOUNDED)
    if kind == "import":
        grid = case.fleet.grid_column
        return bound("usable_import", [0]) + (sum(bound(n, [grid]) for n in _BOUNDED) if grid is not None else 0.0)
    if kind == "gas_day":
        swing = case.project.constraints.gas_hourly_swing_factor / HOURS_PER_DAY
        return theta(GAS_DAY) + swing * theta(GAS_HOUR)
    if kind == "spinning_reserve":
        return abs(theta(CONTINGENCY))  # a row of ≥: its dual has the sign of how it is written
    if kind == "land":
        return -float(rows[search.master.row("land")].sum())
    if f"cap:{lever.name}" in names:
        return theta(f"cap:{lever.name}")
    if kind == "gas_hour":
        return theta(GAS_HOUR)
    pte, permits = search.master.row("pte"), list(emission_caps_tons(case.project))
    if not len(pte) or lever.name not in permits:
        return 0.0
    return -float(rows[pte].reshape(len(permits), -1)[permits.index(lever.name)].sum())
