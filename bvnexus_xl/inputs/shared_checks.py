"""What scenarios must have in common where one plan is made for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from bvnexus_xl.errors import Fault
from bvnexus_xl.inputs.project import Project

SHARED_PROBLEM = "P1"
"""The problem whose plan is what is built when, and nothing else; P5 hedges its dates itself."""


def not_shared(name: str, value: str, allowed: str) -> Fault:
    """A fault of one scenario."""
    return Fault(
        code="SCENARIO_NOT_SHARED",
        place="Scenarios",
        field="",
        value=f"{name}: {value}",
        allowed=f"{allowed}, so that one plan can be made for all",
        sheet="Scenarios",
    )


def studies_apart(name: str, project: Project, first_name: str, first: Project) -> Iterator[Fault]:
    """Faults of a scenario whose study cannot have the plan of the first one."""
    if project.study.problem != SHARED_PROBLEM:
        yield not_shared(name, f"problem {project.study.problem}", f"problem must be {SHARED_PROBLEM}")
    if project.years != first.years:
        own, theirs = (f"{years[0]}-{years[-1]}" for years in (project.years, first.years))
        yield not_shared(name, f"years {own}", f"years must be those of {first_name}, {theirs}")
    if project.constraints.adequacy_target_enabled:
        yield not_shared(name, "adequacy target", "adequacy_target_enabled must be no (each plan has its own reserve)")
