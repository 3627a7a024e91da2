"""Grid services of a small project from inputs to sheet: the same figures everywhere, faults, reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bvnexus_xl.catalogue.programmes import default_programmes
from bvnexus_xl.errors import InputFaults
from bvnexus_xl.finance.cash_flow import cash_flow
from bvnexus_xl.inputs.existing import ExistingRow
from bvnexus_xl.inputs.grid import Grid, GridYear
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.services import Services
from bvnexus_xl.pipeline import run_phase1
from bvnexus_xl.results import to_result
from bvnexus_xl.services.study import ServicesStudy
from bvnexus_xl.solved import SolvedStudy
from bvnexus_xl.workbook.sheets.services_sheet import ServicesSheet, season
from tests.projects import RECIP, small_project
from tests.services.cases import programme


def campus(*rows: object, import_mw: float = 70.0) -> Project:
    """60 MW on cheap import, six engines standing by: nothing has to be built."""
    project = small_project(
        grid=Grid(
            grid_enabled=True,
            energisation_date=date(2025, 1, 1),
            grid_energy_price_usd_per_mwh=10.0,
            demand_charge_usd_per_kw_month=0.0,
            standby_charge_usd_per_kw_month=0.0,
            interconnection_capex_usd_per_kw=0.0,
            import_limits=tuple(GridYear(year=2029 + n, import_limit_mw=import_mw) for n in range(2)),
        ),
        existing=(ExistingRow(model=RECIP.name, units=6, in_service_year=2026),),
        services=Services(programmes=tuple(rows)),
    )
    return project.model_copy(update={"study": project.study.model_copy(update={"problem": "P4"})})


@pytest.fixture(scope="module")
def solved() -> SolvedStudy:
    return run_phase1(
        campus(
            programme("Capacity", 100.0, expected_call_h_per_year=5.0, p95_call_h_per_year=20.0),
            programme("Tag", 40.0, kind="avoided_charge", first_month=6, last_month=9, at_risk_from_year=2030),
            programme("Never", 0.0, expected_call_h_per_year=10.0, p95_call_h_per_year=10.0),
        )
    )


def found_in(solved: SolvedStudy) -> ServicesStudy:
    assert isinstance(solved.finding, ServicesStudy)
    return solved.finding


def test_what_is_sold_is_seen_at_the_meter_and_backed_by_spare_engines(solved):
    found = found_in(solved)
    first = solved.dispatches[0]
    sale = found.sales[0]
    assert sale.mw > 0.0
    assert sale.mw <= float(first.import_mw.min()) + 1e-6
    assert sale.mw_by_source[0][0].startswith(RECIP.name)


def test_money_is_apart_from_lcoe_and_flows_into_revenue(solved):
    found = found_in(solved)
    capacity = [sale for sale in found.sales if sale.programme.name == "Capacity"]
    assert solved.money.services == pytest.approx([sale.net_usd for sale in capacity])
    without = replace(solved.money, services=None)
    with_it = cash_flow(solved.project, solved.fleet, solved.money)
    assert with_it.revenue - cash_flow(solved.project, solved.fleet, without).revenue == pytest.approx(with_it.services)
    rate = solved.project.finance.discount_rate
    factors = (1.0 + rate) ** -np.arange(1, 3)
    assert found.net_pv_usd == pytest.approx(float(with_it.services @ factors))


def test_avoided_charges_stand_apart_and_the_part_at_risk_is_named(solved):
    found = found_in(solved)
    tags = [sale for sale in found.sales if sale.programme.name == "Tag"]
    factor = (1.0 + solved.project.finance.discount_rate) ** -2
    assert [sale.at_risk for sale in tags] == [False, True]
    assert found.at_risk_pv_usd == pytest.approx(tags[1].net_usd * factor)
    assert found.avoided_pv_usd > found.at_risk_pv_usd > 0.0


def test_a_programme_that_pays_too_little_is_told_why(solved):
    never = [sale for sale in found_in(solved).sales if sale.programme.name == "Never"]
    assert [sale.mw for sale in never] == [0.0, 0.0]
    assert never[0].why_not == "calls would cost more than it pays"


def test_no_import_no_sale():
    solved = run_phase1(campus(programme("Capacity"), import_mw=70.0).model_copy(update={"grid": Grid()}))
    assert "no year has import" in found_in(solved).lines()[0]


def test_sheet_and_json_carry_the_same_figures(solved):
    found, cells = found_in(solved), ServicesSheet().cells(solved)
    totals = [cell.value for cell in cells.cells.values() if cell.formula.startswith("=SUM(")]
    by_year = [sum(sale.net_usd for sale in found.sales if sale.year == year) for year in found.years]
    assert totals == pytest.approx(by_year)
    assert found.record()["net_pv_usd"] == found.net_pv_usd
    assert "net_pv_usd" in to_result(solved).model_dump_json()
    assert ServicesSheet().cells(None).cells[(4, 1)].value.startswith("Filled by a run")


def test_season_in_words():
    rows = {row.name: row for row in default_programmes()}
    assert season(rows["ERCOT 4CP avoidance"]) == "Jun–Sep, 15–19 h"
    assert season(rows["CAISO BIP"]) == "all year"


def test_faults_of_programmes_are_named_together():
    bad = campus(programme("A"), programme("A", expected_call_h_per_year=9.0, first_hour=20, last_hour=6))
    with pytest.raises(InputFaults) as caught:
        load_json(bad.to_json())
    assert {"DUPLICATE_NAME", "CALL_HOURS", "CALL_WINDOW"} <= {fault.code for fault in caught.value.faults}


def test_p4_needs_a_programme_and_a_meter():
    bad = campus(programme("A", enabled=False)).model_copy(update={"grid": Grid()})
    with pytest.raises(InputFaults) as caught:
        load_json(bad.to_json())
    assert [fault.code for fault in caught.value.faults] == ["NO_PROGRAMME", "NO_PROGRAMME"]


def test_the_answer_adds_up_what_is_earned_and_what_is_avoided(solved):
    found = found_in(solved)
    together = found.net_pv_usd + found.avoided_pv_usd
    (said, *_) = found.lines()
    assert (
        f"over 2 years, charges avoided {found.avoided_pv_usd / 1e6:,.1f} M$, together {together / 1e6:,.1f} M$" in said
    )
    assert f"a pending rule may end {found.at_risk_pv_usd / 1e6:,.1f} M$ of it" in said
    rate = solved.project.finance.discount_rate
    by_hand = sum(sale.net_usd / (1.0 + rate) ** (sale.year - 2028) for sale in found.sales)
    assert together == pytest.approx(by_hand)
