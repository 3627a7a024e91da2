"""A site with one engine model on a flat load, where the largest load has a formula: 18.3 MW, 7,700 BTU/kWh."""

from __future__ import annotations

from datetime import date
from typing import Any

from bvnexus_xl.catalogue.equipment import default_equipment
from bvnexus_xl.inputs.constraints import Constraints
from bvnexus_xl.inputs.load import Load, LoadYear
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import Series, SeriesColumn
from bvnexus_xl.inputs.site import Study

UNIT_MW = 18.3
_PLAIN = {
    "heat_rate_btu_per_kwh": 7700.0,
    "net_ageing_adder_pct": 0.0,
    "heat_rate_rise_pct_per_f": 0.0,
    "derate_pct_per_f": 0.0,
    "derate_pct_per_1000ft": 0.0,
    "planned_outage_rate": 0.0,
    "start_nox_lb": 0.0,
    "co_lb_per_mwh": 0.0,
}
_FREE = {
    "emission_basis": "actual",
    "co_limit_enabled": False,
    "land_limit_enabled": False,
    "spinning_reserve_enabled": False,
    "planning_reserve_enabled": False,
    "planned_outage_enabled": False,
    "unserved_limit_fraction": 0.0,
}


def one_engine(
    nox_lb_per_mwh: float = 0.07,
    half_load: float = 1.10,
    units: int | None = None,
    years: int = 1,
    megawatts: float = 400.0,
    row: dict[str, Any] | None = None,
    **limits: Any,
) -> Project:
    """NOx 100 tpy and 50,000 mcf/day bind, everything else is off unless ``limits`` (of ``Constraints``) say so.

    Args:
        nox_lb_per_mwh: emission of the engine.
        half_load: heat rate at half load as a multiple of the one at full load; 1 is flat.
        units: most units; None for as many as wanted.
        years: years analysed.
        megawatts: flat load asked for.
        row: further fields of the engine.
    """
    engine = default_equipment()[0].model_copy(
        update={
            **_PLAIN,
            "unit_mw": UNIT_MW,
            "nox_lb_per_mwh": nox_lb_per_mwh,
            "heat_rate_multiplier_at_50pct": half_load,
            "max_mw": None if units is None else units * UNIT_MW + 0.01,
            **(row or {}),
        }
    )
    return Project(
        study=Study(analysis_years=years, decision_date=date(2025, 1, 1)),
        load=Load(
            shape_source="series",
            trajectory=tuple(LoadYear(year=2029 + n, contracted_mw=megawatts) for n in range(years)),
        ),
        equipment=(engine,),
        constraints=Constraints(**{**_FREE, **limits}),
        series=Series(columns=(SeriesColumn(name="load_shape", values=(1.0,) * 8760),)),
    )
