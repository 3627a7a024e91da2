"""The utility tariff: what a year of import costs. One home of its equations and prices for plan, bill and sheets."""
