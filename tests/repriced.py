"""A solved study priced again with other cells of sheets Finance and Grid: what live sheets must then say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.cash_flow import CashFlow, cash_flow
from bvnexus_xl.finance.money import Money, levelised_cost, plan_money
from bvnexus_xl.solved import SolvedStudy

TEN_CELLS: dict[str, Any] = {
    "power_price_usd_per_mwh": 131.5,
    "power_price_escalation_rate": 0.02,
    "gas_price_usd_per_mmbtu": 5.25,
    "construction_interest_rate": 0.07,
    "federal_tax_rate": 0.23,
    "loss_offset_limit_fraction": 0.6,
    "bonus_depreciation_fraction": 0.4,
    "debt_share_max_fraction": 0.52,
    "debt_service_cover_ratio": 1.6,
    "storage_credit_fraction": 0.4,
}
"""Ten cells of sheet Finance that move revenue, cost, credits, tax, debt and returns."""


def repriced(solved: SolvedStudy, values: dict[str, Any]) -> tuple[Money, CashFlow]:
    """Money and cash flow of the same plan and dispatch with other finance inputs.

    What problems add to the account is that of the run: revenue of services, the line of bridge power.
    """
    finance = solved.project.finance.model_copy(update=values)
    project = solved.project.model_copy(update={"finance": finance})
    money = plan_money(project, solved.fleet, solved.profiles, solved.plan, solved.totals)
    line = solved.money.operating["bridge"]
    npv = money.npv_cost_usd + float(line @ year_end_factors(finance.discount_rate, len(line)))
    nominal, real = levelised_cost(finance.discount_rate, finance.inflation_rate, npv, money.delivered_mwh)
    money = replace(
        money,
        operating={**money.operating, "bridge": line},
        services=solved.money.services,
        npv_cost_usd=npv,
        lcoe_usd_per_mwh=nominal,
        lcoe_real_usd_per_mwh=real,
    )
    return money, cash_flow(project, solved.fleet, money)
