"""What the rows of P5's master need: the positions, stays and orders of all date cases, and who shares them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.problems.bridge.cases import QUARTERS, Dates
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.plan import leaves_before_known, same_before_known
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]
SHARED = -1
_ABOVE_GRANT = 1.02


@dataclass(frozen=True, eq=False)
class BridgeCase:
    """What the rows need. Positions p are pairs (case, year); a year before the date is known stands for all cases.

    Attributes:
        case: the parametric dispatch with one part per quarter.
        planning_need, spinning_need: shares of both reserves that plans must hold; 1 but where a relaxed requirement
            is asked about.
        least_import_bound_mw: import asked for and taken is bounded no lower than this; a grant that is asked about
            moves alone.
    """

    market: Market
    dates: Dates
    profiles: Profiles
    case: DispatchCase
    planning_need: float = 1.0
    spinning_need: float = 1.0
    least_import_bound_mw: float = 0.0

    @cached_property
    def positions(self) -> list[tuple[int, int]]:
        """(case, year) of each position; case ``SHARED`` where the year ends before the date is known."""
        out: list[tuple[int, int]] = []
        for year in range(self.dates.years):
            shared = QUARTERS * (year + 1) <= self.dates.known
            out += [(SHARED, year)] if shared else [(s, year) for s in range(len(self.dates.cases))]
        return out

    @cached_property
    def year_of(self) -> NDArray[np.int64]:
        """Year of each position, [P]."""
        return np.array([year for _, year in self.positions])

    @cached_property
    def weight(self) -> Array:
        """Probability of each position, [P]."""
        return np.array([self.weight_of(number) for number, _ in self.positions])

    def weight_of(self, number: int) -> float:
        """Probability of a case; 1 for what is shared."""
        return 1.0 if number == SHARED else float(self.dates.weights[number])

    def at(self, number: int, quarter: int) -> int:
        """Index of the columns of a case in a quarter: shared until the date is known."""
        return SHARED if quarter < self.dates.known else number

    @cached_property
    def stays(self) -> list[tuple[int, int, int, int]]:
        """(stream, arrives, leaves, case) of every stay; ``SHARED`` where both ends are decided before the date is."""
        out = []
        for k, stream in enumerate(self.market.streams):
            for arrives, leaves in self.market.stays(stream):
                early = same_before_known(self.market, self.dates, k, arrives)
                early = early and leaves_before_known(self.dates, leaves)
                out += [(k, arrives, leaves, i) for i in ([SHARED] if early else self.split)]
        return out

    @cached_property
    def orders(self) -> list[tuple[int, int, int]]:
        """(stream, arrives, case) of every order; case ``SHARED`` where it is placed before the date is known."""
        found = {(k, v, self.order_case(k, v, s)) for k, v, _, i in self.stays for s in self.cases_of(i)}
        return sorted(found)

    def order_case(self, stream: int, arrives: int, number: int) -> int:
        """Case under which an order stands."""
        return SHARED if same_before_known(self.market, self.dates, stream, arrives) else number

    def cases_of(self, number: int) -> range:
        """Cases in which something stands under a number."""
        return self.split if number == SHARED else range(number, number + 1)

    def slot(self, quarter: int) -> int:
        """Event from which what is in place in a quarter stands."""
        return max(event for event in self.market.events if event <= quarter)

    def slots_of(self, year: int) -> list[int]:
        """Events at which what is in place in some quarter of a year stands."""
        return sorted({self.slot(q) for q in range(QUARTERS * year, QUARTERS * (year + 1))})

    @property
    def most_granted_mw(self) -> float:
        """Highest import granted in any case."""
        return max(float(case.granted_mw.max()) for case in self.dates.cases)

    @property
    def import_bound_mw(self) -> float:
        """Most import that can be asked for: a little above the highest grant, so that only the grant has a price."""
        return max(self.most_granted_mw, self.least_import_bound_mw or _ABOVE_GRANT * self.most_granted_mw)

    @property
    def requests(self) -> list[int]:
        """Cases that ask for import apart: one for all unless the date is known from the start."""
        return [SHARED] if self.dates.known > 0 else list(self.split)

    @property
    def split(self) -> range:
        """Numbers of the cases."""
        return range(len(self.dates.cases))
