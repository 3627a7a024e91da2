"""A site whose expansion can be worked out by hand: one kind of 1 MW unit, flat load, no reserve, no price rises."""

from __future__ import annotations

from typing import Any

from projects import RECIP

from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.expansion import Expansion
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.load import Load, LoadYear, WorkloadClass
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.site import Study

YEARS, HOURS = 2, 8760.0
BASE_MW, SUNK_MW = 30.0, 36
DISCOUNT, CAPEX, FOM, VOM, HEAT_RATE, GAS = 0.08, 400.0, 20.0, 5.0, 8000.0, 4.0
ANNUITY = 1.08**-1 + 1.08**-2
RUNNING = HEAT_RATE / 1000.0 * GAS + VOM
"""$/MWh of every MWh."""

UNIT: EquipmentRow = RECIP.model_copy(
    update={
        "name": "Unit",
        "unit_mw": 1.0,
        "heat_rate_btu_per_kwh": HEAT_RATE,
        "heat_rate_multiplier_at_50pct": 1.0,
        "min_load_fraction": 0.0,
        "start_cost_usd_per_mw": 0.0,
        "start_nox_lb": 0.0,
        "capex_usd_per_kw": CAPEX,
        "fom_usd_per_kw_year": FOM,
        "vom_usd_per_mwh": VOM,
        "planned_outage_rate": 0.0,
        "lead_time_months": 12,
        "land_acres_per_mw": 1.0,
        "derate_pct_per_f": 0.0,
        "derate_pct_per_1000ft": 0.0,
        "heat_rate_rise_pct_per_f": 0.0,
        "net_ageing_adder_pct": 0.0,
    }
)
_OFF = dict.fromkeys(
    (
        *("nox_limit_enabled", "co_limit_enabled", "gas_limit_enabled", "spinning_reserve_enabled"),
        *("planning_reserve_enabled", "planned_outage_enabled", "land_limit_enabled"),
    ),
    False,
)
_MONEY: dict[str, Any] = dict.fromkeys(
    (
        *("inflation_rate", "capex_escalation_rate", "gas_escalation_rate", "contingency_fraction"),
        *("owners_cost_fraction", "construction_interest_rate", "property_tax_fraction", "insurance_fraction"),
        *("gas_basis_usd_per_mmbtu", "gas_transport_usd_per_mmbtu", "emission_fee_usd_per_ton"),
    ),
    0.0,
)


def one_technology(constraints: dict[str, Any] | None = None, **expansion: Any) -> Project:
    """30 MW on 36 units of 1 MW that are paid for; more units cost 400 $/kW over two years."""
    years = range(2029, 2029 + YEARS)
    flat = WorkloadClass(name="flat", share=1.0, load_factor=1.0, daily_swing_fraction=0.0)
    return Project(
        study=Study(project_name="Hand", problem="P2", first_year=2029, analysis_years=YEARS),
        load=Load(
            trajectory=tuple(LoadYear(year=year, contracted_mw=BASE_MW) for year in years),
            workload_mix=(flat,),
            volatility_fraction=0.0,
            pue_at_50f=1.0,
            pue_at_77f=1.0,
            pue_at_95f=1.0,
        ),
        equipment=(UNIT,),
        existing=(ExistingRow(model="Unit", units=SUNK_MW, in_service_year=2020, book_value_usd=5e6),),
        expansion=Expansion(**{"most_added_mw": 60.0, "curve_points_each_side": 0, **expansion}),
        constraints=Constraints(**{**_OFF, **(constraints or {})}),
        finance=Finance(discount_rate=DISCOUNT, gas_price_usd_per_mmbtu=GAS, residual_value_enabled=False, **_MONEY),
    )


def hand_cost(added_mw: float) -> float:
    """Present value of running, fixed O&M and new units at an added load, in dollars; units in fractions."""
    load = BASE_MW + added_mw
    new = max(load - SUNK_MW, 0.0)
    yearly = RUNNING * HOURS * load + FOM * 1000.0 * (SUNK_MW + new)
    return CAPEX * 1000.0 * new + ANNUITY * yearly


def hand_energy(added_mw: float) -> float:
    """Present value of energy, MWh."""
    return ANNUITY * HOURS * (BASE_MW + added_mw)


def hand_load(ceiling: float, sunk_usd: float = 0.0) -> float:
    """Added load at which cost of the whole site meets the ceiling.

    Beyond what stands, a MW costs capex, fixed O&M and running: (c - site margin) / (marginal - c), all per MW.
    """
    spare = SUNK_MW - BASE_MW
    left = ceiling * hand_energy(spare) - hand_cost(spare) - sunk_usd
    marginal = CAPEX * 1000.0 + ANNUITY * (FOM * 1000.0 + RUNNING * HOURS)
    return spare + left / (marginal - ceiling * ANNUITY * HOURS)
