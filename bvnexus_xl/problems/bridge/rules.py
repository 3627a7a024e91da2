"""Rules that make bridge plans: hire what own plant and the grid do not carry, event by event, case by case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.problems.bridge.cases import QUARTERS, Dates
from bvnexus_xl.problems.bridge.limits import FirmHours, firm_hours, margin_in
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.plan import BridgePlan, Stay, first_in_first_out
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]
_MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """What a rule decides before quarters are looked at.

    Attributes:
        own: stream of the model that is bought, None for none; ``own_units`` of it at most.
        hire: stream of the rental offer that fills the rest, None for none.
        grid_share: share of the granted import that is asked for and taken.
        sells: own units that the grid replaces are sold; otherwise kept.
        battery_mw: power of the battery, ``battery_h`` hours of it.
        spare_units: units beyond the planning reserve.
    """

    own: int | None
    own_units: int
    hire: int | None
    grid_share: float
    sells: bool
    battery_mw: float
    battery_h: float
    spare_units: int


class Rules:
    """Makes plans of policies; remembers the hours that planning reserve looks at."""

    def __init__(self, market: Market, dates: Dates, profiles: Profiles) -> None:
        self.market, self.dates, self.profiles = market, dates, profiles
        quarters = [divmod(q, QUARTERS) for q in range(dates.quarters)]
        self.firm: list[FirmHours] = [
            firm_hours(market.project, profiles, market.fleet, year, part) for year, part in quarters
        ]
        self._after = dict(zip(market.events[:-1], market.events[1:], strict=True))

    def plan(self, policy: Policy) -> BridgePlan:
        """The plan of a policy: the same in all cases as long as the date is not known."""
        dates = self.dates
        peak = float(self.profiles.load_mw.max())
        taken = np.array([np.minimum(policy.grid_share * case.granted_mw, peak) for case in dates.cases])
        stays = tuple(self._case(policy, taken, number) for number in range(len(dates.cases)))
        by_year = taken.reshape(len(taken), dates.years, QUARTERS).max(axis=2)
        return BridgePlan(stays, np.full(len(dates.cases), taken.max(initial=0.0)), by_year)

    def _case(self, policy: Policy, taken: Array, number: int) -> tuple[Stay, ...]:
        """Stays of one case: own units first, hire for what is missing, both leave when they are not missed."""
        batches: dict[int, list[list[float]]] = {k: [] for k in (policy.own, policy.hire) if k is not None}
        done = [*self._standing(), *self._batteries(policy)]
        for event in self.market.events[:-1]:
            for k, most in ((policy.own, policy.own_units), (policy.hire, _MOST_UNITS)):
                if k is None:
                    continue
                # what is ordered before the date is known serves the latest date
                stream = self.market.streams[k]
                ordered_blind = event - stream.lead < self.dates.known
                here = sum(units for _, units in batches[k])
                wanted = self._wanted(policy, taken, number, event, batches, k, most)
                order = wanted
                if ordered_blind:
                    blind = range(len(self.dates.cases))
                    order = max(self._wanted(policy, taken, s, event, batches, k, most) for s in blind)
                if order > here and event >= stream.first:
                    batches[k].append([event, order - here])
                elif wanted < here and event > self.dates.known and (k != policy.own or policy.sells):
                    done += self._leave(k, batches[k], here - wanted, event)
                done += self._worn_out(k, batches[k], event)
        for k, open_ in batches.items():
            done += [Stay(k, int(arrives), self.dates.quarters, units) for arrives, units in open_ if units > 0]
        return first_in_first_out(done)

    def _wanted(
        self,
        policy: Policy,
        taken: Array,
        number: int,
        event: int,
        batches: dict[int, list[list[float]]],
        k: int,
        most: int,
    ) -> float:
        """Units of a stream that the quarters of an event need beside what else is there."""
        able = np.zeros(len(self.market.fleet.columns))
        for stay in self._standing():
            able[self.market.streams[stay.stream].column] += stay.quantity * (event < stay.leaves)
        for other, open_ in batches.items():
            if other != k:
                able[self.market.streams[other].column] += sum(units for _, units in open_)
        for n in range(min(1, len(self.market.fleet.storage))):
            power, energy = self.market.fleet.storage_columns(n)
            there = event >= max(self._battery_from(), 0)
            able[power], able[energy] = policy.battery_mw * there, policy.battery_mw * policy.battery_h * there
        column, units = self.market.streams[k].column, 0
        for q in range(event, self._after[event]):
            while units < most:
                able[column] = max(units - policy.spare_units, 0)
                margin = margin_in(self.market.project, self.market.fleet, self.firm[q], able, float(taken[number, q]))
                if margin >= 0.0:
                    break
                units += 1
        return float(units)

    def _standing(self) -> list[Stay]:
        """Existing plant, to its end of life."""
        return [
            Stay(k, 0, min(stream.longest, self.dates.quarters), stream.standing)
            for k, stream in enumerate(self.market.streams)
            if stream.standing is not None
        ]

    def _leave(self, k: int, open_: list[list[float]], units: float, event: int) -> list[Stay]:
        """Units whose shortest hire is over leave, the longest there first."""
        out, stream = [], self.market.streams[k]
        for batch in open_:
            gone = min(batch[1], units) if event - batch[0] >= stream.shortest else 0.0
            if gone > 0 and (stream.offer is not None or event >= self.market.earliest_grid):
                out.append(Stay(k, int(batch[0]), event, gone))
                batch[1] -= gone
                units -= gone
        return out

    def _worn_out(self, k: int, open_: list[list[float]], event: int) -> list[Stay]:
        """Units that must leave before the next event: their clock or their life is over."""
        out, stream = [], self.market.streams[k]
        for batch in open_:
            if batch[1] > 0 and batch[0] + stream.longest <= event:
                out.append(Stay(k, int(batch[0]), int(batch[0]) + stream.longest, batch[1]))
                batch[1] = 0.0
        return out

    def _battery_from(self) -> int:
        """First year start at which a battery can be there."""
        column = self.market.fleet.storage_columns(0)[0]
        first = next(stream.first for stream in self.market.streams if stream.column == column)
        return -(-first // QUARTERS) * QUARTERS

    def _batteries(self, policy: Policy) -> list[Stay]:
        """The battery from the first year start it can be there, to the end."""
        if policy.battery_mw <= 0.0 or not self.market.fleet.storage:
            return []
        first, out = self._battery_from(), []
        for column, quantity in zip(
            self.market.fleet.storage_columns(0), (policy.battery_mw, policy.battery_mw * policy.battery_h), strict=True
        ):
            k = next(n for n, stream in enumerate(self.market.streams) if stream.column == column)
            life = self.market.streams[k].longest
            out += [
                Stay(k, begins, min(begins + life, self.dates.quarters), quantity)
                for begins in range(first, self.dates.quarters, life)
            ]
        return out
