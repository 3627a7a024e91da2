"""Rules about grid services that concern more than one field."""

from __future__ import annotations

from collections.abc import Iterator

from bvnexus_xl.inputs.checks import Issue, Parts

SERVICES_PROBLEM = "P4"


def programmes_are_sound(parts: Parts) -> Iterator[Issue]:
    """Names are unique, windows end after they begin, P95 hours are no fewer than expected ones."""
    if parts.services is None:
        return
    names = [row.name for row in parts.services.programmes]
    for index, row in enumerate(parts.services.programmes):
        if names.index(row.name) < index:
            yield _issue(index, "name", "DUPLICATE_NAME", repr(row.name), "must appear once in this table")
        if row.p95_call_h_per_year < row.expected_call_h_per_year:
            allowed = f"must be at least expected_call_h_per_year = {row.expected_call_h_per_year:g}"
            yield _issue(index, "p95_call_h_per_year", "CALL_HOURS", f"{row.p95_call_h_per_year:g}", allowed)
        if row.last_hour <= row.first_hour:
            allowed = f"must be above first_hour = {row.first_hour}; a window past midnight takes two rows"
            yield _issue(index, "last_hour", "CALL_WINDOW", f"{row.last_hour}", allowed)


def services_have_a_market(parts: Parts) -> Iterator[Issue]:
    """P4 has a programme to sell and a meter to sell it at."""
    if parts.study is None or parts.study.problem != SERVICES_PROBLEM:
        return
    if parts.services is not None and not any(row.enabled for row in parts.services.programmes):
        allowed = "must have at least one row with enabled = yes for problem P4"
        yield Issue(("services", "programmes"), "NO_PROGRAMME", "none enabled", allowed)
    if parts.grid is not None and not parts.grid.grid_enabled:
        allowed = "must be yes for problem P4: services are measured at the utility's meter"
        yield Issue(("grid", "grid_enabled"), "NO_PROGRAMME", "no", allowed)


def _issue(index: int, field: str, code: str, value: str, allowed: str) -> Issue:
    return Issue(("services", "programmes", index, field), code, value, allowed)


SERVICE_CHECKS = (programmes_are_sound, services_have_a_market)
