"""A validation in plain sentences."""

from __future__ import annotations

from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.result import Criterion, Tier3Result, worst_first

_NOT_THE_LAST = "the years after that were not reached"


def tier3_lines(study: SolvedStudy) -> list[str]:
    """Verdict, what fails, what moved; nothing where the plan was not validated."""
    found = study.tier3
    if found is None:
        return []
    return [_verdict(found), *(failure_line(item) for item in worst_first(found.failed)), *_moved(study, found)]


def failure_line(item: Criterion) -> str:
    """``NOx, 2031: 251.20 of 242.55 short ton/yr allowed, passed 2031-12-19 04:15; running emits ...``."""
    limit = item.limit
    word = "allowed" if limit.sense == "at_most" else "needed"
    when = f", {item.when}" if item.when else ""
    return (
        f"{limit.label}, {limit.year}: {limit.used:,.2f} of {limit.limit:,.2f} {limit.unit} {word}{when}; {item.cause}"
    )


def _verdict(found: Tier3Result) -> str:
    years = f"{found.years[0].year} to {found.years[-1].year}" if len(found.years) > 1 else f"{found.years[0].year}"
    failing = [year for year in found.years if year.failed]
    if failing:
        shown = ", ".join(str(year.year) for year in failing)
        head = f"Quarter-hours, {years}: FAILS in {len(failing)} of {len(found.years)} years ({shown})"
    else:
        head = f"Quarter-hours, {years}: every limit of every year is kept"
    return f"{head}; {_NOT_THE_LAST}." if found.status == "stopped" else f"{head}."


def _moved(study: SolvedStudy, found: Tier3Result) -> list[str]:
    """Cost and peak against the hours of the plan."""
    quarter = max(found.years, key=lambda year: year.load_quarter_mw)
    peak = f"highest quarter-hour {quarter.load_quarter_mw:,.1f} MW, highest hour {quarter.load_hour_mw:,.1f} MW"
    if found.money is None:
        return [f"Load: {peak}."]
    now, before = found.money.npv_cost_usd, study.money.npv_cost_usd
    change = f" ({now / before - 1.0:+.2%})" if before > 0.0 else ""
    cost = f"cost by quarter-hours {now / 1e6:,.1f} M$ present value, by hours {before / 1e6:,.1f}{change}"
    return [f"Load: {peak}; {cost}."]
