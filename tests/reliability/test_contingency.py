"""N-1 and N-2 by hand, and which element to improve first."""

from __future__ import annotations

import numpy as np
import pytest

from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.block_diagram import block_diagram
from bvnexus_xl.reliability.contingency import GAS_NAME, double_losses, single_losses
from bvnexus_xl.reliability.elements import Battery
from bvnexus_xl.reliability.importance import importance, more_units
from bvnexus_xl.reliability.ram import units_needed
from tests.reliability.cases import flat, kind


def _case(**more):
    return flat([kind(1, 50.0, 0.05, 100, name="Turbine"), kind(6, 18.3, 0.025, 100, name="Engine")], 120.0, **more)


def test_single_losses_leave_the_margin_by_hand():
    """159.8 MW for 120: without an engine 21.5 to spare, without the turbine 10.2 short, without gas all."""
    gas, turbine, engine = single_losses(_case(battery=Battery(15.0, 5.1)))
    assert (gas.lost, turbine.lost, engine.lost) == (GAS_NAME, "Turbine", "Engine")
    assert engine.margin_mw == pytest.approx(159.8 - 18.3 - 120.0)
    assert engine.carried
    assert engine.battery_carries_min is None
    assert turbine.margin_mw == pytest.approx(-10.2)
    assert (turbine.hours_short, turbine.planned_for) == (100, True)
    assert turbine.energy_short_mwh == pytest.approx(1020.0)
    assert turbine.battery_carries_min == pytest.approx(30.0)
    assert gas.margin_mw == pytest.approx(-120.0)
    assert not gas.planned_for
    assert gas.battery_carries_min == 0.0


def test_double_losses_list_every_pair_of_kinds_once():
    found = {item.lost: item.margin_mw for item in double_losses(_case())}
    assert found == pytest.approx({"Turbine + Engine": 159.8 - 68.3 - 120.0, "2 x Engine": 159.8 - 36.6 - 120.0})


def test_units_needed_is_what_may_be_lost_from_the_largest_down():
    engines = flat([kind(8, 18.3, 0.025, 2)], 100.0)
    assert units_needed(engines, 0) == (6, 8)
    assert units_needed(flat([kind(6, 20.0, 0.025, 2)], 100.0), 0) == (5, 6)
    assert units_needed(flat([kind(4, 20.0, 0.025, 2)], 100.0), 0) == (5, 4)
    mixed = flat([kind(1, 50.0, 0.05, 2), kind(6, 18.3, 0.025, 2)], 100.0)
    assert units_needed(mixed, 0) == (6, 7)


def test_improving_the_worst_element_comes_first_and_saves_what_the_two_runs_differ_by():
    case = flat(
        [kind(7, 18.3, 0.025, name="Engine", beta=0.05), kind(1, 5.0, 0.01, name="Small")],
        100.0,
        gas_availability=0.9995,
    )
    base = adequacy(case)
    ranked = importance(case, base)
    assert [item.hours_saved for item in ranked] == sorted((item.hours_saved for item in ranked), reverse=True)
    assert (ranked[0].element, ranked[0].change) == ("Engine", "no forced outages")
    gas = next(item for item in ranked if item.element == GAS_NAME)
    without = adequacy(flat(list(case.kinds), 100.0))
    assert gas.hours_saved == pytest.approx(base.lolh - without.lolh)
    changes = {(item.element, item.change) for item in ranked}
    assert ("Small", "no common cause (units independent)") not in changes


def test_with_a_common_cause_the_ninth_engine_barely_helps():
    curve = more_units(flat([kind(8, 18.3, 0.025, beta=0.05)], 100.0), most=1)
    assert [item.units for item in curve] == [8, 9]
    assert [round(item.availability, 8) for item in curve] == [0.99806498, 0.99871362]
    assert [round(item.lolh_independent, 4) for item in curve] == [6.9746, 0.3898]
    assert curve[1].lolh == pytest.approx(8760 * (1 - 0.99871362), abs=1e-3)


def test_the_block_diagram_names_only_what_is_there():
    blocks = block_diagram(_case(gas_availability=0.9995), 6, 0.99)
    assert [block.element for block in blocks] == [GAS_NAME, "Turbine", "Engine", "Units together"]
    engine = blocks[2]
    assert engine.mtbf_h == pytest.approx(24.0 * 0.975 / 0.025)
    assert engine.availability == pytest.approx(engine.mtbf_h / (engine.mtbf_h + engine.mttr_h))
    no_gas = block_diagram(flat([kind(2, 5.0, 0.0, 10, burns_gas=False)], 5.0, battery=Battery(2.0, 4.0)), 1, 1.0)
    assert [block.element for block in no_gas] == ["unit", "Units together", "Battery"]
    assert no_gas[0].mtbf_h is None


def test_a_loss_in_planned_outage_takes_nothing_away():
    planned = np.ones(10, dtype=np.int64)
    case = flat([kind(1, 50.0, 0.02, 10, planned_out=planned), kind(2, 50.0, 0.02, 10, name="On")], 60.0)
    found = {item.lost: item.margin_mw for item in single_losses(case)}
    assert found["unit"] == pytest.approx(40.0)
    assert found["On"] == pytest.approx(-10.0)
