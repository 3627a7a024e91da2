"""Rules about bridge power that concern more than one field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.bridge import BRIDGE_PROBLEM
from bvnexus_xl.inputs.checks import Issue, Parts

_PROBABILITY_ROUNDING = 1e-6


def hire_belongs_to_p5(parts: Parts) -> Iterator[Issue]:
    """Rental models are enabled for problem P5 only: every other problem would take them for a free purchase."""
    if parts.study is None or parts.study.problem == BRIDGE_PROBLEM:
        return
    for index, row in parts.models():
        if row.enabled and "hired" in TECHNOLOGIES[row.technology].capabilities:
            allowed = f"must be no: a rental model may be used in problem {BRIDGE_PROBLEM} only"
            yield Issue(("equipment", index, "enabled"), "RENTAL_OUTSIDE_P5", "yes", allowed)


def offers_name_rental_models(parts: Parts) -> Iterator[Issue]:
    """Every offer names a rental model; every enabled rental model has an offer."""
    if parts.bridge is None or not parts.all_models_sound():
        return
    rental = {row.name for _, row in parts.models() if "hired" in TECHNOLOGIES[row.technology].capabilities}
    for index, offer in enumerate(parts.bridge.rental_offers):
        if offer.model not in rental:
            allowed = "must be a rental model of the equipment table: " + (", ".join(sorted(rental)) or "none given")
            yield Issue(("bridge", "rental_offers", index, "model"), "UNKNOWN_MODEL", repr(offer.model), allowed)
    offered = {offer.model for offer in parts.bridge.rental_offers}
    for index, row in parts.models():
        if row.enabled and row.name in rental - offered:
            allowed = "must be no, or rental_offers must have a row for this model"
            yield Issue(("equipment", index, "enabled"), "RENTAL_WITHOUT_OFFER", "yes", allowed)


def dates_in_order(parts: Parts) -> Iterator[Issue]:
    """P5: the grid is considered, dates rise, probabilities add to 1, the date is known before the grid can come."""
    if parts.study is None or parts.study.problem != BRIDGE_PROBLEM or parts.bridge is None or parts.grid is None:
        return
    bridge, middle = parts.bridge, parts.grid.energisation_date
    if not parts.grid.grid_enabled:
        yield Issue(("grid", "grid_enabled"), "BRIDGE_DATES", "no", "must be yes for problem P5")
    for field, sound, allowed in (
        ("energisation_p10_date", bridge.energisation_p10_date <= middle, f"must be no later than {middle}, the P50"),
        ("energisation_p90_date", bridge.energisation_p90_date >= middle, f"must be no earlier than {middle}, the P50"),
    ):
        if not sound:
            yield Issue(("bridge", field), "BRIDGE_DATES", str(getattr(bridge, field)), allowed)
    total = bridge.probability_p10 + bridge.probability_p50 + bridge.probability_p90
    if abs(total - 1.0) > _PROBABILITY_ROUNDING:
        allowed = "probability_p10, probability_p50 and probability_p90 must add up to 1"
        yield Issue(("bridge", "probability_p90"), "PROBABILITIES_NOT_ONE", f"{total:g}", allowed)
    known = months_into(bridge.energisation_p10_date, parts.study.first_year)
    if bridge.date_known_month > max(known, 0):
        allowed = f"must be at most {max(known, 0)}: the grid may be there by then"
        yield Issue(("bridge", "date_known_month"), "BRIDGE_DATES", str(bridge.date_known_month), allowed)


def compared_before_tax(parts: Parts) -> Iterator[Issue]:
    """P5 sells and moves plant, whose tax it does not follow: its plans are compared before tax."""
    if parts.study is None or parts.study.problem != BRIDGE_PROBLEM or parts.finance is None:
        return
    if parts.finance.objective_basis != "pre_tax":
        allowed = f"must be pre_tax for problem {BRIDGE_PROBLEM}"
        yield Issue(("finance", "objective_basis"), "AFTER_TAX_IN_P5", parts.finance.objective_basis, allowed)


def months_into(day: date, first_year: int) -> int:
    """Whole months from 1 January of the first year to a day; a day inside a month counts as its end."""
    return (day.year - first_year) * 12 + day.month - 1 + (1 if day.day > 1 else 0)


BRIDGE_CHECKS = (hire_belongs_to_p5, offers_name_rental_models, dates_in_order, compared_before_tax)
