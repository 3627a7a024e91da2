"""Which element to improve first, and what one more unit brings.

Importance of an element: hours of shortage a year that vanish if it never failed (risk reduction worth).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bvnexus_xl.reliability.adequacy import Adequacy, adequacy
from bvnexus_xl.reliability.elements import RamCase, UnitKind

_AMPLE = 1e3
"""Times the units there are: more than any load asks for."""


@dataclass(frozen=True, slots=True)
class Importance:
    """An element made perfect: LOLH that is left, and what that saves."""

    element: str
    change: str
    lolh: float
    hours_saved: float
    eens_saved_mwh: float


@dataclass(frozen=True, slots=True)
class MoreUnits:
    """The fleet with more units of one model: availability with the common cause, and as if units were independent."""

    model: str
    added: int
    units: int
    availability: float
    availability_independent: float
    lolh: float
    lolh_independent: float


def importance(case: RamCase, base: Adequacy) -> tuple[Importance, ...]:
    """Elements by hours saved when they never fail, most first; ``base`` is the adequacy of ``case``."""
    found = []
    for element, change, better in _improvements(case):
        result = adequacy(better)
        found.append(Importance(element, change, result.lolh, base.lolh - result.lolh, base.eens_mwh - result.eens_mwh))
    return tuple(sorted(found, key=lambda item: (-round(item.hours_saved, 6), -item.eens_saved_mwh)))


def more_units(case: RamCase, most: int = 4) -> tuple[MoreUnits, ...]:
    """Availability against 0 to ``most`` more units of the model with the most MW installed; empty without units.

    Added units are not in planned outage. With a common cause the curve flattens: it takes the new unit with the rest.
    """
    own = [kind for kind in case.kinds if not kind.imported]
    if not own:
        return ()
    main = max(own, key=lambda kind: kind.mw * kind.count)
    out = []
    for added in range(most + 1):
        larger = _with(case, main, replace(main, count=main.count + added))
        apart = replace(larger, kinds=tuple(replace(kind, common_cause_beta=0.0) for kind in larger.kinds))
        result, best = adequacy(larger), adequacy(apart)
        out.append(
            MoreUnits(
                main.name,
                added,
                main.count + added,
                result.availability,
                best.availability,
                result.lolh,
                best.lolh,
            )
        )
    return tuple(out)


def shared_cause_h(case: RamCase) -> float:
    """Hours of shortage a year that more units of the same models would leave, however many: gas supply, common cause.

    Units ample beyond any load that fail only all at once; the grid as it is.
    """
    kinds = tuple(
        kind
        if kind.imported
        else replace(
            kind,
            count=max(kind.count, 2),
            mw=kind.mw * _AMPLE,
            forced_outage_rate=kind.forced_outage_rate * kind.common_cause_beta,
            common_cause_beta=1.0,
            planned_out=kind.planned_out * 0,
        )
        for kind in case.kinds
    )
    return adequacy(replace(case, kinds=kinds)).lolh


def _improvements(case: RamCase) -> Iterator[tuple[str, str, RamCase]]:
    """(element, what is changed, the changed case)."""
    for kind in case.kinds:
        perfect = replace(kind, forced_outage_rate=0.0)
        yield kind.name, "no forced outages", _with(case, kind, perfect)
        if kind.common_cause_beta > 0.0 and kind.count > 1:
            yield kind.name, "no common cause (units independent)", _with(case, kind, _apart(kind))
        if kind.planned_out.any():
            always = replace(kind, planned_out=kind.planned_out * 0)
            yield kind.name, "no planned outages", _with(case, kind, always)
        if not kind.imported:
            yield kind.name, "one more unit", _with(case, kind, replace(kind, count=kind.count + 1))
    if case.gas_availability < 1.0 and any(kind.burns_gas for kind in case.kinds):
        yield "Gas supply", "never interrupted", replace(case, gas_availability=1.0)


def _apart(kind: UnitKind) -> UnitKind:
    return replace(kind, common_cause_beta=0.0)


def _with(case: RamCase, old: UnitKind, new: UnitKind) -> RamCase:
    return replace(case, kinds=tuple(new if kind is old else kind for kind in case.kinds))
