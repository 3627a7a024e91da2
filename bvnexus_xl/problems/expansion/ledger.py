"""Levelised cost of the whole site, or of the increment alone, against the ceiling.

site:        (PV(cost) + book value where it counts) / PV(delivered MWh)
increment:   (PV(cost) − PV(cost without added load)) / (PV(delivered) − PV(delivered without added load))
"""

from __future__ import annotations

from dataclasses import dataclass

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.money import Money
from bvnexus_xl.inputs.project import Project


@dataclass(frozen=True, slots=True)
class Account:
    """Present values of a plan: cost in dollars, energy delivered in MWh."""

    cost_usd: float
    energy_mwh: float

    def less(self, other: Account) -> Account:
        """What this plan has on top of another."""
        return Account(self.cost_usd - other.cost_usd, self.energy_mwh - other.energy_mwh)

    @property
    def lcoe_usd_per_mwh(self) -> float | None:
        """Levelised cost; None without energy."""
        return self.cost_usd / self.energy_mwh if self.energy_mwh > 0.0 else None

    def over(self, ceiling_usd_per_mwh: float) -> float:
        """Dollars by which cost exceeds the ceiling times energy; at most 0 where the ceiling is kept."""
        return self.cost_usd - ceiling_usd_per_mwh * self.energy_mwh


def account(project: Project, money: Money) -> Account:
    """Present values of a priced plan, new money only; after tax where plans are compared after tax."""
    end = year_end_factors(project.finance.discount_rate, len(project.years))
    return Account(money.objective_usd, float(money.delivered_mwh @ end))


def sunk_usd(project: Project) -> float:
    """Book value of all existing plant."""
    return float(sum(row.book_value_usd for row in project.existing))


def judged(project: Project, plan: Account, base: Account) -> Account:
    """The account that the ceiling applies to; ``base`` is that of the best plan without added load."""
    if project.expansion.ceiling_basis == "increment":
        return plan.less(base)
    sunk = sunk_usd(project) if project.expansion.sunk_capital_counts else 0.0
    return Account(plan.cost_usd + sunk, plan.energy_mwh)
