"""Every spreadsheet function, described argument by argument: the one source of the Excel and Calc wrappers."""

from __future__ import annotations

from bvnexus_xl.finance.annuity import capital_recovery_factor
from bvnexus_xl.functions import money, plant
from bvnexus_xl.functions.adequacy import lolh
from bvnexus_xl.functions.arguments import Argument
from bvnexus_xl.functions.definition import Function
from bvnexus_xl.functions.dispatch import dispatch
from bvnexus_xl.functions.shadow_price import KINDS, shadow_price
from bvnexus_xl.reliability.k_of_n import k_of_n_availability

_RATE = Argument("rate", "number", "", "Discount rate a year, 0.08 for 8 %", 0, 1)
_HEAT_RATE = Argument("heat_rate_btu_per_kwh", "number", "BTU/kWh", "Heat rate at full load, net, HHV", 3412, 20000)
_AT_HALF = Argument(
    "multiplier_at_50pct", "number", "", "Heat rate at 50 % load over that at full load; 1.1 if left out", 0.8, 2, 1.1
)

_MONEY = (
    Function(
        "BVN_CRF",
        "Capital recovery factor: level year-end payment per dollar borrowed",
        (_RATE, Argument("years", "number", "years", "Years of payments", 0.01, 200)),
        "share a year",
        capital_recovery_factor,
        "=BVN_CRF(0.08,15)",
    ),
    Function(
        "BVN_LCOE",
        "Levelised cost of energy: present value of all cost over present value of delivered energy",
        (
            _RATE,
            Argument("capital_usd", "number", "$", "Capital paid at the start of year 1", 0),
            Argument("yearly_cost_usd", "numbers", "$", "Fuel, O&M and other cost: one number, or one for each year"),
            Argument("delivered_mwh", "numbers", "MWh", "Energy delivered: one number, or one for each year", 0),
            Argument("years", "whole", "years", "Years, where both are one number; 15 if left out", 1, 100, 15),
            Argument("inflation", "number", "", "Gives the LCOE in first-year money; nominal if left out", 0, 1, 0.0),
        ),
        "$/MWh",
        money.lcoe,
        "=BVN_LCOE(0.08,30195000,5453232.3,144277.2,15)",
    ),
    Function(
        "BVN_MACRS",
        "MACRS depreciation, half-year convention (IRS Publication 946): share of the basis deducted",
        (
            Argument("recovery_years", "whole", "years", "5, 7, 15 or 20", 1, 50),
            Argument("year", "whole", "", "Tax year, 1 for the first; a column of all years if left out", 1, 100, None),
            Argument("bonus_fraction", "number", "", "Bonus depreciation taken in year 1; none if left out", 0, 1, 0.0),
        ),
        "share of the basis",
        money.macrs,
        "=BVN_MACRS(15,1)",
    ),
    Function(
        "BVN_DEMAND_CHARGE",
        "Demand charge of a load range: the highest load of each month, with a ratchet where the tariff has one",
        (
            Argument("load_mw", "numbers", "MW", "One month; or a year of 8,760 hours or 35,040 quarter-hours", 0),
            Argument("usd_per_kw_month", "number", "$/kW-month", "Demand charge", 0, 1000),
            Argument("ratchet_fraction", "number", "", "Share of the highest of the 11 months before", 0, 1, 0.0),
        ),
        "$",
        money.demand_charge,
        "=BVN_DEMAND_CHARGE(A1:A744,15)",
    ),
    Function(
        "BVN_SHADOW_PRICE",
        "What one more unit of a limit saves, from the last result of Phase 2",
        (
            Argument("limit", "text", "", "Key or name of the limit, as on sheet Limits: nox"),
            Argument("year", "whole", "", "Calendar year", 2020, 2100),
            Argument("results", "table", "", "Details of sheet Limits with their heads, or a result file (JSON)"),
            Argument(
                "kind",
                "text",
                "",
                "planning or operating; planning, where there is one, if left out",
                default=None,
                choices=KINDS,
            ),
        ),
        "$ per unit of the limit",
        shadow_price,
        '=BVN_SHADOW_PRICE("nox",2031,Limits!A25:Q400)',
    ),
)

_PLANT = (
    Function(
        "BVN_HEAT_RATE",
        "Heat rate at part load, HHV",
        (Argument("load_fraction", "number", "", "Share of full load", 0.01, 1), _HEAT_RATE, _AT_HALF),
        "BTU/kWh",
        plant.heat_rate,
        "=BVN_HEAT_RATE(0.5,7700)",
    ),
    Function(
        "BVN_FUEL",
        "Fuel of running units at part load, HHV",
        (
            Argument("output_mw", "number", "MW", "Output of all of them", 0, 100_000),
            Argument("unit_mw", "number", "MW", "Full load of one", 0.001, 2000),
            Argument("units_online", "whole", "", "Units running", 0, 1000),
            _HEAT_RATE,
            _AT_HALF,
        ),
        "MMBtu/h",
        plant.fuel_mmbtu_per_h,
        "=BVN_FUEL(15,18.3,1,7700)",
    ),
    Function(
        "BVN_NOX_TPY",
        "NOx that counts against an annual limit, on each basis",
        (
            Argument("basis", "text", "", "actual, synthetic_cap or PTE_8760", choices=plant.NOX_BASES),
            Argument("mw", "number", "MW", "Installed", 0, 100_000),
            Argument("nox_lb_per_mwh", "number", "lb/MWh", "Emission rate", 0, 30),
            Argument("capacity_factor", "number", "", "Not used for PTE_8760; 1 if left out", 0, 1, 1.0),
            Argument("hours", "number", "h", "Permitted hours a year; 8,760 if left out", 0, 8784, 8760.0),
            Argument("margin", "number", "", "Share of a synthetic cap that may be used; 0.99", 0.5, 1, 0.99),
        ),
        "short tons a year",
        plant.nox_tpy,
        '=BVN_NOX_TPY("PTE_8760",18.3,0.5)',
    ),
    Function(
        "BVN_GAS_MCF_DAY",
        "Gas burned in a day",
        (
            Argument("average_mw", "number", "MW", "Average output while running", 0, 100_000),
            _HEAT_RATE,
            Argument("hours", "number", "h", "Hours run that day; 24 if left out", 0, 24, plant.FULL_DAY_H),
            Argument("mmbtu_per_mcf", "number", "MMBtu/mcf", "Heat content, HHV; 1.037 if left out", 0.5, 2, 1.037),
        ),
        "mcf/day",
        plant.gas_mcf_per_day,
        "=BVN_GAS_MCF_DAY(280.57,7700)",
    ),
    Function(
        "BVN_DERATE",
        "Share of ISO output left at a temperature and an altitude",
        (
            Argument("temp_f", "number", "°F", "Dry-bulb temperature", -80, 160),
            Argument("altitude_ft", "number", "ft", "Altitude; sea level if left out", -1300, 12_000, 0.0),
            Argument("above_f", "number", "°F", "Output falls above; 95 if left out", -40, 130, 95.0),
            Argument("pct_per_f", "number", "%/°F", "Fall per degree; 0.5 if left out", 0, 5, 0.5),
            Argument("above_ft", "number", "ft", "Output falls above; 3,000 if left out", 0, 12_000, 3000.0),
            Argument("pct_per_1000ft", "number", "%/1000 ft", "Fall per 1,000 ft; 3.03 if left out", 0, 10, 3.03),
        ),
        "share of ISO output",
        plant.derate,
        "=BVN_DERATE(105,886)",
    ),
    Function(
        "BVN_PUE",
        "Power usage effectiveness by temperature, linear between 50, 77 and 95 °F",
        (
            Argument("temp_f", "number", "°F", "Dry-bulb temperature", -80, 160),
            Argument("pue_at_50f", "number", "", "At 50 °F and below; 1.15 if left out", 1, 3, 1.15),
            Argument("pue_at_77f", "number", "", "At 77 °F; 1.25 if left out", 1, 3, 1.25),
            Argument("pue_at_95f", "number", "", "At 95 °F and above; 1.35 if left out", 1, 3, 1.35),
        ),
        "facility MW per IT MW",
        plant.pue,
        "=BVN_PUE(86)",
    ),
)

_RELIABILITY = (
    Function(
        "BVN_KOFN",
        "Chance that at least K of N like units work",
        (
            Argument("k", "whole", "", "Units needed", 0, 1000),
            Argument("n", "whole", "", "Units installed", 0, 1000),
            Argument("unit_availability", "number", "", "Availability of one", 0, 1),
            Argument("common_cause_beta", "number", "", "Share of outages that takes all at once", 0, 1, 0.0),
        ),
        "probability",
        k_of_n_availability,
        "=BVN_KOFN(10,12,0.975)",
    ),
    Function(
        "BVN_LOLH",
        "Loss of load hours: expected hours in which a fleet cannot carry a load",
        (
            Argument("fleet", "table", "", "One row a kind: units, MW of one, forced outage rate, common-cause beta"),
            Argument("load_mw", "numbers", "MW", "One number for every hour; or one flat load for 8,760 hours", 0),
        ),
        "hours",
        lolh,
        "=BVN_LOLH({7,18.3,0.025},100)",
    ),
)

_DISPATCH = (
    Function(
        "BVN_DISPATCH",
        "Least-cost running of a gas fleet, hour by hour, up to a week",
        (
            Argument(
                "fleet",
                "table",
                "",
                "One row a kind: units, MW of one, BTU/kWh, heat rate at 50 % over full, lowest load, $/MWh O&M, "
                "$/MW start",
            ),
            Argument("load_mw", "numbers", "MW", "Load of each hour, 168 at most", 0, 100_000),
            Argument("gas_usd_per_mmbtu", "number", "$/MMBtu", "Fuel price", 0, 100),
        ),
        "one row an hour: cost in $, MW not served, MW of each row of the fleet",
        dispatch,
        "=BVN_DISPATCH(A1:G2,J1:J168,3.5)",
        "table",
    ),
)

FUNCTIONS: tuple[Function, ...] = (*_MONEY, *_PLANT, *_RELIABILITY, *_DISPATCH)
BY_NAME = {function.name: function for function in FUNCTIONS}
