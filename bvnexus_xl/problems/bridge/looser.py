"""A bridge study with one limit moved in every year of every date case."""

from __future__ import annotations

from dataclasses import replace

from bvnexus_xl.problems.bridge.bridge_case import BridgeCase
from bvnexus_xl.solve.given import SPINNING_RESERVE
from bvnexus_xl.solve.relaxations import SHARE, with_limit


def looser(b: BridgeCase, name: str, share: float = SHARE) -> BridgeCase:
    """The same case with one limit relaxed by a share of itself; a negative share tightens it.

    Args:
        b: the case.
        name: ``limits.Limit.name``.
        share: 0.1 allows 10 % more, or asks for 10 % less of a reserve.
    """
    if name == "planning_reserve":
        return replace(b, planning_need=b.planning_need * (1.0 - share))
    if name == SPINNING_RESERVE:
        return replace(b, spinning_need=b.spinning_need * (1.0 - share))
    if name == "import":
        cases = tuple(replace(case, granted_mw=case.granted_mw * (1.0 + share)) for case in b.dates.cases)
        return replace(b, dates=replace(b.dates, cases=cases), least_import_bound_mw=b.import_bound_mw)
    return replace(b, market=replace(b.market, project=with_limit(b.market.project, name, 1.0 + share)))
