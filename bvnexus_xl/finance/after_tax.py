"""What a dollar of capital weighs in the objective: 1 before tax, more or less after tax, never the same for all plant.

After tax, operating cost weighs 1 and capital (1 − credit − τ · deductions) / (1 − τ), every part at its date: the
credit at the end of the first year of service, deductions at year ends, what is left of the basis written off at the
horizon. So the objective is the numerator of the after-tax LCOE of the pro forma. Over a long horizon and without
credit this is ``depreciation.after_tax_multiplier``: 1.140 at 25 % tax and 15 years.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES, MacrsClass
from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.finance.credits import credit_fractions, row_of_column
from bvnexus_xl.finance.depreciation import BASIS_CUT, GRID_CLASS, macrs_shares, recovery_years
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


def capital_weights(project: Project, fleet: Fleet) -> Array:
    """Weight in the objective of a dollar paid for each column for each year, [C, Y]; 1 where it is before tax."""
    shape = len(fleet.columns), len(project.years)
    if project.finance.objective_basis == "pre_tax":
        return np.ones(shape)
    return after_tax_weights(project, fleet)


def after_tax_weights(project: Project, fleet: Fleet) -> Array:
    """Weight after tax of a dollar paid for each column for each year, [C, Y]."""
    finance, years = project.finance, len(project.years)
    start, end = year_start_factors(finance.discount_rate, years), year_end_factors(finance.discount_rate, years)
    tax, credit = combined_tax_rate(finance), credit_fractions(project, fleet)
    classes = tax_classes(fleet)
    worth = {name: deductions_by_year(finance, name, years) for name in set(classes)}
    deducted = (1.0 - BASIS_CUT * credit) * np.array([worth[name] for name in classes])
    weights: Array = (1.0 - credit * end / start - tax * deducted) / (1.0 - tax)
    return weights


def deductions_by_year(finance: Finance, name: MacrsClass, years: int) -> Array:
    """Worth of all deductions per dollar of basis placed in service in each year, at the start of that year, [Y]."""
    start, end = year_start_factors(finance.discount_rate, years), year_end_factors(finance.discount_rate, years)
    shares = np.array(macrs_shares(recovery_years(name), finance.bonus_depreciation_fraction))
    worth = []
    for year in range(years):
        taken = shares[: years - year]
        written_off = 1.0 - float(taken.sum())
        worth.append(float(taken @ end[year : year + len(taken)]) + written_off * float(end[-1]))
    out: Array = np.array(worth) / start
    return out
