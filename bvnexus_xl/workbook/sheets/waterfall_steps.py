"""What the levelised cost is made of: the steps of sheet ``Waterfall``, from live cells of ``ProForma``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.finance.investment import insured_each
from bvnexus_xl.finance.operations import OPERATING_LINES
from bvnexus_xl.plan import installed
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.summaries import SOURCES
from bvnexus_xl.workbook.sheets.proforma_inputs import purchases
from bvnexus_xl.workbook.sheets.proforma_table import known

_ADDED_LATER = "Battery energy added later"
_CAPITAL = tuple(f"Capital: {source}" for source in SOURCES)
_HORIZON = "INDEX({at_end:years},COUNT({at_end:years}))"
"""Discount factor of the last year."""
_FIXED = (("fixed_om", "Fixed O&M"), ("property_tax", "Property tax"), ("insurance", "Insurance"))
LINES: tuple[tuple[str, str], ...] = (*_FIXED, *OPERATING_LINES)
"""(key, label) of every step that is a yearly line of the pro forma."""
BEFORE_TAX, TAX, AFTER_TAX = "LCOE, nominal", "Income tax, less credits", "LCOE, after tax"
STEPS: tuple[str, ...] = (
    *_CAPITAL,
    _ADDED_LATER,
    *(label for _, label in LINES),
    BEFORE_TAX,
    TAX,
    AFTER_TAX,
)
"""Every step from top to bottom, the same for all studies."""
TOTALS = frozenset({BEFORE_TAX, AFTER_TAX})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its part of the levelised cost and the formula's template over keys of the pro forma.

    Attributes:
        usd_per_mwh: Python's value; ``n/a`` where no energy is delivered.
        template: empty where the study has nothing of the kind.
    """

    label: str
    usd_per_mwh: float | Literal["n/a"]
    template: str


def steps(solved: SolvedStudy) -> list[Step]:
    """Steps of a study, in the order of ``STEPS``."""
    money, rate, years = solved.money, solved.project.finance.discount_rate, len(solved.plan.years)
    end = year_end_factors(rate, years)
    energy = float(money.delivered_mwh @ end)
    out = _capital(solved, energy)
    charges = _charges(solved)
    for key, label in LINES:
        worth = float((charges[key] if key in charges else money.operating[key]) @ end)
        out.append(_step(label, worth, energy, f"{{part_{key}:pv}}"))
    before = money.lcoe_usd_per_mwh
    after = cash_flow(solved.project, solved.fleet, money).lcoe_after_tax_usd_per_mwh
    out.append(Step(BEFORE_TAX, _shown(before), "={lcoe:pv}"))
    apart = '=IF(ISNUMBER({lcoe_taxed:pv}),{lcoe_taxed:pv}-{lcoe:pv},"n/a")'
    out.append(Step(TAX, _shown(after - before), apart))
    out.append(Step(AFTER_TAX, _shown(after), "={lcoe_taxed:pv}"))
    return out


def _capital(solved: SolvedStudy, energy: float) -> list[Step]:
    """Capital by source less its residual value, and that of battery energy bought after its first year."""
    rate, years = solved.project.finance.discount_rate, len(solved.plan.years)
    start, horizon = year_start_factors(rate, years), float(year_end_factors(rate, years)[-1])
    worth: dict[str, float] = dict.fromkeys((*_CAPITAL, _ADDED_LATER), 0.0)
    terms: dict[str, list[str]] = {label: [] for label in worth}
    for item in purchases(solved):
        position = solved.fleet.index[item.column.key]
        every = solved.plan.builds[position]
        share = np.divide(item.bought, every, out=np.zeros_like(every), where=every > 0.0)
        label = _ADDED_LATER if item.augments else f"Capital: {item.column.group}"
        left = float((solved.money.residual_by_column[position] * share).sum())
        worth[label] += float((solved.money.capex_by_column[position] * share) @ start) - left * horizon
        terms[label].append(f"{{capital_{item.key}:pv}}+{{residual_{item.key}:total}}*{_HORIZON}")
    return [_step(label, value, energy, "+".join(terms[label])) for label, value in worth.items()]


def _charges(solved: SolvedStudy) -> dict[str, np.ndarray]:
    """Fixed O&M, property tax and insurance, each [Y]."""
    finance, in_place = solved.project.finance, installed(solved.fleet, solved.plan.builds)
    basis = (insured_each(solved.project, solved.fleet) * in_place).sum(0)
    return {
        "fixed_om": solved.money.fixed_om,
        "property_tax": basis * finance.property_tax_fraction,
        "insurance": basis * finance.insurance_fraction,
    }


def _step(label: str, worth: float, energy: float, terms: str) -> Step:
    value = _shown(worth / energy if energy > 0.0 else float("nan"))
    return Step(label, value, f'=IF({{mwh:pv}}>0,({terms})/{{mwh:pv}},"n/a")' if terms else "")


def _shown(value: float) -> float | Literal["n/a"]:
    found = known(value)
    return "n/a" if isinstance(found, str) else found
