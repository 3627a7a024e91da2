"""What already stands on the site: a model of the equipment table, how much of it, how old it is."""

from __future__ import annotations

from bvnexus_xl.inputs.fields import Section, choice, number, text


class ExistingRow(Section):
    """Existing plant of one model, one age and one emission control."""

    model: str = text(
        label="Model", longest=40, note="A name from the equipment table; that row may say it may not be built again"
    )
    control: str | None = text(
        None, label="Emission control fitted", longest=40, note="One listed for the model; empty: none"
    )
    units: int | None = number(None, unit="units", low=1, high=1000, label="Units", note="Of a fuel-burning model")
    power_mw: float | None = number(
        None, unit="MW", low=0.01, high=20000.0, label="Power when new", note="Of a battery, solar or wind"
    )
    energy_mwh: float | None = number(None, unit="MWh", low=0.01, high=200000.0, label="Energy when new, battery")
    in_service_year: int = number(
        unit="year", low=1960, high=2060, label="In service since", note="Age counts from 1 January of this year"
    )
    remaining_life_years: int | None = number(
        None,
        unit="years",
        low=1,
        high=50,
        label="Years left from the first year",
        note="Empty: the life of the model less its age",
    )
    book_value_usd: float = number(
        0.0,
        unit="$",
        low=0.0,
        high=1e11,
        label="Book value, sunk",
        note="Of the whole row; basis of its property tax and insurance, never spent again",
    )
    may_retire: bool = choice(
        False, label="May be retired early", note="yes: units may leave before their end of life, saving fixed cost"
    )


def years_left(row: ExistingRow, life_years: int, first_year: int) -> int:
    """Years from the first analysed year to its end of life: as given, otherwise the model's life less its age."""
    left = row.in_service_year + life_years - first_year
    return left if row.remaining_life_years is None else row.remaining_life_years
