"""What a Tier 3 validation found: per year and criterion pass or fail, when and why; what moved; the corrected plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.money import Money
from bvnexus_xl.limits import Limit
from bvnexus_xl.profiles.calendar import hour_starts
from bvnexus_xl.units import QUARTERS_PER_HOUR

Status = Literal["pass", "fail", "stopped"]


@dataclass(frozen=True, slots=True)
class Tier3Options:
    """How to validate.

    Attributes:
        resize: add units until every criterion that units can meet is met.
        time_limit_s: wall time after which what has been validated so far is returned.
        accuracy: relative accuracy to which a year is priced where a yearly limit binds.
    """

    resize: bool = False
    time_limit_s: float = 1800.0
    accuracy: float = 5e-4


@dataclass(frozen=True, slots=True)
class Criterion:
    """One limit in one year at quarter-hours.

    Attributes:
        limit: what is allowed and what is used; ``limit.broken`` is the verdict.
        step: quarter-hour (0 to 35,039) that decides: the worst, or the one in which a yearly limit is passed; None
            where no single one does.
        cause: why it fails, in plain words; empty where it passes.
    """

    limit: Limit
    step: int | None = None
    cause: str = ""

    @property
    def passed(self) -> bool:
        """True where the limit is kept."""
        return not self.limit.broken

    @property
    def when(self) -> str:
        """Start of the deciding quarter-hour, local standard time, ``2031-07-14 15:15``; empty where there is none."""
        return "" if self.step is None else quarter_hour_text(self.limit.year, self.step)


@dataclass(frozen=True, slots=True)
class Tier3Year:
    """One year at quarter-hours.

    Attributes:
        year: calendar year.
        criteria: every limit that a dispatch can break.
        totals: physical totals; assets as in the whole fleet.
        load_hour_mw, load_quarter_mw: highest hour and highest quarter-hour of the load.
        import_peak_mw: highest quarter-hour of import.
        reserve_spare_mw: spinning reserve held less required, in the tightest quarter-hour.
    """

    year: int
    criteria: tuple[Criterion, ...]
    totals: YearTotals
    load_hour_mw: float
    load_quarter_mw: float
    import_peak_mw: float
    reserve_spare_mw: float

    @property
    def failed(self) -> tuple[Criterion, ...]:
        """Criteria that are not met."""
        return tuple(item for item in self.criteria if not item.passed)


@dataclass(frozen=True, slots=True)
class AddedUnits:
    """Units the corrected plan has more: ``units`` of a model from a year on."""

    key: str
    label: str
    year: int
    units: int


@dataclass(frozen=True, slots=True)
class Resized:
    """The corrected plan.

    Attributes:
        added: what was added; empty where nothing could be.
        passed: whether every year passes with it, its land, planning reserve and potential to emit kept.
        broken: limits of the plan itself that the units break (land, potential to emit): label and year.
        years: the years from the first that failed on, with the units added.
        npv_cost_usd: present value of its cost.
        note: what was done, in a sentence.
    """

    added: tuple[AddedUnits, ...]
    passed: bool
    broken: tuple[str, ...]
    years: tuple[Tier3Year, ...]
    npv_cost_usd: float | None
    note: str


@dataclass(frozen=True)
class Tier3Result:
    """A plan at quarter-hours.

    Attributes:
        status: ``pass``; ``fail`` where a criterion of some year is not met; ``stopped`` where time or the caller
            ended the run before the last year.
        years: the years validated, in order.
        money: the plan priced at quarter-hours; None where not every year was validated.
        load_source: where the quarter-hours of the load come from.
        resized: the corrected plan; None unless asked for and needed.
        warnings: plain sentences.
        seconds: wall time of each stage.
    """

    status: Status
    years: tuple[Tier3Year, ...]
    money: Money | None
    load_source: str
    resized: Resized | None
    warnings: tuple[str, ...]
    seconds: dict[str, float]

    @property
    def failed(self) -> tuple[Criterion, ...]:
        """Criteria that are not met, all years."""
        return tuple(item for year in self.years for item in year.failed)

    def record(self) -> dict[str, Any]:
        """The validation as JSON values."""
        money = self.money
        resized = None
        if self.resized is not None:
            resized = {
                "added": [asdict(item) for item in self.resized.added],
                "passed": self.resized.passed,
                "broken": list(self.resized.broken),
                "npv_cost_usd": self.resized.npv_cost_usd,
                "years": [_year_record(year) for year in self.resized.years],
                "note": self.resized.note,
            }
        return {
            "status": self.status,
            "load_source": self.load_source,
            "npv_cost_usd": None if money is None else money.npv_cost_usd,
            "lcoe_usd_per_mwh": None
            if money is None or not np.isfinite(money.lcoe_usd_per_mwh)
            else money.lcoe_usd_per_mwh,
            "operating_usd": None
            if money is None
            else {key: list(map(float, v)) for key, v in money.operating.items()},
            "years": [_year_record(year) for year in self.years],
            "resized": resized,
            "warnings": list(self.warnings),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }


def worst_first(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Of every criterion that fails, the year in which it fails most, in the order they first fail."""
    worst: dict[str, Criterion] = {}
    for item in criteria:
        name = item.limit.name
        if not item.passed and (name not in worst or item.limit.slack < worst[name].limit.slack):
            worst[name] = item
    return list(worst.values())


def quarter_hour_text(year: int, step: int) -> str:
    """Start of a quarter-hour of a year, local standard time: ``2031-07-14 15:15``."""
    hour, quarter = divmod(step, QUARTERS_PER_HOUR)
    start = hour_starts(year)[hour] + timedelta(minutes=60 * quarter / QUARTERS_PER_HOUR)
    return start.strftime("%Y-%m-%d %H:%M")


def _year_record(year: Tier3Year) -> dict[str, Any]:
    totals = year.totals
    criteria = [
        {
            "name": item.limit.name,
            "label": item.limit.label,
            "unit": item.limit.unit,
            "sense": item.limit.sense,
            "limit": item.limit.limit,
            "used": item.limit.used,
            "passed": item.passed,
            "when": item.when,
            "cause": item.cause,
        }
        for item in year.criteria
    ]
    return {
        "year": year.year,
        "criteria": criteria,
        "load_hour_mw": year.load_hour_mw,
        "load_quarter_mw": year.load_quarter_mw,
        "import_peak_mw": year.import_peak_mw,
        "reserve_spare_mw": year.reserve_spare_mw,
        "unserved_mwh": totals.unserved_mwh,
        "served_mwh": totals.served_mwh,
        "starts": float(totals.starts.sum()),
        "fuel_mmbtu": float(totals.fuel_mmbtu.sum()),
        "nox_tpy": totals.nox_tons,
        "gas_mcf_per_day_max": float(totals.gas_mcf_per_day.max()),
    }
