"""What a year of operation costs: physical totals times prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.flexibility import FlexibleLoad, flexible_loads
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.tariffs.billing import BILL_KINDS, Bill, energised_months
from bvnexus_xl.units import KW_PER_MW

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
    ("grid_fixed", "Grid fixed charge"),
    ("compute_lost", "Computing lost"),
    ("bridge", "Hire, resale, change to the grid"),
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


def compute_lost_mwh(classes: Sequence[FlexibleLoad], down_mwh: Array, up_mwh: Array) -> Array:
    """Computing lost by flexible load, MWh, shaped as ``down_mwh`` and ``up_mwh`` [..., C]."""
    lost: Array = down_mwh - up_mwh * np.array([item.kept for item in classes])
    return lost


def standby_mw_months(project: Project, contracted_mw: Array, import_limit_mw: Array) -> Array:
    """Contracted import times the months it is energised, MW-months, [Y]."""
    months: Array = contracted_mw * energised_months(import_limit_mw).sum(axis=-1)
    return months


@dataclass(frozen=True, slots=True)
class Quantities:
    """What operating cost is made of, for any number of years or designs.

    Arrays [...], or with a last axis T thermal, S storage, R profile assets, C flexible loads.

    ``year`` is the position of the year whose prices apply, [...]; ``grid_usd`` is the utility's bill of the year by
    kind (``tariffs.billing.BILL_KINDS``), first-year $, [...] each.
    """

    year: NDArray[np.int64]
    fuel_mmbtu: Array
    thermal_mwh: Array
    starts: Array
    profile_mwh: Array
    discharge_mwh: Array
    fee_tons: Array
    grid_usd: dict[str, Array]
    flex_down_mwh: Array
    flex_up_mwh: Array


def operating_cost(
    project: Project, fleet: Fleet, totals: Sequence[YearTotals], bills: Sequence[Bill]
) -> dict[str, Array]:
    """Nominal operating cost by line, $, each [Y]; lines as in ``OPERATING_LINES``.

    ``totals`` and ``bills`` have one item per year.
    """
    quantities = Quantities(
        year=np.arange(len(totals)),
        fuel_mmbtu=np.array([year.fuel_mmbtu for year in totals]),
        thermal_mwh=np.array([year.thermal_mwh for year in totals]),
        starts=np.array([year.starts for year in totals]),
        profile_mwh=np.array([year.profile_mwh for year in totals]),
        discharge_mwh=np.array([year.discharge_mwh for year in totals]),
        fee_tons=np.array([year.nox_tons + year.co_tons + year.voc_tons for year in totals]),
        grid_usd={kind: np.array([float(bill.usd(kind).sum()) for bill in bills]) for kind in BILL_KINDS},
        flex_down_mwh=np.array([year.flex_down_mwh for year in totals]),
        flex_up_mwh=np.array([year.flex_up_mwh for year in totals]),
    )
    return operating_lines(project, fleet, quantities)


def operating_lines(project: Project, fleet: Fleet, quantities: Quantities) -> dict[str, Array]:
    """Nominal operating cost by line, $, each shaped as ``quantities.year``: quantity x price x escalation."""
    price, year = prices(project), quantities.year
    general, electricity = price.general_factor[year], price.electricity_factor[year]
    gas = np.array([asset.fuel == "natural_gas" for asset in fleet.thermal], dtype=bool)
    vom = quantities.thermal_mwh @ np.array([asset.vom_usd_per_mwh for asset in fleet.thermal])
    vom = vom + quantities.profile_mwh @ np.array([asset.row.vom_usd_per_mwh for asset in fleet.profile])
    vom = vom + quantities.discharge_mwh @ np.array([asset.row.vom_usd_per_mwh for asset in fleet.storage])
    starts = quantities.starts @ np.array([asset.start_cost_usd for asset in fleet.thermal])
    classes = flexible_loads(project)
    lost = compute_lost_mwh(classes, quantities.flex_down_mwh, quantities.flex_up_mwh)
    return {
        "gas_fuel": quantities.fuel_mmbtu[..., gas].sum(-1) * price.gas_usd_per_mmbtu[year],
        "diesel_fuel": quantities.fuel_mmbtu[..., ~gas].sum(-1) * price.diesel_usd_per_mmbtu[year],
        "variable_om": vom * general,
        "starts": starts * general,
        "emission_fees": quantities.fee_tons * project.finance.emission_fee_usd_per_ton * general,
        "storage_wear": quantities.discharge_mwh @ wear_usd_per_mwh(project, fleet) * general,
        **{f"grid_{kind}": quantities.grid_usd[kind] * electricity for kind in BILL_KINDS},
        # what problem P5 hires, sells and pays to change over is no quantity of a dispatch: it adds the line
        "bridge": np.zeros(np.shape(year)),
        "compute_lost": lost @ np.array([item.compute_usd_per_mwh for item in classes]) * general,
    }
