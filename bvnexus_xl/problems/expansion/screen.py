"""P2 by screening: the cheapest design of each load asked about, and the largest load that keeps the ceiling."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bvnexus_xl.adequacy_loop import has_target, reach_target
from bvnexus_xl.dispatch import year_totals
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import plan_limits, worst_broken
from bvnexus_xl.pipeline import screened_study
from bvnexus_xl.plan import Plan
from bvnexus_xl.problems.expansion.finding import (
    CEILING,
    MOST,
    NOTHING_FITS,
    CurvePoint,
    Expansion,
    ceilings,
    expansion,
    lcoe_of,
)
from bvnexus_xl.problems.expansion.growth import base_mw, grown, grown_profiles
from bvnexus_xl.problems.expansion.ledger import Account, account, judged
from bvnexus_xl.problems.expansion.root import Trial, Trials
from bvnexus_xl.problems.registry import Progress
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.screening.phase1 import Screening, screen_project
from bvnexus_xl.screening.record import dispatch_plan
from bvnexus_xl.solved import SolvedStudy

_TOLERANCE, _CURVE_TOLERANCE = 0.01, 0.03
"""Of the highest load, for the answer and for the rest of the curve: a screening is worth no more digits."""
_FIRST_SHARE = 0.5
"""First load tried, as a share of the load there is."""
_MANY_LOADS = 25.0
"""Loads tried that would fill the progress bar."""
_CURVE_SHARE = 0.95
"""Where the bar stands while the curve is drawn at the reserve of an adequacy target."""


@dataclass
class ScreenedLoads:
    """The cheapest design of every load asked about.

    Attributes:
        fleet, profiles: of the project with the most load that may be added.
        like: a plan of another reserve, whose models are looked at before there is one of this.
        plans, accounts: by added load, MW.
    """

    project: Project
    progress: Progress
    like: Plan | None = None
    fleet: Fleet = field(init=False)
    profiles: Profiles = field(init=False)
    plans: dict[float, Screening] = field(default_factory=dict)
    accounts: dict[float, Account] = field(default_factory=dict)
    labels: dict[float, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        most = grown(self.project, self.project.expansion.most_added_mw)
        self.fleet = build_fleet(most)
        self.profiles = build_profiles(most, self.fleet)

    def trial(self, added: float) -> Trial:
        """Screen a load; designs of the nearest load known show which models to try."""
        self.progress(f"Cheapest design with {added:,.1f} MW added", min(0.05 + len(self.plans) / _MANY_LOADS, 0.95))
        raised = grown(self.project, added)
        profiles = grown_profiles(self.profiles, raised)
        found = screen_project(raised, self.fleet, profiles, like=self._nearest(added))
        totals = tuple(year_totals(raised, self.fleet, profiles, year) for year in found.dispatches)
        money = plan_money(raised, self.fleet, profiles, found.plan, totals)
        limits = plan_limits(raised, self.fleet, profiles, found.plan, totals)
        self.accounts[added] = account(raised, money)
        self.labels[added] = tuple(limit.label for limit in worst_broken(limits))
        # hours are not kept: they are many, and dispatched again for the load that is chosen
        self.plans[added] = replace(found, dispatches=())
        room: dict[str, float] = {}
        for limit in limits:
            room[limit.label] = min(limit.slack / max(abs(limit.limit), 1e-9), room.get(limit.label, np.inf))
        own = judged(self.project, self.accounts[added], self.accounts[0.0])
        return Trial(added, own, self.labels[added], room)

    @property
    def designs_tried(self) -> int:
        """Designs looked at for every load so far."""
        return sum(plan.designs_tried for plan in self.plans.values())

    def _nearest(self, added: float) -> Plan | None:
        """Plan of the nearest load that keeps every limit; before there is one with load added, ``like``."""
        sound = [load for load in self.plans if load > 0.0 and not self.labels[load]]
        return self.plans[min(sound, key=lambda load: abs(load - added))].plan if sound else self.like


@dataclass
class LoadSearch:
    """Screened loads and their trials, with no load added tried first: the increment is counted from it.

    Attributes:
        before: study of another reserve, whose load is the first one tried and whose models are looked at.
        scale_mw: what tolerances are shares of.
    """

    project: Project
    progress: Progress
    before: SolvedStudy | None = None

    def __post_init__(self) -> None:
        self.loads = ScreenedLoads(self.project, self.progress, self.before.plan if self.before else None)
        peak, most = float(base_mw(self.project).max()), self.project.expansion.most_added_mw
        first = min(_FIRST_SHARE * peak if peak > 0.0 else _FIRST_SHARE * most, most)
        self.scale_mw = max(peak, first)
        known = added_mw_of(self.before) if self.before else 0.0
        self.trials = Trials(self.loads.trial, known if known > 0.0 else first, most)
        self.trials.at(0.0)

    def study(self) -> SolvedStudy:
        """The whole study of the largest load under the ceiling asked for, without the curve."""
        start = time.perf_counter()
        point = self.answer()
        return _study(self.loads, [point], point.added_mw, {"loads": time.perf_counter() - start})

    def answer(self) -> CurvePoint:
        """The largest load under the ceiling asked for."""
        asked = self.project.expansion.lcoe_ceiling_usd_per_mwh
        self.trials.largest(asked, self.scale_mw * _TOLERANCE)
        return self.point(asked)

    def curve(self, most: float = np.inf) -> list[CurvePoint]:
        """The answer at every ceiling; up to the one asked for, no load above ``most`` is one."""
        wanted, asked = ceilings(self.project), self.project.expansion.lcoe_ceiling_usd_per_mwh
        # from the middle outwards, so that the answer itself is found first
        for ceiling in sorted(wanted, key=lambda item: abs(item - asked)):
            if ceiling != asked:
                self.trials.largest(ceiling, self.scale_mw * _CURVE_TOLERANCE)
        return monotone([self.point(ceiling, most if ceiling <= asked else np.inf) for ceiling in wanted])

    def point(self, ceiling: float, most: float = np.inf) -> CurvePoint:
        """The largest load known to fit under a ceiling, and what the next one breaks."""
        trials, accounts = self.trials, self.loads.accounts
        if not any(trial.fits(ceiling) for trial in trials.known.values() if trial.added_mw <= most):
            return CurvePoint(ceiling, 0.0, None, None, f"{NOTHING_FITS}: {_stops(trials.at(0.0))}")
        low, high = trials.bracket(ceiling, most)
        lcoe = lcoe_of(self.project, accounts[low.added_mw], accounts[0.0])
        return CurvePoint(ceiling, low.added_mw, None, lcoe, MOST if high is None else _stops(high))


def screen_expansion(project: Project, progress: Progress) -> SolvedStudy:
    """Phase 1 of P2. The study is that of the plan with the added load; its project is the one given."""
    return screened(project, progress)[0]


def screened(project: Project, progress: Progress) -> tuple[SolvedStudy, ScreenedLoads]:
    """Phase 1 of P2, with every load that was screened: with an adequacy target, at the reserve that it takes."""
    progress("Existing plant, weather, load", 0.02)
    if has_target(project):
        return _adequate(project, progress)
    start = time.perf_counter()
    search = LoadSearch(project, progress)
    search.answer()
    points = search.curve()
    asked = project.expansion.lcoe_ceiling_usd_per_mwh
    best = min(points, key=lambda item: abs(item.ceiling_usd_per_mwh - asked))
    return _study(search.loads, points, best.added_mw, {"loads": time.perf_counter() - start}), search.loads


def _adequate(project: Project, progress: Progress) -> tuple[SolvedStudy, ScreenedLoads]:
    """The largest load at the smallest reserve that meets the adequacy target, and the curve at that reserve."""
    searches: dict[float, LoadSearch] = {}

    def solve(asked: Project, before: SolvedStudy | None, named: Progress) -> SolvedStudy:
        search = searches[asked.constraints.planning_margin_mw] = LoadSearch(asked, named, before)
        return search.study()

    found = reach_target(project, solve, progress, added_mw=added_mw_of)
    assert found.adequacy is not None  # there is a target
    search = searches[found.adequacy.plan_step.margin_mw]
    added, start = added_mw_of(found), time.perf_counter()
    loads, before = search.loads, search.loads.designs_tried
    loads.progress = lambda text, _share: progress(f"Curve of load against ceiling: {text}", _CURVE_SHARE)
    points = search.curve(added)
    finding = expansion(project, points, loads.accounts[0.0], loads.accounts[added], len(loads.plans))
    seconds = {**found.seconds, "curve": time.perf_counter() - start}
    designs = found.designs_tried + loads.designs_tried - before
    return replace(found, finding=finding, seconds=seconds, designs_tried=designs), loads


def added_mw_of(study: SolvedStudy) -> float:
    """Added load of a study of P2, MW."""
    return study.finding.point.added_mw if isinstance(study.finding, Expansion) else 0.0


def monotone(points: Sequence[CurvePoint]) -> list[CurvePoint]:
    """The same points, rising: a load that fits under a ceiling fits under every higher one."""
    out: list[CurvePoint] = []
    for point in points:
        if out and point.added_mw < out[-1].added_mw:
            point = replace(out[-1], ceiling_usd_per_mwh=point.ceiling_usd_per_mwh)
        out.append(point)
    return out


def _stops(trial: Trial) -> str:
    """What a load that does not fit breaks."""
    return trial.broken[0] if trial.broken else CEILING


def _study(loads: ScreenedLoads, points: Sequence[CurvePoint], added: float, seconds: dict[str, float]) -> SolvedStudy:
    """The whole study of the load chosen."""
    raised = grown(loads.project, added)
    profiles = grown_profiles(loads.profiles, raised)
    chosen = loads.plans[added]
    hourly = dispatch_plan(raised, loads.fleet, profiles, chosen.plan)
    found = replace(chosen, dispatches=hourly, designs_tried=loads.designs_tried)
    study = screened_study(raised, loads.fleet, profiles, found, seconds)
    finding = expansion(loads.project, points, loads.accounts[0.0], loads.accounts[added], len(loads.plans))
    fits = any(point.added_mw == added and not point.stops.startswith(NOTHING_FITS) for point in points)
    return replace(study, project=loads.project, finding=finding, status=study.status if fits else "infeasible")
