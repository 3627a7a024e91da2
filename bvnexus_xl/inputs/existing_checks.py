"""Rules of the table of existing plant. Each check is silent where the parts it needs are not sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.checks import Issue, Parts
from bvnexus_xl.inputs.equipment import EquipmentRow
from bvnexus_xl.inputs.existing import ExistingRow, years_left

_QUANTITIES = {"burns_fuel": ("units",), "stores_energy": ("power_mw", "energy_mwh"), "follows_profile": ("power_mw",)}
"""What says how much there is, by capability of the technology."""


def existing_models_are_known(parts: Parts) -> Iterator[Issue]:
    """Existing plant names a model of the equipment table and a control listed for it."""
    if not parts.all_models_sound():
        return
    controls = {(row.model, row.control) for row in parts.emission_controls or ()}
    names = {row.name for _, row in parts.models()}
    for index, row in enumerate(parts.existing or ()):
        if row.model not in names:
            allowed = "must be a model of the equipment table: " + ", ".join(sorted(names))
            yield Issue(("existing", index, "model"), "UNKNOWN_MODEL", repr(row.model), allowed)
            continue
        sound = row.control is None or parts.emission_controls is None or (row.model, row.control) in controls
        if not sound:
            known = ", ".join(sorted(control for model, control in controls if model == row.model))
            allowed = f"must be empty or a control listed for {row.model}" + (f": {known}" if known else "")
            yield Issue(("existing", index, "control"), "UNKNOWN_CONTROL", repr(row.control), allowed)


def existing_quantities_fit_the_technology(parts: Parts) -> Iterator[Issue]:
    """Units of what burns fuel, MW and MWh of a battery, MW of what follows a profile; nothing else."""
    for index, row, model in _matched(parts):
        technology = TECHNOLOGIES[model.technology]
        wanted = next(names for capability, names in _QUANTITIES.items() if capability in technology.capabilities)
        for name in ("units", "power_mw", "energy_mwh"):
            value = getattr(row, name)
            if name in wanted and value is None:
                allowed = f"must be filled for {technology.label.lower()}"
                yield Issue(("existing", index, name), "MISSING_FOR_TECHNOLOGY", "empty", allowed)
            if name not in wanted and value is not None:
                allowed = f"must be empty for {technology.label.lower()}: {' and '.join(wanted)} say how much there is"
                yield Issue(("existing", index, name), "NOT_FOR_TECHNOLOGY", f"{value:g}", allowed)


def existing_plant_stands_at_the_start(parts: Parts) -> Iterator[Issue]:
    """In service before the first year analysed, and not yet at the end of its life."""
    if parts.study is None:
        return
    first = parts.study.first_year
    for index, row in enumerate(parts.existing or ()):
        if row.in_service_year >= first:
            allowed = f"must be before first_year = {first}: what comes later is bought by the plan"
            yield Issue(("existing", index, "in_service_year"), "NOT_EXISTING_YET", str(row.in_service_year), allowed)
    for index, row, model in _matched(parts):
        if row.in_service_year < first and years_left(row, model.life_years, first) <= 0:
            allowed = (
                f"must be after {first - model.life_years}, a life being {model.life_years} years; "
                "or give remaining_life_years"
            )
            yield Issue(("existing", index, "in_service_year"), "LIFE_ENDED", str(row.in_service_year), allowed)


def _matched(parts: Parts) -> Iterator[tuple[int, ExistingRow, EquipmentRow]]:
    """(position, row, its model) of existing plant whose model is sound."""
    models = {row.name: row for _, row in parts.models()}
    for index, row in enumerate(parts.existing or ()):
        if row.model in models:
            yield index, row, models[row.model]


EXISTING_CHECKS: tuple[Callable[[Parts], Iterator[Issue]], ...] = (
    existing_models_are_known,
    existing_quantities_fit_the_technology,
    existing_plant_stands_at_the_start,
)
