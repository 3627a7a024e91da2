"""Every check of a solved study: what is compared, how far apart it may be, whether it passes.

On sheet ``Checks`` each of them is live formulas; here is the same in Python, so that a file reads right before any
recalculation and the line of checks on every sheet knows its count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.hourly_table import HourlyTable, hourly_table
from bvnexus_xl.profiles.calendar import DAY_OF_HOUR
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import shown_year
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.workbook.sheets import checks_columns as at
from bvnexus_xl.workbook.sheets import dispatch_columns as dispatch
from bvnexus_xl.workbook.sheets import limits_columns as limits
from bvnexus_xl.workbook.sheets import proforma_table as proforma

_MW, _MWH, _USD, _USD_PER_MWH = 1e-6, 1e-3, 0.005, 1e-6
_TONS, _MCF = 1e-6, 1e-3
SHOWN_YEAR = f"{dispatch.SHEET}!{dispatch.YEAR_CELL}"
INPUTS_CHANGED = f"SUM({at.rows_of(at.CHANGED, at.FIRST_INPUT_ROW, at.LAST_INPUT_ROW)})"
POTENTIAL = "PTE_8760"
"""Basis under which an emission limit counts what is installed, not what a dispatch emits."""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What a year's dispatch shows when it is added up again, each [Y]; the columns of the table by year."""

    imbalance_mw: NDArray[np.float64]
    overlap_mw: NDArray[np.float64]
    soc_error_mwh: NDArray[np.float64]
    delivered_mwh: NDArray[np.float64]
    nox_tons: NDArray[np.float64]
    gas_mcf_per_day: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: passes where value and expected value lie no further apart than the tolerance.

    Attributes:
        formula, expected_formula: the same on the sheet; an empty one is a figure of the run.
        kind: kind of figure.
        same_inputs: True where the comparison only makes sense while the inputs are those of the run.
    """

    group: str
    label: str
    unit: str
    kind: str
    value: float
    formula: str
    expected: float
    expected_formula: str
    tolerance: float
    note: str
    same_inputs: bool = False

    @property
    def passed(self) -> bool:
        """Whether it passes."""
        return abs(self.value - self.expected) <= self.tolerance


def checks_failed(solved: SolvedStudy | None) -> int | None:
    """How many checks fail; None before the first run."""
    return None if solved is None else sum(not check.passed for check in checks_of(solved))


def checks_of(solved: SolvedStudy) -> tuple[Check, ...]:
    """All checks, in the order of the sheet."""
    facts = year_facts(solved)
    return (*_physics(facts), *_results(solved, facts), *_shown_year(solved, facts), *_inputs())


def year_facts(solved: SolvedStudy) -> YearFacts:
    """Recomputed from the hours of each year."""
    years = list(zip(solved.dispatches, solved.totals, strict=True))
    both = [float(np.minimum(hours.charge_mw, hours.discharge_mw).max(initial=0.0)) for hours, _ in years]
    one_way = np.array([asset.one_way_efficiency for asset in solved.fleet.storage])[:, None]
    soc_error = []
    for hours, _ in years:
        step = hours.soc_mwh - np.roll(hours.soc_mwh, 1, axis=1)
        flow = hours.charge_mw * one_way - hours.discharge_mw / one_way
        soc_error.append(float(np.abs(step - flow).max(initial=0.0)))
    return YearFacts(
        imbalance_mw=np.array([float(np.abs(hours.imbalance_mw).max()) for hours, _ in years]),
        overlap_mw=np.array(both),
        soc_error_mwh=np.array(soc_error),
        delivered_mwh=np.array([float(hours.served_mw.sum()) for hours, _ in years]),
        nox_tons=np.array([float(totals.nox_tons) for _, totals in years]),
        gas_mcf_per_day=np.array([float(totals.gas_mcf_per_day.max()) for _, totals in years]),
    )


def shown_hours(solved: SolvedStudy) -> HourlyTable:
    """The year that sheet ``Dispatch`` shows after a run."""
    return hourly_table(solved, shown_year(solved))


def gas_by_day(hours: HourlyTable) -> NDArray[np.float64]:
    """Gas of each day, mcf, [365]."""
    return np.bincount(DAY_OF_HOUR, weights=hours.columns["gas_mcf"]).astype(float)


def _by_year(column: int) -> str:
    return at.rows_of(column, at.FIRST_YEAR_ROW, at.LAST_YEAR_ROW)


def _physics(facts: YearFacts) -> Iterator[Check]:
    group = "Physics of every hour, worst of all years"
    for label, unit, column, worst, tolerance, note in (
        ("Energy in equals energy out", "MW", at.IMBALANCE, facts.imbalance_mw, _MW, "Supply less load and charging"),
        ("No battery charges while it discharges", "MW", at.OVERLAP, facts.overlap_mw, _MW, "Smaller of the two"),
        (
            *("Battery energy follows charge and discharge", "MWh", at.SOC_ERROR, facts.soc_error_mwh, _MW),
            "The first hour follows the last: nothing is given at the start of a year",
        ),
    ):
        formula = f"=MAX({_by_year(column)})"
        yield Check(group, label, unit, "small", float(worst.max()), formula, 0.0, "", tolerance, note)


def _results(solved: SolvedStudy, facts: YearFacts) -> Iterator[Check]:
    money, group = solved.money, "Results agree with one another"
    broken = f'=COUNTIF({limits.detail_range(limits.STATUS)},"broken")'
    note = "Limits says which, when and by how much"
    yield Check(group, "No limit is broken", "limits", "count", len(solved.broken_limits), broken, 0.0, "", 0.0, note)
    delivered, note = f"=SUM({_by_year(at.DELIVERED)})", "Load less unserved, hour by hour, against ProForma"
    figures = float(facts.delivered_mwh.sum()), delivered, float(money.delivered_mwh.sum())
    place = f"=ProForma!{proforma.DELIVERED_CELL}"
    yield Check(group, "Energy delivered", "MWh", "count", *figures, place, _MWH, note)
    for label, unit, kind, cell, value, tolerance in (
        ("Capital, all years", "$", "cents", proforma.CAPEX_CELL, money.capex_usd, _USD),
        ("Net present value of cost", "$", "cents", proforma.NPV_CELL, money.npv_cost_usd, _USD),
        ("LCOE, nominal", "$/MWh", "factor", proforma.LCOE_CELL, money.lcoe_usd_per_mwh, _USD_PER_MWH),
        (
            "LCOE, first-year money",
            "$/MWh",
            "factor",
            proforma.LCOE_REAL_CELL,
            money.lcoe_real_usd_per_mwh,
            _USD_PER_MWH,
        ),
    ):
        if math.isfinite(value):
            note = "ProForma's formulas against the figure Python computed"
            live = f"=ProForma!{cell}"
            yield Check(group, label, unit, kind, value, live, value, "", tolerance, note, same_inputs=True)


def _shown_year(solved: SolvedStudy, facts: YearFacts) -> Iterator[Check]:
    """Recomputed from sheet ``Dispatch`` alone, for the year it shows."""
    group, position, hours = (
        "Recomputed from sheet Dispatch, for the year it shows",
        shown_year(solved),
        shown_hours(solved),
    )
    column = hours.columns
    supply = sum((column[key] for key in dispatch.GENERATION_KEYS), np.zeros(len(DAY_OF_HOUR)))
    demand = sum((column[key] for key in dispatch.DEMAND_KEYS), np.zeros(len(DAY_OF_HOUR)))
    gap = float(np.abs(supply - demand).max())
    ranges = "+".join(dispatch.column_range(key) for key in dispatch.GENERATION_KEYS)
    taken = "-".join(dispatch.column_range(key) for key in dispatch.DEMAND_KEYS)
    formula, note = (
        f"=SUMPRODUCT(MAX(ABS({ranges}-{taken})))",
        "Every source less load, work done later and charging, worst hour",
    )
    yield Check(group, "Energy in equals energy out", "MW", "small", gap, formula, 0.0, "", _MW, note)
    served = float(sum(column[key].sum() for key in dispatch.SERVED_KEYS))
    served -= float(sum(column[key].sum() for key in dispatch.NOT_SERVED_KEYS))
    formula = "=" + "+".join(f"SUM({dispatch.column_range(key)})" for key in dispatch.SERVED_KEYS)
    formula += "".join(f"-SUM({dispatch.column_range(key)})" for key in dispatch.NOT_SERVED_KEYS)
    figures = served, formula, float(facts.delivered_mwh[position]), _of_shown_year(at.DELIVERED)
    yield Check(
        group, "Energy delivered", "MWh", "count", *figures, _MWH, "Load less unserved, against all hours above"
    )
    highest, day_sums = float(gas_by_day(hours).max()), at.rows_of(at.DAY_GAS, at.FIRST_DAY_ROW, at.LAST_DAY_ROW)
    limited, note = _limited(solved, "gas_day"), "Each day's hours are added up in columns J and K, below"
    expected = _limit_used("gas_day") if limited else _of_shown_year(at.GAS_DAY)
    figures = highest, f"=MAX({day_sums})", float(facts.gas_mcf_per_day[position]), expected
    yield Check(group, "Gas of the highest day", "mcf/day", "decimal", *figures, _MCF, f"{note}; {_against(limited)}")
    tons = float(column["nox_lb"].sum()) / LB_PER_SHORT_TON
    limited = _limited(solved, "nox") and solved.project.constraints.emission_basis != POTENTIAL
    expected = _limit_used("nox") if limited else _of_shown_year(at.NOX)
    formula = f"=SUM({dispatch.column_range('nox_lb')})/{at.POUNDS_CELL}"
    figures = tons, formula, float(facts.nox_tons[position]), expected
    yield Check(
        group, "NOx of the year", "short tons", "rate", *figures, _TONS, f"Starts included; {_against(limited)}"
    )


def _limited(solved: SolvedStudy, name: str) -> bool:
    return any(limit.name == name for limit in solved.limits)


def _limit_used(name: str) -> str:
    """What sheet ``Limits`` says is used in the year shown."""
    key, year = limits.detail_range(limits.KEY), limits.detail_range(limits.YEAR)
    return f'=SUMIFS({limits.detail_range(limits.USED)},{key},"{name}",{year},{SHOWN_YEAR})'


def _of_shown_year(column: int) -> str:
    return f"=SUMIF({_by_year(at.YEAR)},{SHOWN_YEAR},{_by_year(column)})"


def _against(limited: bool) -> str:
    return "against sheet Limits" if limited else "against the table by year below"


def _inputs() -> Iterator[Check]:
    note = "Which ones: list below. ProForma follows Finance and Grid, all else needs a run"
    yield Check(
        "Inputs", "Inputs changed since the run", "inputs", "count", 0.0, f"={INPUTS_CHANGED}", 0.0, "", 0.0, note
    )
