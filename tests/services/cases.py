"""Small cases of grid services with round figures."""

from __future__ import annotations

from typing import Any

import numpy as np

from bvnexus_xl.inputs.services import Programme
from bvnexus_xl.services.case import ServicesCase
from bvnexus_xl.services.providers import Provider
from bvnexus_xl.services.windows import open_hours, rivals
from bvnexus_xl.units import HOURS_PER_YEAR


def programme(name: str, usd_per_kw_year: float = 100.0, **more: Any) -> Programme:
    """All year, all day, four-hour events, never called unless said otherwise."""
    given = {"notice_min": 30.0, "expected_call_h_per_year": 0.0, "p95_call_h_per_year": 0.0, "enabled": True}
    return Programme(name=name, availability_usd_per_kw_year=usd_per_kw_year, **(given | more))


def source(label: str, mw: float, **more: Any) -> Provider:
    """A source that can give the same in every hour, free of charge."""
    flat = np.full(HOURS_PER_YEAR, mw)
    given: dict[str, Any] = {
        "key": label,
        "label": label,
        "kind": "thermal",
        "notice_min": 5.0,
        "free_mw": flat,
        "quick_mw": flat,
        "energy_mwh": np.full(HOURS_PER_YEAR, np.inf),
        "most_call_h": np.inf,
        "call_usd_per_mwh": 0.0,
        "bought_back": 0.0,
        "capped_per_mwh": {"nox": 0.0},
    }
    return Provider(**(given | more))


def case(programmes: list[Programme], sources: list[Provider], meter_mw: float = 1e3, **more: Any) -> ServicesCase:
    """A year in which the meter shows ``meter_mw`` in every hour and import costs nothing."""
    windows = [open_hours(row) for row in programmes]
    able = [
        [0.0 if one.barred(row) else float(one.able_mw(row)[hours].min()) for one in sources]
        for row, hours in zip(programmes, windows, strict=True)
    ]
    given: dict[str, Any] = {
        "year": 2030,
        "programmes": tuple(programmes),
        "sources": tuple(sources),
        "sets": rivals(programmes),
        "able_mw": np.array(able),
        "barred": {
            (d, p): one.barred(row)
            for d, row in enumerate(programmes)
            for p, one in enumerate(sources)
            if one.barred(row)
        },
        "meter_mw": np.full(HOURS_PER_YEAR, meter_mw),
        "export_mw": 0.0,
        "import_most_mw": meter_mw,
        "pool_mw": np.full(HOURS_PER_YEAR, 1e3),
        "pay_usd_per_mw": np.array(
            [row.availability_usd_per_kw_year * row.accredited_fraction * 1000.0 for row in programmes]
        ),
        "call_pay_usd_per_mwh": np.array([row.call_usd_per_mwh for row in programmes]),
        "call_cost_usd_per_mwh": np.array([[one.call_usd_per_mwh for one in sources] for _ in programmes]),
        "room_left": {},
        "gas_left_mcf": np.inf,
        "gas_mcf_per_mwh": np.zeros(len(sources)),
    }
    return ServicesCase(**(given | more))
