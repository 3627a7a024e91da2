"""Rules that concern more than one field. Each check is silent where the parts it needs are not sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.bridge import Bridge
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.equipment import EmissionControl, EquipmentRow
from bvnexus_xl.inputs.existing import ExistingRow, years_left
from bvnexus_xl.inputs.expansion import Expansion
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.grid import Grid
from bvnexus_xl.inputs.lead_time import earliest_year
from bvnexus_xl.inputs.load import Load
from bvnexus_xl.inputs.scenarios import ScenarioRow, TornadoRow
from bvnexus_xl.inputs.series import (
    QUARTER_HOUR_LOAD,
    RESERVED_SERIES,
    WEATHER_SERIES,
    Series,
    SeriesColumn,
    allowed_values,
)
from bvnexus_xl.inputs.services import Services
from bvnexus_xl.inputs.site import Site, Study

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault located in the data, before it is given its sheet and cell."""

    loc: Loc
    code: str
    value: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a project that passed on their own; None where one did not.

    An equipment row that did not pass is None in its place, so that positions stay those of the input.
    """

    study: Study | None = None
    site: Site | None = None
    load: Load | None = None
    equipment: tuple[EquipmentRow | None, ...] | None = None
    emission_controls: tuple[EmissionControl, ...] | None = None
    existing: tuple[ExistingRow, ...] | None = ()
    expansion: Expansion | None = None
    grid: Grid | None = None
    bridge: Bridge | None = None
    services: Services | None = None
    constraints: Constraints | None = None
    finance: Finance | None = None
    series: Series | None = None
    scenarios: tuple[ScenarioRow, ...] | None = ()
    tornado: tuple[TornadoRow, ...] | None = ()
    model_names: tuple[str, ...] = ()
    """Names of all equipment rows as given, sound or not; a row without one counts as its position."""

    def models(self) -> list[tuple[int, EquipmentRow]]:
        """(position, row) of the sound equipment rows."""
        return [(index, row) for index, row in enumerate(self.equipment or ()) if row is not None]

    def stands(self, model: EquipmentRow) -> list[ExistingRow]:
        """Existing plant of a model."""
        return [row for row in self.existing or () if row.model == model.name]

    def all_models_sound(self) -> bool:
        """True where every equipment row passed: only then is a name known to be missing."""
        return bool(self.equipment) and None not in (self.equipment or ())


def trajectory_covers_years(parts: Parts) -> Iterator[Issue]:
    """One load row per analysed year."""
    if parts.study is None or parts.load is None:
        return
    wanted = set(range(parts.study.first_year, parts.study.first_year + parts.study.analysis_years))
    seen = Counter(row.year for row in parts.load.trajectory)
    for index, row in enumerate(parts.load.trajectory):
        if seen[row.year] > 1:
            yield Issue(("load", "trajectory", index, "year"), "DUPLICATE_YEAR", str(row.year), "must appear once")
    missing = sorted(wanted - set(seen))
    if missing:
        shown = ", ".join(str(year) for year in missing)
        yield Issue(
            ("load", "trajectory"), "TRAJECTORY_GAP", f"no row for {shown}", "must have one row for every year analysed"
        )
    if not missing and max(row.contracted_mw for row in parts.load.trajectory if row.year in wanted) <= 0:
        yield Issue(("load", "trajectory"), "NO_LOAD", "0 MW in every year", "must have load in at least one year")


def shares_add_to_one(parts: Parts) -> Iterator[Issue]:
    """Workload shares add to 1 and names are unique."""
    if parts.load is None:
        return
    total = sum(row.share for row in parts.load.workload_mix)
    if abs(total - 1.0) > 1e-6:
        yield Issue(("load", "workload_mix"), "SHARES_NOT_ONE", f"{total:g}", "shares must add to 1")
    yield from _duplicates([row.name for row in parts.load.workload_mix], ("load", "workload_mix"), "name")


def flexibility_is_sound(parts: Parts) -> Iterator[Issue]:
    """Flexible computing that is switched on has a class to use, and time to do shifted work later."""
    load, limits = parts.load, parts.constraints
    if load is None:
        return
    if not load.workload_flexibility_enabled:
        if limits is not None and limits.flexible_load_counts_as_firm:
            allowed = "must be no where workload_flexibility_enabled is no"
            yield Issue(("constraints", "flexible_load_counts_as_firm"), "CONTRADICTING_LIMITS", "yes", allowed)
        return
    if load.flexible_share_most <= 0.0 or not any(row.share * row.flexible_fraction > 0.0 for row in load.workload_mix):
        allowed = "must be no, or a class of the workload mix must have a flexible_fraction above 0"
        yield Issue(("load", "workload_flexibility_enabled"), "NOTHING_FLEXIBLE", "yes", allowed)
    for index, row in enumerate(load.workload_mix):
        if row.flexibility == "shift" and row.rebound_window_h < row.longest_event_h:
            yield Issue(
                ("load", "workload_mix", index, "rebound_window_h"),
                "REBOUND_WINDOW",
                f"{row.rebound_window_h:g}",
                f"must be at least longest_event_h = {row.longest_event_h:g}",
            )


def equipment_names_unique(parts: Parts) -> Iterator[Issue]:
    """Every model has its own name."""
    yield from _duplicates(list(parts.model_names), ("equipment",), "name")


def technology_fields_filled(parts: Parts) -> Iterator[Issue]:
    """Cells that a technology needs are filled."""
    for index, row in parts.models():
        technology = TECHNOLOGIES[row.technology]
        for name in sorted(technology.required):
            if getattr(row, name) is None:
                yield Issue(
                    ("equipment", index, name),
                    "MISSING_FOR_TECHNOLOGY",
                    "empty",
                    f"must be filled for {technology.label.lower()}",
                )
        if row.water_gal_per_mwh > 0.0 and "burns_fuel" not in technology.capabilities:
            yield Issue(
                ("equipment", index, "water_gal_per_mwh"),
                "NOT_FOR_TECHNOLOGY",
                f"{row.water_gal_per_mwh:g}",
                f"must be 0 for {technology.label.lower()}: only fuel-burning units use water here",
            )
        low, high = row.soc_min_fraction, row.soc_max_fraction
        if low is not None and high is not None and low >= high:
            yield Issue(
                ("equipment", index, "soc_min_fraction"),
                "SOC_RANGE",
                f"{low:g}",
                f"must be below soc_max_fraction = {high:g}",
            )


def something_firm(parts: Parts) -> Iterator[Issue]:
    """At least one enabled model or the grid can carry load at night."""
    if parts.grid is None or parts.existing is None or not parts.all_models_sound():
        return
    firm = any(
        (row.enabled or parts.stands(row)) and "burns_fuel" in TECHNOLOGIES[row.technology].capabilities
        for _, row in parts.models()
    )
    if not firm and not parts.grid.grid_enabled:
        yield Issue(("equipment",), "NO_FIRM_SUPPLY", "no fuel-burning model enabled", "enable one, or the grid")


def controls_belong_to_models(parts: Parts) -> Iterator[Issue]:
    """Controls name an existing fuel-burning model, once each."""
    if parts.emission_controls is None:
        return
    # a row with a fault elsewhere still has its name: nothing is said against controls that point to it
    unsure = set(parts.model_names) if not parts.all_models_sound() else set()
    burners = {row.name for _, row in parts.models() if "burns_fuel" in TECHNOLOGIES[row.technology].capabilities}
    pairs = Counter((row.model, row.control) for row in parts.emission_controls)
    for index, row in enumerate(parts.emission_controls):
        if row.model not in burners | unsure:
            allowed = "must be a fuel-burning model: " + (", ".join(sorted(burners | unsure)) or "none given")
            yield Issue(("emission_controls", index, "model"), "UNKNOWN_MODEL", repr(row.model), allowed)
        if pairs[(row.model, row.control)] > 1:
            yield Issue(
                ("emission_controls", index, "control"),
                "DUPLICATE_NAME",
                repr(row.control),
                f"must appear once for {row.model}",
            )
    fitted = {row.model for row in parts.emission_controls}
    for index, model in parts.models():
        if model.enabled and not model.uncontrolled_allowed and model.name in burners - fitted:
            yield Issue(
                ("equipment", index, "uncontrolled_allowed"),
                "CONTRADICTING_LIMITS",
                "no",
                "must be yes, or an emission control must be listed for this model",
            )


def load_not_before_lead_time(parts: Parts) -> Iterator[Issue]:
    """Load above what existing units carry comes no earlier than the quickest firm supply can."""
    if parts.study is None or parts.load is None or parts.grid is None:
        return
    if parts.existing is None or not parts.all_models_sound():
        return
    study, grid = parts.study, parts.grid
    firm = [
        earliest_year(study.decision_date, row.lead_time_months)
        for _, row in parts.models()
        if row.enabled and "burns_fuel" in TECHNOLOGIES[row.technology].capabilities
    ]
    if grid.grid_enabled:
        firm += [
            row.year
            for row in grid.import_limits
            if row.import_limit_mw > 0 and date(row.year, 12, 31) > grid.energisation_date
        ]
    if not firm:
        return
    first = min(firm)
    for index, row in enumerate(parts.load.trajectory):
        carried = _existing_firm_mw(parts, row.year - study.first_year, study.first_year)
        if row.contracted_mw > carried and study.first_year <= row.year < first:
            yield Issue(
                ("load", "trajectory", index, "contracted_mw"),
                "LOAD_BEFORE_LEAD_TIME",
                f"{row.contracted_mw:g} MW in {row.year}",
                f"must be {carried:g} before {first}: "
                + (f"existing units give {carried:g} MW, and " if carried else "")
                + f"nothing firm ordered on {study.decision_date.isoformat()} operates earlier",
            )


def _existing_firm_mw(parts: Parts, position: int, first_year: int) -> float:
    """Nameplate of existing fuel-burning units that still stand in the year at a position."""
    total = 0.0
    for _, model in parts.models():
        for row in parts.stands(model):
            if row.units is not None and years_left(row, model.life_years, first_year) > position:
                total += row.units * (model.unit_mw or 0.0)
    return total


def limits_do_not_contradict(parts: Parts) -> Iterator[Issue]:
    """Limits that no design can meet together."""
    limits = parts.constraints
    if limits is None:
        return
    if limits.land_limit_enabled and limits.reserved_land_acres >= limits.land_limit_acres:
        yield Issue(
            ("constraints", "reserved_land_acres"),
            "CONTRADICTING_LIMITS",
            f"{limits.reserved_land_acres:g}",
            f"must be below land_limit_acres = {limits.land_limit_acres:g}",
        )
    if limits.emission_basis == "PTE_8760" and limits.permitted_hours_per_year <= 0:
        yield Issue(
            ("constraints", "permitted_hours_per_year"),
            "CONTRADICTING_LIMITS",
            f"{limits.permitted_hours_per_year:g}",
            "must be above 0 where emission_basis is PTE_8760",
        )
    if limits.adequacy_target_enabled and not limits.planning_reserve_enabled:
        allowed = "must be no where planning_reserve_enabled is no: the target is met by raising that reserve"
        yield Issue(("constraints", "adequacy_target_enabled"), "CONTRADICTING_LIMITS", "yes", allowed)
    fuels = {row.fuel for _, row in parts.models() if row.enabled}
    if (
        limits.gas_limit_enabled
        and limits.gas_limit_mcf_per_day <= 0
        and fuels
        and "diesel" not in fuels
        and "natural_gas" in fuels
    ):
        yield Issue(
            ("constraints", "gas_limit_mcf_per_day"),
            "CONTRADICTING_LIMITS",
            "0",
            "must be above 0 where only gas equipment may be built",
        )


def import_has_years(parts: Parts) -> Iterator[Issue]:
    """An enabled grid grants import in some analysed year, each year once."""
    if parts.grid is None or parts.study is None:
        return
    seen = Counter(row.year for row in parts.grid.import_limits)
    for index, row in enumerate(parts.grid.import_limits):
        if seen[row.year] > 1:
            yield Issue(("grid", "import_limits", index, "year"), "DUPLICATE_YEAR", str(row.year), "must appear once")
    if parts.grid.grid_enabled and not any(row.import_limit_mw > 0 for row in parts.grid.import_limits):
        yield Issue(
            ("grid", "import_limits"),
            "GRID_WITHOUT_IMPORT",
            "0 MW",
            "must grant import in some year where the grid is considered",
        )


def series_are_known_and_sound(parts: Parts) -> Iterator[Issue]:
    """Hourly columns have known names, sound values, and those asked for are there."""
    if parts.series is None:
        return
    names = [column.name for column in parts.series.columns]
    yield from _duplicates(names, ("series", "columns"), "name")
    known = {row.name for _, row in parts.models() if "follows_profile" in TECHNOLOGIES[row.technology].capabilities}
    sure = parts.all_models_sound()
    for index, column in enumerate(parts.series.columns):
        loc: Loc = ("series", "columns", index)
        for issue in _column_issues(column, known, sure):
            yield Issue((*loc, *issue.loc), issue.code, issue.value, issue.allowed)
    attached = parts.series.attached
    given = {name.casefold() for name in names}
    for column in attached.columns:
        where = f"{attached.series_file}, column {column.name}"
        if column.name.casefold() in given:
            allowed = "must be given once: on sheet Series or in the file"
            yield Issue(("site", "series_file"), "DUPLICATE_NAME", where, allowed)
        for issue in _column_issues(column, known, sure):
            row = f", value {issue.loc[1] + 1:,}" if len(issue.loc) > 1 and isinstance(issue.loc[1], int) else ""
            yield Issue(("site", "series_file"), issue.code, f"{where}{row}: {issue.value}", issue.allowed)


def _column_issues(column: SeriesColumn, followers: set[str], sure: bool) -> Iterator[Issue]:
    """What is wrong with one column, located inside it; ``sure`` where all names that may be meant are known."""
    if column.name not in RESERVED_SERIES and column.name not in followers and sure:
        known = ", ".join([*RESERVED_SERIES, *sorted(followers)])
        yield Issue(("name",), "UNKNOWN_SERIES", repr(column.name), f"must be one of: {known}")
        return
    low, high, allowed = allowed_values(column.name)
    outside = next((hour for hour, value in enumerate(column.values) if not low <= value <= high), None)
    if outside is not None:
        yield Issue(("values", outside), "SERIES_VALUE", f"{column.values[outside]:g}", allowed)
    if column.name in ("load_shape", QUARTER_HOUR_LOAD) and max(column.values) <= 0:
        yield Issue(("values", 0), "SERIES_VALUE", "all zero", "must be above 0 in some hour")


def series_asked_for_are_given(parts: Parts) -> Iterator[Issue]:
    """Switches that ask for a column find it."""
    if parts.series is None:
        return
    names = {column.name for column in (*parts.series.columns, *parts.series.attached.columns)}
    asked = {"series": "load_shape", "quarter_hours": QUARTER_HOUR_LOAD}
    source = parts.load.shape_source if parts.load is not None else ""
    if source in asked and asked[source] not in names:
        yield Issue(
            ("load", "shape_source"), "SERIES_MISSING", source, f"column {asked[source]} of sheet Series must be filled"
        )
    if parts.site is not None and parts.site.weather_source == "series":
        for name in sorted(set(WEATHER_SERIES) - names):
            yield Issue(
                ("site", "weather_source"), "SERIES_MISSING", "series", f"column {name} of sheet Series must be filled"
            )
    for index, row in parts.models():
        technology = TECHNOLOGIES[row.technology]
        own = "follows_profile" in technology.capabilities and not technology.profile_model
        if (row.enabled or parts.stands(row)) and own and row.name not in names:
            yield Issue(
                ("equipment", index, "name"),
                "SERIES_MISSING",
                repr(row.name),
                "a column of this name in sheet Series must hold its hourly MW per MW",
            )


def milestones_add_to_one(parts: Parts) -> Iterator[Issue]:
    """The milestone payments are the whole price."""
    if parts.finance is None:
        return
    total = sum(getattr(parts.finance, f"milestone_{number}_fraction") for number in (1, 2, 3, 4))
    if abs(total - 1.0) > 1e-6:
        allowed = "the parts of the four milestones must add up to 1"
        yield Issue(("finance", "milestone_1_fraction"), "MILESTONES_NOT_ONE", f"{total:g}", allowed)


def _duplicates(names: list[str], loc: Loc, key: str) -> Iterator[Issue]:
    seen = Counter(name.casefold() for name in names)
    for index, name in enumerate(names):
        if seen[name.casefold()] > 1:
            yield Issue((*loc, index, key), "DUPLICATE_NAME", repr(name), "must be unique")


CHECKS: tuple[Callable[[Parts], Iterator[Issue]], ...] = (
    trajectory_covers_years,
    shares_add_to_one,
    flexibility_is_sound,
    equipment_names_unique,
    technology_fields_filled,
    something_firm,
    controls_belong_to_models,
    load_not_before_lead_time,
    limits_do_not_contradict,
    import_has_years,
    series_are_known_and_sound,
    series_asked_for_are_given,
    milestones_add_to_one,
)
