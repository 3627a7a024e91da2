"""What a dollar of capital weighs in the objective: 1 before tax, more or less after tax, never the same for all plant.

After tax, operating cost weighs 1 and capital (1 − credit − τ · deductions) / (1 − τ), every part at its date: the
credit at the end of the first year of service, deductions at year ends, what is left of the basis written off at the
horizon. So the objective is the numerator of the after-tax LCOE of the pro forma. Over a long horizon and without
credit this is ``depreciation.after_tax_multiplier``: 1.140 at 25 % tax and 15 years. A credit on production is cash
after tax: a dollar of it weighs 1 / (1 − τ).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES, MacrsClass
from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.credits import construction_begin, credit_fractions, row_of_column
from bvnexus_xl.finance.depreciation import (
    BASIS_CUT,
    BONUS_ACQUIRED_AFTER,
    GRID_CLASS,
    macrs_shares,
    recovery_years,
)
from bvnexus_xl.finance.tax import combined_tax_rate
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.project import Project

Array = NDArray[np.float64]


def tax_classes(fleet: Fleet) -> tuple[MacrsClass, ...]:
    """Depreciation class of each column, [C]: the equipment row's, otherwise its technology's."""
    rows = row_of_column(fleet)
    return tuple(
        (row.macrs_class or TECHNOLOGIES[row.technology].macrs_class) if row else GRID_CLASS
        for row in (rows.get(column.asset_key) for column in fleet.columns)
    )


def acquired_late_enough(project: Project, fleet: Fleet) -> NDArray[np.bool_]:
    """Whether what enters service in each year was acquired after the day from which bonus depreciation holds, [C, Y].

    Property counts as acquired when its construction began (``credits.construction_begin``); a grid connection, which
    the utility builds, is new.
    """
    rows, years = row_of_column(fleet), project.years
    new = [
        [construction_begin(rows[column.asset_key], year) > BONUS_ACQUIRED_AFTER for year in years]
        if column.asset_key in rows
        else [True] * len(years)
        for column in fleet.columns
    ]
    return np.array(new, dtype=bool)


def bonus_fractions(project: Project, fleet: Fleet) -> Array:
    """Bonus depreciation of each column that enters service in each year, part of its basis, [C, Y]."""
    return np.where(acquired_late_enough(project, fleet), project.finance.bonus_depreciation_fraction, 0.0)


def capital_weights(project: Project, fleet: Fleet) -> Array:
    """Weight in the objective of a dollar paid for each column for each year, [C, Y]; 1 where it is before tax."""
    shape = len(fleet.columns), len(project.years)
    if project.finance.objective_basis == "pre_tax":
        return np.ones(shape)
    return after_tax_weights(project, fleet)


def credit_weight(finance: Finance) -> float:
    """Weight in the objective of a dollar of production credit: 1 / (1 − τ) after tax, 0 before it."""
    return 0.0 if finance.objective_basis == "pre_tax" else 1.0 / (1.0 - combined_tax_rate(finance))


def after_tax_weights(project: Project, fleet: Fleet) -> Array:
    """Weight after tax of a dollar paid for each column for each year, [C, Y]."""
    finance, years = project.finance, len(project.years)
    start, end = year_start_factors(finance.discount_rate, years), year_end_factors(finance.discount_rate, years)
    tax, credit = combined_tax_rate(finance), credit_fractions(project, fleet)
    classes, bonus = tax_classes(fleet), bonus_fractions(project, fleet)
    worth = {
        (name, part): deductions_by_year(finance.discount_rate, years, name, part)
        for name in set(classes)
        for part in (0.0, finance.bonus_depreciation_fraction)
    }
    with_bonus = np.array([worth[name, finance.bonus_depreciation_fraction] for name in classes])
    each = np.where(bonus > 0.0, with_bonus, np.array([worth[name, 0.0] for name in classes]))
    deducted = (1.0 - BASIS_CUT * credit) * each
    weights: Array = (1.0 - credit * end / start - tax * deducted) / (1.0 - tax)
    return weights


def deductions_by_year(rate: float, years: int, name: MacrsClass, bonus: float) -> Array:
    """Worth of all deductions per dollar of basis placed in service in each year, at the start of that year, [Y]."""
    start, end = year_start_factors(rate, years), year_end_factors(rate, years)
    shares = np.array(macrs_shares(recovery_years(name), bonus))
    worth = []
    for year in range(years):
        taken = shares[: years - year]
        written_off = 1.0 - float(taken.sum())
        worth.append(float(taken @ end[year : year + len(taken)]) + written_off * float(end[-1]))
    out: Array = np.array(worth) / start
    return out
