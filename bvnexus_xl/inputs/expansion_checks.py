"""Rules of the expansion inputs. Each check is silent where the parts it needs are not sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bvnexus_xl.inputs.checks import Issue, Parts


def load_is_added_in_a_year_analysed(parts: Parts) -> Iterator[Issue]:
    """The first year of added load is one of those analysed, and there is load to take the shape from."""
    if parts.expansion is None or parts.study is None:
        return
    start, first = parts.expansion.added_load_from_year, parts.study.first_year
    last = first + parts.study.analysis_years - 1
    if start is None:
        return
    place = ("expansion", "added_load_from_year")
    if not first <= start <= last:
        yield Issue(place, "YEAR_NOT_ANALYSED", str(start), f"must be from {first} to {last}, the years analysed")
        return
    rows = parts.load.trajectory if parts.load is not None else ()
    has_shape = not rows or any(row.contracted_mw > 0.0 for row in rows if start <= row.year <= last)
    if parts.expansion.added_load_shape == "trajectory" and not has_shape:
        allowed = "must be a year with load on sheet Load at or after it, or added_load_shape must be flat"
        yield Issue(place, "NO_LOAD", str(start), allowed)


EXPANSION_CHECKS: tuple[Callable[[Parts], Iterator[Issue]], ...] = (load_is_added_in_a_year_analysed,)
