"""A small study with scenarios of every kind, and a solver for tests whose answers are known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bvnexus_xl import __version__
from bvnexus_xl.inputs.loading import load_json
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.scenarios import ScenarioRow, TornadoRow
from bvnexus_xl.results import BuiltItem, LimitResult, Result, YearResult
from bvnexus_xl.sweep.pools import Where
from bvnexus_xl.sweep.task import Outcome, Task
from tests.projects import small_project

DEAR = ScenarioRow(name="Dear gas", probability=0.25, field_1="gas_price_usd_per_mmbtu", value_1="x1.2")
TIGHT = ScenarioRow(
    name="No land",
    field_1="land_limit_enabled",
    value_1="yes",
    field_2="land_limit_acres",
    value_2=0.5,
    field_3="reserved_land_acres",
    value_3=0.0,
)
SHORT = ScenarioRow(name="Years without load", field_1="analysis_years", value_1=3.0)
OFF = ScenarioRow(name="Off", enabled=False, field_1="discount_rate", value_1=0.07)
SWING = TornadoRow(field="discount_rate", low=0.07, high="x1.25")


def study(**parts: object) -> Project:
    """One year, one scenario that works, one that is infeasible, one with faults, one that does not run."""
    given = {"scenarios": (DEAR, TIGHT, SHORT, OFF), "tornado": (SWING,), **parts}
    return small_project(1, 40.0, **given)  # type: ignore[arg-type]


Price = Callable[[Project], float | None]
"""LCOE of a project; None where it is infeasible."""


def price(project: Project) -> float | None:
    """10 $/MWh for each $/MMBtu of gas, 100 for each unit of discount rate; no plan on less than an acre."""
    if project.constraints.land_limit_acres < 1.0:
        return None
    return 10.0 * project.finance.gas_price_usd_per_mmbtu + 100.0 * project.finance.discount_rate


class FakeSolver:
    """Stands for ``pools.outcomes``: prices a project by a formula and remembers what it was asked."""

    def __init__(self, price: Price, stop_after: int | None = None) -> None:
        self.price = price
        self.stop_after = stop_after
        self.asked: list[Project] = []

    def __call__(self, tasks: Sequence[Task], _where: Where) -> Iterator[Outcome]:
        for task in tasks:
            if self.stop_after is not None and len(self.asked) == self.stop_after:
                raise KeyboardInterrupt
            project = load_json(task.project_json)
            self.asked.append(project)
            lcoe = self.price(project)
            found = None if lcoe is None else result(project, task.phase, lcoe)
            status = "done" if found else "infeasible"
            message = "" if found else "no room"
            yield Outcome(
                package_version=__version__, key=task.key, status=status, message=message, result=found, seconds=1.0
            )


def result(project: Project, phase: int, lcoe: float) -> Result:
    """A result whose other figures follow from its LCOE: cost 10 M$, capital 2 M$ for each $/MWh."""
    year = YearResult(
        year=2029,
        load_mw=40.0,
        installed_mw={"Engines": 50.0, "Battery": 5.0},
        equipment=(BuiltItem(key="battery:mwh", label="Battery", unit="mwh", quantity=20.0, added=20.0),),
        energy_mwh={"Engines": 3e5},
        **dict.fromkeys(
            (
                *("load_mwh", "served_mwh", "unserved_mwh", "flexible_given_up_mwh", "flexible_done_later_mwh"),
                *(
                    "fuel_mmbtu",
                    "nox_tpy",
                    "co_tpy",
                    "voc_tpy",
                    "water_acre_ft",
                    "gas_mcf_per_day_max",
                    "land_acres",
                    "lolh_h",
                ),
                *("eens_mwh", "cost_usd"),
            ),
            1.0,
        ),
        co2_tpy=2000.0 * lcoe,
        availability=0.999,
    )
    limit = LimitResult(
        name="nox",
        label="NOx",
        unit="tons",
        year=2029,
        sense="at_most",
        limit=10.0,
        used=10.0,
        slack=0.0,
        binding=True,
        near=False,
        broken=False,
        **dict.fromkeys(("shadow_price_operating", "shadow_price_planning"), None),
    )
    nothing = dict.fromkeys(name for name, info in Result.model_fields.items() if info.is_required())
    known = {
        "package_version": __version__,
        "project_name": "Test",
        "input_hash": project.input_hash(),
        "status": "done",
        "problem": "P1",
        "phase": phase,
        "estimate_class": "",
        "bound_resolution": "",
        "lcoe_usd_per_mwh": lcoe,
        "npv_cost_usd": 1e7 * lcoe,
        "objective_basis": "pre_tax",
        "objective_usd": 1e7 * lcoe,
        "capex_usd": 2e6 * lcoe,
        "years": (year,),
        "limits": (limit,),
        "relaxations": (),
        "rounds": 0,
        "warnings": (),
        "designs_tried": 1,
        "seconds": {},
    }
    return Result(**{**nothing, **known})
