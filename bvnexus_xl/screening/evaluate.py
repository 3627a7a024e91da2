"""The worth of a design: present value of cost, and by how much it breaks limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import land_acres, pte_tons_each
from bvnexus_xl.plan import Plan, builds_for_target, effective, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.planning_reserve import firm_margin, reserve_coefficients
from bvnexus_xl.screening.batch import DesignYears, Outcome, Screen
from bvnexus_xl.screening.credit_lost import CreditLost
from bvnexus_xl.yearly_caps import emission_caps_tons

Array = NDArray[np.float64]
BROKEN = 1e-7
"""A design whose breaches add to less than this keeps every limit."""


_SERVE_FIRST = 1000.0
"""Weight of load and reserve not met: where not everything fits, the answer serves the load and shows which permit,
fuel or land limit stands in the way, not the other way round."""


@dataclass(frozen=True, slots=True)
class Designs:
    """N designs.

    Attributes:
        target: what is in place by year, whole for units; battery energy as the dispatch sees it, [N, C, Y].
        grid_priority: import by price (True) or as the last resort, [N, Y].
    """

    target: Array
    grid_priority: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.target)


@dataclass(frozen=True, slots=True)
class Worth:
    """Cost and breach of N designs; ``breach`` is the sum over years of how far limits are exceeded, as shares."""

    cost_usd: Array
    breach: Array

    def order(self) -> NDArray[np.int64]:
        """Positions from best to worst: least breach first, then cost."""
        return np.lexsort((self.cost_usd, np.where(self.breach <= BROKEN, 0.0, self.breach)))


class Judge:
    """Evaluates designs; remembers every design-year it has dispatched."""

    def __init__(self, project: Project, fleet: Fleet, profiles: Profiles) -> None:
        self.project, self.fleet, self.profiles = project, fleet, profiles
        self.screen = Screen(project, fleet, profiles)
        self.investment = investment_present_value(project, fleet, profiles)
        self.end = year_end_factors(project.finance.discount_rate, len(project.years))
        self.reserve = [reserve_coefficients(project, fleet, profiles, year) for year in range(len(project.years))]
        self.potential = pte_tons_each(project, fleet) if project.constraints.emission_basis == "PTE_8760" else {}
        self.caps = emission_caps_tons(project)
        self.augment = project.finance.storage_wear == "augmentation"
        self.credit_lost = CreditLost(project, fleet, profiles)
        self.memo: dict[bytes, tuple[float, float, float]] = {}
        self.designs_tried = 0

    def plan(self, designs: Designs, number: int) -> Plan:
        """The builds of one design."""
        builds = builds_for_target(self.fleet, designs.target[number], augment=self.augment)
        return Plan(self.project.years, builds, tuple(bool(item) for item in designs.grid_priority[number]))

    def worth(self, designs: Designs, years: tuple[int, ...] | None = None) -> Worth:
        """Cost and breach. With ``years`` only those are dispatched; others cost what the nearest earlier one does."""
        self.designs_tried += len(designs)
        builds = builds_for_target(self.fleet, designs.target, augment=self.augment)
        able, in_place = effective(self.fleet, builds), installed(self.fleet, builds)
        count, horizon = len(designs), len(self.project.years)
        key_years = tuple(range(horizon)) if years is None else years
        operating, breach, curtailed = self._operate(able, designs.grid_priority, key_years)
        nearest = np.maximum(np.searchsorted(np.array(key_years), np.arange(horizon), side="right") - 1, 0)
        cost = (builds * self.investment).sum((1, 2)) + operating[:, nearest] @ self.end
        cost += self.credit_lost.present_value(builds, curtailed[:, nearest])
        breach = breach.sum(1) + self._static_breach(in_place).sum(1) + self._too_many(in_place)
        return Worth(cost, breach if count else np.zeros(0))

    def _operate(self, able: Array, priority: NDArray[np.bool_], years: tuple[int, ...]) -> tuple[Array, Array, Array]:
        """(operating cost with lost load at its value, breach, share curtailed) of each design and key year.

        Each [N, len(years)].
        """
        keys = [[self._key(year, able[n, :, year], priority[n, year]) for year in years] for n in range(len(able))]
        todo = {
            key: (n, year)
            for n, row in enumerate(keys)
            for key, year in zip(row, years, strict=True)
            if key not in self.memo
        }
        if todo:
            pairs = list(todo.values())
            batch = DesignYears(
                np.array([year for _, year in pairs]),
                np.array([able[n, :, year] for n, year in pairs]),
                np.array([priority[n, year] for n, year in pairs], dtype=bool),
            )
            outcome = self.screen.run(batch)
            lost = outcome.unserved_mwh * self.project.finance.value_of_lost_load_usd_per_mwh
            broken = self._breach(batch, outcome)
            curtailed = self.credit_lost.curtailed_share(batch.capacity, outcome.quantities.profile_mwh)
            for key, *values in zip(todo, outcome.operating_usd + lost, broken, curtailed, strict=True):
                cost, breach, share = map(float, values)
                self.memo[key] = (cost, breach, share)
        found = np.array([[self.memo[key] for key in row] for row in keys]).reshape(len(able), len(years), 3)
        return found[:, :, 0], found[:, :, 1], found[:, :, 2]

    @staticmethod
    def _key(year: int, capacity: Array, priority: np.bool_) -> bytes:
        return np.round(np.append(capacity, (float(year), float(priority))), 6).tobytes()

    def _breach(self, batch: DesignYears, outcome: Outcome) -> Array:
        """How far each design-year exceeds what the dispatch decides, as shares of the limits, [N]."""
        limits, screen = self.project.constraints, self.screen
        breach = np.zeros(len(batch.year))
        for name, cap in screen.caps.items():
            breach += np.maximum(outcome.used[name] / max(cap, 1e-9) - 1.0, 0.0)
        if np.isfinite(screen.world.gas_day_cap):
            breach += np.maximum(outcome.gas_day_mcf / max(screen.world.gas_day_cap, 1e-9) - 1.0, 0.0)
        if np.isfinite(screen.world.gas_hour_cap):
            breach += np.maximum(outcome.gas_hour_mcf / max(screen.world.gas_hour_cap, 1e-9) - 1.0, 0.0)
        if limits.unserved_limit_enabled:
            allowed = limits.unserved_limit_fraction * outcome.load_mwh
            breach += _SERVE_FIRST * np.maximum(outcome.unserved_mwh - allowed, 0.0) / np.maximum(outcome.load_mwh, 1.0)
        peak = np.maximum(self.profiles.load_mw.max(1)[batch.year], 1.0)
        breach += _SERVE_FIRST * np.maximum(outcome.reserve_short_mw - 1e-6, 0.0) / peak
        if limits.planning_reserve_enabled:
            margin = [
                firm_margin(self.project, self.fleet, self.reserve[y], c)
                for y, c in zip(batch.year, batch.capacity, strict=True)
            ]
            breach += _SERVE_FIRST * np.maximum(-np.array(margin) - 1e-6, 0.0) / peak
        for n, asset in enumerate(self.fleet.thermal):
            permitted = asset.row.max_run_hours_per_year
            if permitted is not None:
                allowed_h = permitted * batch.capacity[:, n]
                breach += np.maximum(outcome.online_h[:, n] - allowed_h, 0.0) / 8760.0
        return breach

    def _static_breach(self, in_place: Array) -> Array:
        """Limits that need no dispatch: land and potential to emit, [N, Y]."""
        limits = self.project.constraints
        breach = np.zeros((in_place.shape[0], in_place.shape[2]))
        if limits.land_limit_enabled:
            used = np.array([land_acres(self.project, self.fleet, design) for design in in_place])
            breach += np.maximum(used / max(limits.land_limit_acres, 1e-9) - 1.0 - 1e-9, 0.0)
        for name, each in self.potential.items():
            if name in self.caps:
                used = np.einsum("t,nty->ny", each, in_place[:, self.fleet.thermal_columns])
                breach += np.maximum(used / max(self.caps[name], 1e-9) - 1.0 - 1e-9, 0.0)
        return breach

    def _too_many(self, in_place: Array) -> Array:
        """More of a model than may be built; options of one model share its bound, [N]."""
        breach = np.zeros(len(in_place))
        for model in {asset.row.name for asset in self.fleet.thermal}:
            rows = [
                n
                for n, asset in enumerate(self.fleet.thermal)
                if asset.row.name == model and not self.fleet.columns[n].existing
            ]
            if not rows:
                continue
            most = max(self.fleet.columns[rows[0]].most, 1e-9)
            breach += np.maximum(in_place[:, rows].sum(1).max(1) / most - 1.0 - 1e-9, 0.0)
        for row, column in enumerate(self.fleet.columns):
            if row >= len(self.fleet.thermal):
                breach += np.maximum(in_place[:, row].max(1) / max(column.most, 1e-9) - 1.0 - 1e-9, 0.0)
        return breach
