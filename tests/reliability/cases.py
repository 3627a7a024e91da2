"""Cases shared by the reliability tests: a flat load on like units, and RTS-79."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from bvnexus_xl.reliability.elements import Battery, RamCase, UnitKind

DATA = Path(__file__).parent / "data"


def kind(
    count: int,
    mw: float,
    rate: float,
    hours: int = 8760,
    *,
    name: str = "unit",
    beta: float = 0.0,
    repair_h: float = 24.0,
    burns_gas: bool = True,
    factor: np.ndarray | None = None,
    planned_out: np.ndarray | None = None,
    start_min: float = 5.0,
) -> UnitKind:
    return UnitKind(
        name=name,
        count=count,
        mw=mw,
        forced_outage_rate=rate,
        mean_time_to_repair_h=repair_h,
        common_cause_beta=beta,
        burns_gas=burns_gas,
        factor=np.ones(hours) if factor is None else factor,
        planned_out=np.zeros(hours, dtype=np.int64) if planned_out is None else planned_out,
        start_min=start_min,
    )


def flat(kinds: list[UnitKind], mw: float, **more: float | Battery) -> RamCase:
    """A flat load on some kinds of unit."""
    load = np.full(len(kinds[0].factor), mw)
    return RamCase(kinds=tuple(kinds), load_mw=load, net_load_mw=load, **more)  # type: ignore[arg-type]


def rts79_load_mw() -> np.ndarray:
    """Hourly load of RTS-79, [8736]: peak x week x day x hour, not rounded; week 1 starts on a Monday."""
    tables = json.loads((DATA / "load_tables.json").read_text(encoding="utf-8"))
    case = json.loads((DATA / "case.json").read_text(encoding="utf-8"))
    season = {}
    for name, weeks in tables["season_weeks"].items():
        for part in weeks.split(","):
            first, last = part.split("-")
            season |= dict.fromkeys(range(int(first), int(last) + 1), name)
    out = []
    for week, weekly in enumerate(tables["weekly_peak_pct"], start=1):
        for day, daily in enumerate(tables["daily_peak_pct_mon_to_sun"]):
            hourly = tables["hourly_pct"][f"{season[week]}_{'weekend' if day >= 5 else 'weekday'}"]
            out.append(np.array(hourly) / 100.0 * (weekly / 100.0) * (daily / 100.0) * case["annual_peak_mw"])
    return np.concatenate(out)


def rts79() -> RamCase:
    load = rts79_load_mw()
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as file:
        kinds = tuple(
            kind(
                int(row["n"]),
                float(row["mw"]),
                float(row["for"]),
                len(load),
                name=row["type"],
                repair_h=float(row["mttr_h"]),
                start_min=0.0,
            )
            for row in csv.DictReader(file)
        )
    return RamCase(kinds=kinds, load_mw=load, net_load_mw=load)
