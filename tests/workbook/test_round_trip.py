"""Project → JSON → workbook → Project, equal to the last bit, for random valid projects."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bvnexus_xl.catalogue.examples import greenfield_project
from bvnexus_xl.catalogue.programmes import default_programmes
from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.inputs.bridge import RentalOffer
from bvnexus_xl.inputs.equipment import EmissionControl, EquipmentRow
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.field_specs import FieldSpec, field_specs
from bvnexus_xl.inputs.fields import Section
from bvnexus_xl.inputs.load import WorkloadClass
from bvnexus_xl.inputs.loading import SECTIONS, load_json, load_project
from bvnexus_xl.inputs.project import Project, default_project
from bvnexus_xl.inputs.series import RESERVED_SERIES, values_of
from bvnexus_xl.workbook.reader import read_project
from bvnexus_xl.workbook.template import build_template
from bvnexus_xl.workbook.xlsx_cells import ExactFloat, exact_text

TEXT = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff")
Draw = Any


def value_of(spec: FieldSpec) -> st.SearchStrategy[Any]:
    if spec.kind == "switch":
        return st.booleans()
    if spec.kind == "list":
        return st.sampled_from(spec.options)
    if spec.kind == "date":
        assert isinstance(spec.low, date)
        assert isinstance(spec.high, date)
        return st.dates(spec.low, spec.high)
    if spec.kind == "text":
        return st.text(TEXT, min_size=1, max_size=30).filter(str.strip)  # nothing but spaces is no text
    bounds = {"min_value": spec.low, "max_value": spec.high}
    return st.integers(**bounds) if spec.kind == "whole" else st.floats(**bounds)


def row_of(draw: Draw, section: type[Section], **fixed: Any) -> dict[str, Any]:
    drawn = {spec.name: draw(value_of(spec)) for spec in field_specs(section) if spec.name not in fixed}
    return {**drawn, **fixed}


def equipment_rows(draw: Draw, bridge: bool) -> list[dict[str, Any]]:
    kinds = ["recip", *draw(st.lists(st.sampled_from([*TECHNOLOGIES]), max_size=5))]
    found = []
    for index, kind in enumerate(kinds):
        fixed = {"technology": kind, "uncontrolled_allowed": True, "lead_time_months": draw(st.integers(0, 24))}
        row = row_of(draw, EquipmentRow, **fixed, soc_min_fraction=0.05, soc_max_fraction=0.9)
        row["name"] = f"{row['name']}{index}"
        for spec in field_specs(EquipmentRow):
            if spec.optional and spec.name not in TECHNOLOGIES[kind].required and draw(st.booleans()):
                row[spec.name] = None
        if "burns_fuel" not in TECHNOLOGIES[kind].capabilities:
            row["water_gal_per_mwh"] = 0.0
        rental = "hired" in TECHNOLOGIES[kind].capabilities
        row["enabled"] = index == 0 or (kind != "wind" and row["enabled"] and (bridge or not rental))
        found.append(row)
    return found


def fit_the_problem(draw: Draw, raw: dict[str, Any]) -> None:
    """What P4 and P5 ask for: something to sell and a meter; offers for rental models, dates in order."""
    problem, first = raw["study"]["problem"], raw["study"]["first_year"]
    raw["equipment"] = equipment_rows(draw, problem == "P5")
    if problem == "P4":
        raw["grid"]["grid_enabled"] = True
        raw["services"]["programmes"] = [{**row.model_dump(), "enabled": True} for row in default_programmes()]
    if problem == "P5":
        dates = sorted(draw(st.lists(st.dates(date(first, 1, 1), date(2080, 12, 31)), min_size=3, max_size=3)))
        p10, raw["grid"]["energisation_date"], p90 = dates
        raw["grid"]["grid_enabled"] = True
        raw["finance"]["objective_basis"] = "pre_tax"
        raw["bridge"] |= {
            "energisation_p10_date": p10,
            "energisation_p90_date": p90,
            "date_known_month": 0,
            "probability_p10": 0.25,
            "probability_p50": 0.25,
            "probability_p90": 0.5,
        }
        hired = [row for row in raw["equipment"] if "hired" in TECHNOLOGIES[row["technology"]].capabilities]
        raw["bridge"]["rental_offers"] = [row_of(draw, RentalOffer, model=row["name"]) for row in hired]


@st.composite
def projects(draw: Draw) -> Project:
    raw: dict[str, Any] = {name: row_of(draw, model) for name, model in SECTIONS.items() if name != "series"}
    first, count = draw(st.integers(2030, 2060)), draw(st.integers(1, 15))
    raw["study"] |= {"first_year": first, "analysis_years": count, "decision_date": date(2021, 1, 1)}
    raw["site"] |= {"weather_source": "embedded", "series_file": None}
    raw["load"]["shape_source"] = "workload_mix"
    megawatts = st.floats(0.5, 20000.0)
    raw["load"]["trajectory"] = [{"year": first + i, "contracted_mw": draw(megawatts)} for i in range(count)]
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    raw["load"]["workload_mix"] = [
        row_of(
            draw,
            WorkloadClass,
            name=f"class {i}",
            share=w / sum(weights),
            flexible_fraction=draw(st.floats(0.01, 1.0)),
            rebound_window_h=draw(st.integers(24, 168)),
        )
        for i, w in enumerate(weights)
    ]
    raw["load"]["flexible_share_most"] = draw(st.floats(0.01, 1.0))
    raw["grid"]["import_limits"] = [{"year": first, "import_limit_mw": draw(megawatts)}]
    raw["constraints"] |= {
        "reserved_land_acres": 1.0,
        "flexible_load_counts_as_firm": raw["load"]["workload_flexibility_enabled"],
        "adequacy_target_enabled": raw["constraints"]["planning_reserve_enabled"],
        "land_limit_acres": draw(st.floats(1.5, 1e6)),
        "permitted_hours_per_year": draw(st.floats(1.0, 8760.0)),
        "gas_limit_mcf_per_day": draw(st.floats(1e-300, 1e7)),
    }
    paid = draw(st.permutations([0.1, 0.2, 0.3, 0.4]))
    raw["finance"] |= {f"milestone_{number}_fraction": part for number, part in enumerate(paid, start=1)}
    fit_the_problem(draw, raw)
    model = raw["equipment"][0]["name"]
    raw["emission_controls"] = [row_of(draw, EmissionControl, model=model)] if draw(st.booleans()) else []
    raw["expansion"]["added_load_from_year"] = draw(st.sampled_from([None, first, first + count - 1]))
    if draw(st.booleans()):
        since = draw(st.integers(1960, first - 1))
        stands = {"model": model, "control": None, "in_service_year": since, "power_mw": None, "energy_mwh": None}
        left = {"units": draw(st.integers(1, 99)), "remaining_life_years": draw(st.integers(1, 50))}
        raw["existing"] = [row_of(draw, ExistingRow, **stands, **left)]
    if draw(st.booleans()):
        day = draw(st.lists(st.floats(0.0, 1.0), min_size=24, max_size=24))
        raw["series"] = {"columns": [{"name": "load_shape", "values": [1.0, *day[1:]] + day * 364}]}
    return load_project(raw)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(project=projects())
def test_any_project_survives_json_and_workbook(tmp_path_factory: pytest.TempPathFactory, project: Project) -> None:
    path = tmp_path_factory.mktemp("round") / "project.xlsx"
    from_json = load_json(project.to_json())
    build_template(from_json, path)
    back = read_project(path)
    assert back == project
    assert back.to_json() == project.to_json()
    assert back.input_hash() == project.input_hash()


@pytest.mark.parametrize("project", [default_project(), greenfield_project()], ids=["default", "greenfield"])
def test_the_shipped_projects_survive(tmp_path: Path, project: Project) -> None:
    build_template(project, tmp_path / "project.xlsx")
    assert read_project(tmp_path / "project.xlsx").to_json() == project.to_json()


def test_a_project_with_every_reserved_series_and_a_wind_profile_survives(tmp_path: Path) -> None:
    raw = default_project().model_dump()
    wind = {"name": "Wind & <West> \u00e9", "technology": "wind", "capex_usd_per_kw": 1.0 / 3.0}
    raw["equipment"] = [*raw["equipment"], {**wind, "lead_time_months": 24, "life_years": 30}]
    names = [*RESERVED_SERIES, wind["name"]]
    values = [0.1 + math.sin(hour) ** 2 / 3.0 for hour in range(35_040)]
    raw["series"] = {"columns": [{"name": name, "values": values[: values_of(name)]} for name in names]}
    project = load_project(raw)
    build_template(project, tmp_path / "project.xlsx")
    assert read_project(tmp_path / "project.xlsx").to_json() == project.to_json()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_gives_the_same_number_back(number: float) -> None:
    text = f"{ExactFloat(number):.16G}"
    assert text == exact_text(number)
    assert float(text) == number
    assert math.copysign(1.0, float(text)) == math.copysign(1.0, number)
