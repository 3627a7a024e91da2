"""What a year of operation costs: physical totals times prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.units import HOURS_PER_YEAR, KW_PER_MW

Array = NDArray[np.float64]

OPERATING_LINES: tuple[tuple[str, str], ...] = (
    ("gas_fuel", "Gas"),
    ("diesel_fuel", "Diesel"),
    ("variable_om", "Variable O&M"),
    ("starts", "Starts"),
    ("emission_fees", "Emission fees"),
    ("storage_wear", "Battery wear"),
    ("grid_energy", "Grid energy"),
    ("grid_demand", "Grid demand charge"),
    ("grid_standby", "Grid standby charge"),
)
"""(key, label) of every operating cost line, in the order sheets show them."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Nominal unit prices by year, each [Y]."""

    gas_usd_per_mmbtu: Array
    diesel_usd_per_mmbtu: Array
    general_factor: Array
    electricity_factor: Array


def prices(project: Project) -> Prices:
    """Unit prices of every year: commodity + basis + transport for gas, escalated together."""
    finance, years = project.finance, len(project.years)
    delivered = finance.gas_price_usd_per_mmbtu + finance.gas_basis_usd_per_mmbtu + finance.gas_transport_usd_per_mmbtu
    return Prices(
        gas_usd_per_mmbtu=delivered * escalation_factors(finance.gas_escalation_rate, years),
        diesel_usd_per_mmbtu=finance.diesel_price_usd_per_mmbtu
        * escalation_factors(finance.diesel_escalation_rate, years),
        general_factor=escalation_factors(finance.inflation_rate, years),
        electricity_factor=escalation_factors(finance.electricity_escalation_rate, years),
    )


def fuel_prices(project: Project, fleet: Fleet) -> Array:
    """Nominal price of each thermal asset's fuel, $/MMBtu, [T, Y]."""
    by_fuel = {"natural_gas": prices(project).gas_usd_per_mmbtu, "diesel": prices(project).diesel_usd_per_mmbtu}
    return np.array([by_fuel[asset.fuel] for asset in fleet.thermal]).reshape(len(fleet.thermal), len(project.years))


def wear_usd_per_mwh(project: Project, fleet: Fleet) -> Array:
    """Cycle wear of each battery per MWh discharged, first-year money, [S]; zero unless wear is paid by cycle."""
    pays = project.finance.storage_wear == "cycle_cost"
    return np.array([asset.row.cycle_cost_usd_per_kwh * KW_PER_MW if pays else 0.0 for asset in fleet.storage])


def standby_mw_months(project: Project, contracted_mw: Array, import_limit_mw: Array) -> Array:
    """Contracted import times the months it is energised, MW-months, [Y]."""
    share = (import_limit_mw > 0).sum(axis=1) / HOURS_PER_YEAR
    months: Array = contracted_mw * share * 12.0
    return months


def operating_cost(project: Project, fleet: Fleet, totals: Sequence[YearTotals], standby: Array) -> dict[str, Array]:
    """Nominal operating cost by line, $, each [Y]; lines as in ``OPERATING_LINES``.

    ``totals`` has one item per year; ``standby`` is MW-months of contracted import, [Y].
    """
    price = prices(project)
    fuel = np.array([year.fuel_mmbtu for year in totals]).T.reshape(len(fleet.thermal), len(totals))
    energy = np.array([year.thermal_mwh for year in totals]).T.reshape(len(fleet.thermal), len(totals))
    starts = np.array([year.starts for year in totals]).T.reshape(len(fleet.thermal), len(totals))
    discharge = np.array([year.discharge_mwh for year in totals]).T.reshape(len(fleet.storage), len(totals))
    gas = np.array([asset.fuel == "natural_gas" for asset in fleet.thermal], dtype=bool)
    profile = np.array([year.profile_mwh for year in totals]).T.reshape(len(fleet.profile), len(totals))
    vom = np.array([asset.vom_usd_per_mwh for asset in fleet.thermal]) @ energy
    vom = vom + np.array([asset.row.vom_usd_per_mwh for asset in fleet.profile]) @ profile
    vom = vom + np.array([asset.row.vom_usd_per_mwh for asset in fleet.storage]) @ discharge
    tons = np.array([year.nox_tons + year.co_tons + year.voc_tons for year in totals])
    demand = np.array([year.import_peak_mw.sum() for year in totals])
    energy_usd = np.array([year.import_base_usd for year in totals])
    return {
        "gas_fuel": fuel[gas].sum(0) * price.gas_usd_per_mmbtu,
        "diesel_fuel": fuel[~gas].sum(0) * price.diesel_usd_per_mmbtu,
        "variable_om": vom * price.general_factor,
        "starts": np.array([asset.start_cost_usd for asset in fleet.thermal]) @ starts * price.general_factor,
        "emission_fees": tons * project.finance.emission_fee_usd_per_ton * price.general_factor,
        "storage_wear": wear_usd_per_mwh(project, fleet) @ discharge * price.general_factor,
        "grid_energy": energy_usd * price.electricity_factor,
        "grid_demand": demand * KW_PER_MW * project.grid.demand_charge_usd_per_kw_month * price.electricity_factor,
        "grid_standby": standby * KW_PER_MW * project.grid.standby_charge_usd_per_kw_month * price.electricity_factor,
    }
