"""Flexible computing: the part of each workload class that may be shed, or shifted to later hours, and its limits.

A class may give up ``share_of_load`` x load MW. Shed work is lost. Of shifted work ``rebound`` is done later, and the
part lost since the last checkpoint is done twice:

    energy that comes back = rebound x (1 + checkpoint loss) x energy given up
    computing lost         = given up − came back x (1 − checkpoint loss) / (1 + checkpoint loss)

so that shed work counts fully, and work shifted and done later counts by its checkpoint loss: hours of the machines
that cannot be sold. Computing lost is a cost of the project at the class's price (``finance.operations``), part of
LCOE and shown on its own line; a price of 0 leaves it out. The value of lost load never enters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.project import Project

Array = NDArray[np.float64]
_TINY_SHAPE = 1e-3
_KEY = "flex-"


@dataclass(frozen=True, slots=True)
class FlexibleLoad:
    """One workload class that may be flexible.

    Attributes:
        key: unique, ``flex-<number of the class>``.
        label: name of the class.
        share_of_load: flexible MW per MW of load.
        shifts: True where work is done later, False where it is shed.
        notice_min: notice it needs, min.
        hours_per_day, hours_per_year: hours of full depth it may be used.
        returned: MWh that come back per MWh given up; 0 where shed.
        window_h: hours within which they come back.
        checkpoint_loss: part of shifted work that is done twice.
        compute_usd_per_mwh: first-year price of computing lost.
    """

    key: str
    label: str
    share_of_load: float
    shifts: bool
    notice_min: float
    hours_per_day: float
    hours_per_year: float
    returned: float
    window_h: int
    checkpoint_loss: float
    compute_usd_per_mwh: float

    @property
    def kept(self) -> float:
        """Computing done per MWh that comes back: what is done twice counts against it."""
        return (1.0 - self.checkpoint_loss) / (1.0 + self.checkpoint_loss)

    @property
    def lost_per_mwh(self) -> float:
        """Computing lost per MWh given up when everything due has come back."""
        return 1.0 - self.returned * self.kept


def flexible_loads(project: Project) -> tuple[FlexibleLoad, ...]:
    """The classes that may be flexible, in the order of the workload mix; none where the switch is off."""
    load = project.load
    if not load.workload_flexibility_enabled:
        return ()
    together = sum(row.share * row.flexible_fraction for row in load.workload_mix)
    scale = min(1.0, load.flexible_share_most / together) if together > 0.0 else 0.0
    out = []
    for number, row in enumerate(load.workload_mix):
        shifts = row.flexibility == "shift" and row.rebound_fraction > 0.0
        item = FlexibleLoad(
            key=f"{_KEY}{number + 1}",
            label=row.name,
            share_of_load=row.share * row.flexible_fraction * scale,
            shifts=shifts,
            notice_min=row.notice_min,
            hours_per_day=row.longest_event_h,
            hours_per_year=row.flexible_hours_per_year,
            returned=row.rebound_fraction * (1.0 + row.checkpoint_loss_fraction) if shifts else 0.0,
            window_h=row.rebound_window_h,
            checkpoint_loss=row.checkpoint_loss_fraction if shifts else 0.0,
            compute_usd_per_mwh=row.compute_usd_per_mwh,
        )
        if item.share_of_load > 0.0:
            out.append(item)
    return tuple(out)


def class_position(key: str) -> int:
    """Position in the workload mix of the class with a key."""
    return int(key.removeprefix(_KEY)) - 1


def with_flexibility(project: Project, fraction: float) -> Project:
    """The project with ``fraction`` (0 to 1) of its load flexible: the classes' parts scaled alike, none above 1.

    0 switches flexibility off. Limits, prices and kinds of the classes stay. Where the classes have no flexible part
    at all, each gets ``fraction``.
    """
    load = project.load
    if fraction <= 0.0:
        return project.model_copy(update={"load": load.model_copy(update={"workload_flexibility_enabled": False})})
    parts = _scaled(
        np.array([row.share for row in load.workload_mix]),
        np.array([row.flexible_fraction for row in load.workload_mix]),
        fraction,
    )
    mix = tuple(
        row.model_copy(update={"flexible_fraction": float(part)})
        for row, part in zip(load.workload_mix, parts, strict=True)
    )
    update = {"workload_flexibility_enabled": True, "workload_mix": mix}
    update["flexible_share_most"] = max(load.flexible_share_most, min(fraction, 1.0))
    return project.model_copy(update={"load": load.model_copy(update=update)})


def _scaled(share: Array, part: Array, fraction: float) -> Array:
    """Flexible parts scaled so that Σ share x part = ``fraction``; a class that reaches 1 leaves the rest to others."""
    part = part.copy() if (share * part).sum() > 0.0 else np.full(len(part), fraction)
    for _ in range(len(part)):
        open_ = (part < 1.0) & (part > 0.0)
        missing = fraction - float((share * np.where(open_, 0.0, part)).sum())
        have = float((share * np.where(open_, part, 0.0)).sum())
        if have <= 0.0:
            break
        part = np.where(open_, np.minimum(part * max(missing, 0.0) / have, 1.0), part)
    return part


def depth_hours(load_mw: Array, down_mw: Array, share_of_load: float) -> Array:
    """Hours of full depth used in each hour: what is given up over what could be, [H]."""
    able = share_of_load * np.maximum(load_mw, _TINY_SHAPE * max(float(load_mw.max()), 1e-9))
    return np.asarray(down_mw / able)


def shape_floor(load_shape: Array) -> Array:
    """Load shape kept away from zero, so that hours of full depth have a meaning in every hour, [N]."""
    return np.maximum(load_shape, _TINY_SHAPE)


def firm_share(project: Project) -> float:
    """Part of the load that flexible computing takes off the planning reserve's load; 0 unless switched on.

    Each class counts like a battery that lasts ``longest_event_h``: by min(1, longest event / gap hours).
    """
    limits = project.constraints
    if not limits.flexible_load_counts_as_firm:
        return 0.0
    return sum(c.share_of_load * min(1.0, c.hours_per_day / limits.planning_gap_h) for c in flexible_loads(project))
