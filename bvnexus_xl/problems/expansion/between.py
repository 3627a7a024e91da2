"""Which load to plan next, between one whose plan keeps the ceiling and one whose plan does not.

Few plans can be paid for, and the cost of each is known to within a gap: the straight line between two of them is
followed, always a little to the side of the load that fits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_SAFE_SIDE = 1.05
_OF_THE_WAY, _HIGHER = 0.85, 0.7
"""Of the way to where the line crosses the ceiling; of the way to the bound where nothing above is known."""
_LEAST_STEP = 0.1


@dataclass
class Between:
    """Loads planned so far.

    Attributes:
        upper: MW that no plan carries more than.
        floor: MW below which nothing is asked.
        slope: excess over the ceiling that a MW adds, $, as long as only one plan is known.
        gap_mw: between a load that fits and what is above it, MW that suffice.
    """

    upper: float
    floor: float
    slope: float
    gap_mw: float
    _fits: tuple[float, float] | None = field(default=None, init=False)
    _over: list[tuple[float, float]] = field(default_factory=list, init=False)

    def after(self, added: float, over: float, *, fits: bool) -> float | None:
        """The next load after a plan of ``added`` MW that is ``over`` the ceiling, $; None where none is worth it."""
        if fits:
            self._fits = added, over
        else:
            self._over.append((added, over))
        if self._fits is None:
            return self._lower(added)
        low, under = self._fits
        high, above = min(self._over, default=(self.upper, 0.0))
        if min(high, self.upper) - low <= self.gap_mw:
            return None
        if not self._over:
            return low + _HIGHER * (self.upper - low)
        share = -under / (above - under) if above > 0.0 > under else 0.5
        return low + max(_OF_THE_WAY * share, _LEAST_STEP) * (high - low)

    def _lower(self, added: float) -> float | None:
        """Below the lowest load planned, as none fits yet; None at the floor."""
        if added <= self.floor:
            return None
        (near, over), slope = self._over[-1], self.slope
        if len(self._over) > 1 and self._over[-2][1] > over:
            slope = (self._over[-2][1] - over) / (self._over[-2][0] - near)
        return max(near - max(_SAFE_SIDE * max(over, 0.0) / slope, _LEAST_STEP * self.gap_mw), self.floor)
