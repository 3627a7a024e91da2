"""The cash flow of a plan: revenue, credits, tax, debt, equity, and what each stream returns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import MacrsClass
from bvnexus_xl.finance.after_tax import bonus_fractions, tax_classes
from bvnexus_xl.finance.annuity import escalation_factors, year_end_factors, year_start_factors
from bvnexus_xl.finance.credits import credit_fractions
from bvnexus_xl.finance.debt import Debt, sculpted_debt
from bvnexus_xl.finance.depreciation import BASIS_CUT, macrs_shares, recovery_years, yearly_deductions
from bvnexus_xl.finance.money import Money
from bvnexus_xl.finance.returns import Returns, returns
from bvnexus_xl.finance.tax import IncomeTax, InterestDeduction, combined_tax_rate, income_tax, interest_deduction
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.project import Project

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Nominal dollars; yearly arrays [Y] at year ends, flows by date [Y+1]: base date, then the end of each year.

    Capital of a year is paid at its start, which is the end of the year before. Investment credits are cash at the end
    of the first year of service, production credits at the end of each year. At the horizon the residual value is
    received and taxed, and the basis left is written off.

    Attributes:
        power_price: $/MWh.
        services: net revenue of grid services, part of ``revenue``.
        credit_by_column: investment tax credit, [C, Y].
        production_credit_by_column: production tax credit, [C, Y].
        basis_by_class: depreciable capital by tax class present, each [Y].
        bonus_by_class: bonus depreciation by tax class present, part of the deductions, each [Y].
        depreciation_by_class: deductions by tax class present, each [Y].
        write_off: tax basis left, deducted in the last year.
        residual: residual value received in the last year.
        project_tax: without debt.
        interest: what is deducted of the debt's interest.
        equity_tax: with interest deducted.
        lcoe_after_tax_usd_per_mwh: level price at which the project after tax is worth 0, losses being used at once.
    """

    power_price: Array
    services: Array
    revenue: Array
    before_tax: Array
    capital: Array
    residual: Array
    credit_by_column: Array
    production_credit_by_column: Array
    basis_by_class: dict[MacrsClass, Array]
    bonus_by_class: dict[MacrsClass, Array]
    depreciation_by_class: dict[MacrsClass, Array]
    write_off: Array
    project_tax: IncomeTax
    debt: Debt
    interest: InterestDeduction
    equity_tax: IncomeTax
    project_flow: Array
    taxed_flow: Array
    equity_flow: Array
    project: Returns
    taxed: Returns
    equity: Returns
    lcoe_after_tax_usd_per_mwh: float

    @property
    def credits(self) -> Array:
        """Investment tax credits of each year, [Y]."""
        total: Array = self.credit_by_column.sum(0)
        return total

    @property
    def production_credits(self) -> Array:
        """Production tax credits of each year, [Y]."""
        total: Array = self.production_credit_by_column.sum(0)
        return total

    @property
    def tax_credits(self) -> Array:
        """All tax credits of each year, [Y]."""
        return self.credits + self.production_credits

    @property
    def depreciation(self) -> Array:
        """Tax depreciation of each year, without the write-off, [Y]."""
        total: Array = np.sum([np.zeros(len(self.capital)), *self.depreciation_by_class.values()], axis=0)
        return total


def power_prices(project: Project, money: Money) -> Array:
    """Price of each year, $/MWh, [Y]: that of the avoided tariff; the given one escalated; else the nominal LCOE.

    Raises:
        ValueError: the avoided tariff is asked for, and the account does not know the load.
    """
    finance, years = project.finance, len(money.delivered_mwh)
    if finance.revenue_basis == "avoided_tariff":
        if money.avoided is None:
            message = "an account without its load has no avoided tariff"
            raise ValueError(message)
        sold = money.delivered_mwh
        return np.divide(money.avoided.charges(project), sold, out=np.zeros(years), where=sold > 0.0)
    if finance.power_price_usd_per_mwh is not None:
        return finance.power_price_usd_per_mwh * escalation_factors(finance.power_price_escalation_rate, years)
    return np.full(years, 0.0 if math.isnan(money.lcoe_usd_per_mwh) else money.lcoe_usd_per_mwh)


def cash_flow(project: Project, fleet: Fleet, money: Money) -> CashFlow:
    """Cash flow of a priced plan."""
    finance, years = project.finance, len(project.years)
    price, capital = power_prices(project, money), money.capex_by_column.sum(0)
    services = np.zeros(years) if money.services is None else money.services
    revenue = price * money.delivered_mwh + services
    before_tax = revenue - money.yearly_cost
    residual, write_off = np.zeros(years), np.zeros(years)
    residual[-1] = money.residual_by_column.sum()
    credit = money.capex_by_column * credit_fractions(project, fleet)
    produced = money.production_credit_by_column
    produced = np.zeros_like(credit) if produced is None else produced
    all_credits = credit.sum(0) + produced.sum(0)
    basis, bonus, deducted = _depreciation(project, fleet, money.capex_by_column - BASIS_CUT * credit)
    write_off[-1] = sum(float(basis[name].sum() - deducted[name].sum()) for name in basis)
    shield = np.sum([write_off, *deducted.values()], axis=0)
    income = before_tax + residual - shield
    project_tax = income_tax(finance, income)
    debt = sculpted_debt(finance, before_tax, capital)
    interest = interest_deduction(finance, debt.interest, before_tax)
    equity_tax = income_tax(finance, income - interest.deducted)
    received = before_tax + residual
    taxed = received + all_credits - project_tax.tax
    to_equity = received + all_credits - equity_tax.tax - debt.service
    flows = (
        _by_date(received, capital),
        _by_date(taxed, capital),
        _by_date(to_equity, capital - debt.drawn),
    )
    return CashFlow(
        power_price=price,
        services=services,
        revenue=revenue,
        before_tax=before_tax,
        capital=capital,
        residual=residual,
        credit_by_column=credit,
        production_credit_by_column=produced,
        basis_by_class=basis,
        bonus_by_class=bonus,
        depreciation_by_class=deducted,
        write_off=write_off,
        project_tax=project_tax,
        debt=debt,
        interest=interest,
        equity_tax=equity_tax,
        project_flow=flows[0],
        taxed_flow=flows[1],
        equity_flow=flows[2],
        project=returns(flows[0], finance.discount_rate),
        taxed=returns(flows[1], finance.discount_rate),
        equity=returns(flows[2], finance.cost_of_equity),
        lcoe_after_tax_usd_per_mwh=_after_tax_lcoe(finance, money, all_credits, shield, residual),
    )


def _depreciation(
    project: Project, fleet: Fleet, basis_by_column: Array
) -> tuple[dict[MacrsClass, Array], dict[MacrsClass, Array], dict[MacrsClass, Array]]:
    """(basis, bonus, all deductions) by tax class of what is bought, each [Y]."""
    classes = tax_classes(fleet)
    bought = {name for name, basis in zip(classes, basis_by_column, strict=True) if basis.any()}
    bonus_by_column = basis_by_column * bonus_fractions(project, fleet)
    basis: dict[MacrsClass, Array] = {}
    bonus: dict[MacrsClass, Array] = {}
    deducted: dict[MacrsClass, Array] = {}
    for name in sorted(bought, key=recovery_years):
        mine = [own == name for own in classes]
        basis[name], bonus[name] = basis_by_column[mine].sum(0), bonus_by_column[mine].sum(0)
        regular = yearly_deductions(basis[name] - bonus[name], macrs_shares(recovery_years(name)))
        deducted[name] = bonus[name] + regular
    return basis, bonus, deducted


def _by_date(at_end: Array, at_start: Array) -> Array:
    """Received at year ends less paid at year starts, by date, [Y+1]."""
    flow: Array = np.append(0.0, at_end) - np.append(at_start, 0.0)
    return flow


def _after_tax_lcoe(finance: Finance, money: Money, credit: Array, shield: Array, residual: Array) -> float:
    years, kept = len(credit), 1.0 - combined_tax_rate(finance)
    start, end = year_start_factors(finance.discount_rate, years), year_end_factors(finance.discount_rate, years)
    energy = float(money.delivered_mwh @ end)
    if energy <= 0.0:
        return float("nan")
    capital = float(money.capex_by_column.sum(0) @ start - credit @ end - (1.0 - kept) * (shield @ end))
    return (capital / kept + float((money.yearly_cost - residual) @ end)) / energy
