"""A tariff with a line of every kind, for tests of sheets and studies."""

from __future__ import annotations

from bvnexus_xl.inputs.grid import TariffLine

SUMMER = {"first_month": 6, "last_month": 9}
AFTERNOON = {"days": "weekdays", "first_hour": 13, "last_hour": 19}
EVERY_KIND = (
    TariffLine(name="Energy to 2,000 MWh", price=14.0, tier_to=2_000.0),
    TariffLine(name="Energy above 2,000 MWh", price=12.0, tier_from=2_000.0),
    TariffLine(name="On-peak energy adder", price=9.0, **SUMMER, **AFTERNOON),
    TariffLine(
        name="Demand",
        kind="demand",
        price=1.0,
        minimum_fraction=0.6,
        ratchet_fraction=0.8,
        ratchet_over="months_before",
    ),
    TariffLine(name="On-peak demand", kind="demand", price=0.5, **SUMMER, **AFTERNOON),
    TariffLine(
        name="System peak", kind="coincident_demand", price=1.5, **SUMMER, day_of_month=9, first_hour=16, last_hour=17
    ),
    TariffLine(name="Standby", kind="standby", price=0.75),
    TariffLine(name="Customer charge", kind="fixed", price=2_500.0),
)
