"""Stays and their money by hand; dates and quarters."""

from datetime import date

import numpy as np
import pytest

from bvnexus_xl.inputs.bridge import RentalOffer
from bvnexus_xl.problems.bridge.cases import WINDOWS, energisation_dates, granted_by_quarter, import_by_hour
from bvnexus_xl.problems.bridge.plan import Stay, first_in_first_out
from tests.problems.bridge_projects import ENGINE, OFFER, bridge_project, prepared

TURBINE_LIKE = RentalOffer(
    model=ENGINE.name,
    term_months=12,
    rate_usd_per_kw_month=40.0,
    mobilisation_usd_per_unit=0.0,
    permit_class="temporary",
)


def stream_of(made, offer=None):
    return next(stream for stream in made.market.streams if stream.offer == offer)


def test_a_year_of_hire_by_hand():
    made = prepared(bridge_project(finance={"inflation_rate": 0.0}))
    hire = stream_of(made, OFFER)
    rent, moved, back = 5_000 * 50.0 * 12, 100_000.0, 5_000 * 10.0
    assert made.market.present_value(hire, 0, 4) == pytest.approx((rent + moved + back) / 1.08)
    two_years = (rent + moved) / 1.08 + (rent + back) / 1.08**2
    assert made.market.present_value(hire, 0, 8) == pytest.approx(two_years)


def test_buying_and_selling_by_hand():
    made = prepared(bridge_project(finance={"inflation_rate": 0.0, "capex_escalation_rate": 0.0}))
    own = next(stream for stream in made.market.streams if stream.offer is None)
    kw = 18_300
    price = 1650.0 * kw * 1.10 * 1.06
    sold = (0.80 - 0.20 * 2.0 / 3.0) * 1650.0 * kw - 10.0 * kw
    kept_fixed = 18.5 * kw * (1.0 / 1.08 + 1.0 / 1.08**2)
    assert own.first == 2
    assert made.market.exit(own, 0, 8) == ("sold", pytest.approx(sold))
    assert made.market.present_value(own, 0, 8) == pytest.approx(price + kept_fixed - sold / 1.08**2)


def test_of_two_exits_the_better_one_is_taken():
    made = prepared(bridge_project(bridge={"redeploy_allowed": True}))
    own = next(stream for stream in made.market.streams if stream.offer is None)
    assert made.market.exit(own, 4, 8)[0] == "moved"
    nobody = prepared(bridge_project(bridge={"sale_allowed": False}))
    name, value = nobody.market.exit(own, 4, 8)
    assert name == "scrapped"
    assert value < 0.0


def test_shortest_hire_and_clock_bound_every_stay():
    made = prepared(bridge_project(offers=(OFFER, TURBINE_LIKE)))
    last = made.market.quarters
    for offer, longest in ((OFFER, 80), (TURBINE_LIKE, 8)):
        stays = made.market.stays(stream_of(made, offer))
        assert stays
        assert all(leaves - arrives <= longest for arrives, leaves in stays)
        assert all(leaves - arrives >= 4 or leaves == last for arrives, leaves in stays)


def test_permanent_permits_are_waited_for_and_temporary_units_are_not():
    made = prepared(
        bridge_project(offers=(OFFER, TURBINE_LIKE)).model_copy(
            update={"study": bridge_project().study.model_copy(update={"air_permit_months": 18})}
        )
    )
    assert stream_of(made, OFFER).first == 2
    assert stream_of(made, TURBINE_LIKE).first == 0


def test_nothing_is_sold_before_the_grid_can_come():
    made = prepared(bridge_project())
    own = next(stream for stream in made.market.streams if stream.offer is None)
    assert min(leaves for _, leaves in made.market.stays(own)) >= made.dates.cases[0].arrival


def test_import_moves_with_the_date():
    project = bridge_project()
    dates = energisation_dates(project)
    assert [case.arrival for case in dates.cases] == [4, 6, 10]
    assert dates.known == 2
    moved = granted_by_quarter(project, date(2028, 2, 1))
    assert moved.tolist() == [0.0] + [40.0] * 11


def test_quarters_tile_the_year():
    assert WINDOWS.sum(axis=0).tolist() == [1.0] * 8760
    assert WINDOWS.sum(axis=1).tolist() == [2160.0, 2184.0, 2208.0, 2208.0]
    hourly = import_by_hour(np.array([0.0, 1.0, 2.0, 3.0]))
    assert hourly.shape == (1, 8760)
    assert hourly[0, 2160] == 1.0
    assert hourly[0, -1] == 3.0


def test_first_in_first_out_keeps_comings_and_goings():
    given = [Stay(0, 0, 9, 2.0), Stay(0, 4, 6, 1.0), Stay(1, 0, 6, 1.5)]
    made = first_in_first_out(given)
    assert made == (Stay(0, 0, 6, 1.0), Stay(0, 0, 9, 1.0), Stay(0, 4, 9, 1.0), Stay(1, 0, 6, 1.5))
