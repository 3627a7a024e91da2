"""A validation made by hand from a study's own hours: no quarter-hour is solved."""

from __future__ import annotations

from dataclasses import replace

from bvnexus_xl.limits import Limit
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.tier3.result import AddedUnits, Criterion, Resized, Tier3Result, Tier3Year

CAUSE = "load 61.2 MW, +1.4 against the mean of its hour; every unit in service runs at full output"


def made_result(study: SolvedStudy, *, fails: bool = True) -> Tier3Result:
    """Every year as its hours; with ``fails`` the last one leaves 3.5 MWh unserved where 1 is allowed."""
    years = [_year(study, position) for position in range(len(study.plan.years))]
    resized = None
    if fails:
        last = study.plan.years[-1]
        limit = Limit(
            "unserved", "Unserved, no outages", "MWh/yr", "unserved_limit_fraction", last, "at_most", 1.0, 3.5
        )
        years[-1] = replace(years[-1], criteria=(*years[-1].criteria, Criterion(limit, 18_061, CAUSE)))
        column = study.fleet.columns[0]
        added = (AddedUnits(column.key, column.label, last, 1),)
        note = f"Corrected plan: 1 x {column.label} from {last} more; it passes every year."
        resized = Resized(added, True, (), (years[-1],), 1.01 * study.money.npv_cost_usd, note)
    return Tier3Result(
        status="fail" if fails else "pass",
        years=tuple(years),
        money=study.money,
        load_source="hourly load, AR(1) noise and jobs by workload class, seed 1",
        resized=resized,
        warnings=("The plan fails at quarter-hours.",) if fails else (),
        seconds={"quarter-hours: build": 1.0, "quarter-hours: dispatch": 2.0},
    )


def _year(study: SolvedStudy, position: int) -> Tier3Year:
    year, load = study.plan.years[position], float(study.profiles.load_mw[position].max())
    nox = next(item for item in study.limits if item.year == year and item.name == "nox")
    return Tier3Year(
        year=year,
        criteria=(Criterion(nox),),
        totals=study.totals[position],
        load_hour_mw=load,
        load_quarter_mw=1.02 * load,
        import_peak_mw=0.0,
        reserve_spare_mw=1.5,
    )
