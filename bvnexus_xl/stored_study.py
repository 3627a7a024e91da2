"""A solved P1 study as plain values and back: what a later validation of the same plan needs, without its hours.

Fleet, profiles, money and reliability follow from the project again; plan, totals, limits, proof and remarks are kept
as they were found, so that every figure made of them comes back to the last bit.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.money import plan_money
from bvnexus_xl.fleet import Fleet, build_fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import Limit, Relaxation
from bvnexus_xl.plan import Plan
from bvnexus_xl.profiles.build import Profiles, build_profiles
from bvnexus_xl.reliability.ram import ram_study
from bvnexus_xl.reliability.target import AdequacySearch
from bvnexus_xl.solved import Proof, SolvedStudy

_SHAPE = "shape"
_KEPT: dict[str, Any] = {
    "phase": int,
    "status": str,
    "plan": Plan,
    "totals": tuple[YearTotals, ...],
    "limits": tuple[Limit, ...],
    "warnings": tuple[str, ...],
    "seconds": dict[str, float],
    "designs_tried": int,
    "proof": Proof,
    "relaxations": tuple[Relaxation, ...],
    "adequacy": AdequacySearch | None,
}
"""What is kept, with its type."""


def to_plain(study: SolvedStudy) -> dict[str, Any] | None:
    """The study as JSON values; None where its problem found more than a plan, or no plan at all."""
    if study.finding is not None or study.conflict is not None:
        return None
    screening = to_plain(study.screening) if study.screening is not None else None
    return {**{name: _encoded(getattr(study, name)) for name in _KEPT}, "screening": screening}


def from_plain(project: Project, raw: Mapping[str, Any]) -> SolvedStudy:
    """The study of the same project; its hours are not there (``dispatches`` is empty).

    Raises:
        KeyError, TypeError, ValueError: the values are not those of ``to_plain``.
    """
    fleet = build_fleet(project)
    return _restored(project, fleet, build_profiles(project, fleet), raw)


def _restored(project: Project, fleet: Fleet, profiles: Profiles, raw: Mapping[str, Any]) -> SolvedStudy:
    kept: dict[str, Any] = {name: _decoded(kind, raw[name]) for name, kind in _KEPT.items()}
    plan: Plan = kept["plan"]
    if plan.builds.shape != (len(fleet.columns), len(project.years)):
        message = f"a plan of {plan.builds.shape} for {len(fleet.columns)} columns and {len(project.years)} years"
        raise ValueError(message)
    screening = raw["screening"]
    return SolvedStudy(
        project=project,
        fleet=fleet,
        profiles=profiles,
        dispatches=(),
        money=plan_money(project, fleet, profiles, plan, kept["totals"]),
        ram=ram_study(project, fleet, profiles, plan),
        screening=_restored(project, fleet, profiles, screening) if screening is not None else None,
        **kept,
    )


def _encoded(value: Any) -> Any:
    """JSON values: arrays with their shape, frozen types by field."""
    if isinstance(value, np.ndarray):
        return {_SHAPE: list(value.shape), "values": value.ravel().tolist()}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _encoded(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        return {key: _encoded(item) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _decoded(kind: Any, raw: Any) -> Any:
    """A value of a declared type from its JSON values."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if raw is None else _decoded(next(item for item in arguments if item is not type(None)), raw)
    if origin is np.ndarray:
        return np.array(raw["values"], dtype=float).reshape(raw[_SHAPE])
    if origin is tuple:
        parts = [arguments[0]] * len(raw) if arguments[-1] is Ellipsis else arguments
        return tuple(_decoded(part, item) for part, item in zip(parts, raw, strict=True))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{item.name: _decoded(hints[item.name], raw[item.name]) for item in fields(kind)})
    return raw
