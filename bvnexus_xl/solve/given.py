"""Parameters of the dispatch by year: what the plan decides, and what the project fixes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.limits import gas_limits_mcf
from bvnexus_xl.model.case import CONTINGENCY, GAS_DAY, GAS_HOUR, LOAD, ONE, UNSERVED, DispatchCase
from bvnexus_xl.plan import effective, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.yearly_caps import dispatch_caps

Array = NDArray[np.float64]
_INSTALLED = 1e-6
SPINNING_RESERVE = "spinning_reserve"


@dataclass(frozen=True, eq=False)
class Sizes:
    """What a plan offers the dispatch in each year.

    Attributes:
        effective: capacity of each fleet column, [C, Y].
        usable_import_mw: min(contracted, granted), [Y].
        contingency_mw: largest thermal unit in place, [Y].
    """

    effective: Array
    usable_import_mw: Array
    contingency_mw: Array


def sizes_of(fleet: Fleet, profiles: Profiles, builds: Array) -> Sizes:
    """Sizes of given builds, [C, Y]."""
    in_place = installed(fleet, builds)
    granted = profiles.import_limit_mw.max(axis=1)
    usable = np.minimum(in_place[fleet.grid_column], granted) if fleet.grid_column is not None else 0.0 * granted
    units = np.array([asset.unit_mw for asset in fleet.thermal]).reshape(-1, 1)
    built = in_place[fleet.thermal_columns] > _INSTALLED
    largest = np.where(built, units, 0.0).max(axis=0, initial=0.0)
    return Sizes(effective(fleet, builds), usable, largest)


def constant_parameters(project: Project, profiles: Profiles, case: DispatchCase) -> Array:
    """Parameters the project fixes, in the place of ``case.parameters``, zero elsewhere, [Y, P]."""
    place = {name: n for n, name in enumerate(case.parameters)}
    out = np.zeros((len(project.years), len(place)))
    out[:, place[LOAD]] = profiles.load_mw.max(axis=1)
    day, hour = gas_limits_mcf(project)
    out[:, place[GAS_DAY]] = day if np.isfinite(day) else 0.0
    out[:, place[GAS_HOUR]] = hour if np.isfinite(hour) else 0.0
    if ONE in place:
        out[:, place[ONE]] = 1.0
    for name, cap in dispatch_caps(project).items():
        if f"cap:{name}" in place:
            out[:, place[f"cap:{name}"]] = cap
    if f"cap:{UNSERVED}" in place:
        energy = profiles.load_mw.sum(axis=1)
        out[:, place[f"cap:{UNSERVED}"]] = project.constraints.unserved_limit_fraction * energy
    return out


def parameters_of(case: DispatchCase, constants: Array, sizes: Sizes) -> Array:
    """Parameters of every year at given sizes, [Y, P]."""
    out = constants.copy()
    for position, kind, number in decided_positions(case):
        if kind == "capacity":
            out[:, position] = sizes.effective[number]
        elif kind == "import":
            follows = np.array(case.year_flag) == number
            out[:, position] = np.where(follows, sizes.usable_import_mw, 0.0)
        else:
            out[:, position] = sizes.contingency_mw
    return out


def limit_of(parameter: str) -> str | None:
    """Name of the limit that a parameter is (``limits.Limit.name``); None where it is none, or import of a pattern."""
    if parameter == CONTINGENCY:
        return SPINNING_RESERVE
    if parameter in (GAS_DAY, GAS_HOUR):
        return parameter
    return parameter.removeprefix("cap:") if parameter.startswith("cap:") else None


def decided_positions(case: DispatchCase) -> list[tuple[int, str, int]]:
    """Parameters the plan decides: (position, ``capacity``/``import``/``contingency``, column or pattern number)."""
    index = case.fleet.index
    out = []
    for position, name in enumerate(case.parameters):
        kind, _, key = name.partition(":")
        if kind == "capacity":
            out.append((position, kind, index[key.partition("@")[0]]))
        elif kind == "import":
            out.append((position, kind, int(key)))
        elif name == CONTINGENCY:
            out.append((position, "contingency", 0))
    return out
