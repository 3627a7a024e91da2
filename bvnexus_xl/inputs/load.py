"""The load: megawatts by year, workload mix, and how cooling follows the weather."""

from __future__ import annotations

from typing import Literal

from bvnexus_xl.inputs.fields import Section, choice, number, rows, text


class LoadYear(Section):
    """One year of the trajectory."""

    year: int = number(unit="year", low=2025, high=2080, label="Year")
    contracted_mw: float = number(unit="MW", low=0.0, high=20000.0, label="Contracted load")


class WorkloadClass(Section):
    """One class of computing work, its share of the IT load and its hourly shape."""

    name: str = text(label="Workload class", longest=40)
    share: float = number(unit="fraction", low=0.0, high=1.0, label="Share of IT load")
    load_factor: float = number(
        unit="fraction",
        low=0.05,
        high=1.0,
        label="Average use of its share",
        source="engineering judgement, Nov 2026: training 0.85-0.95, inference 0.60-0.75",
    )
    daily_swing_fraction: float = number(
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Daily swing",
        note="Half of peak-to-trough over the day, as a fraction of the average; peak at 15:00, lower at weekends",
    )


_MIX = (
    WorkloadClass(name="pre-training", share=0.40, load_factor=0.92, daily_swing_fraction=0.00),
    WorkloadClass(name="fine-tuning", share=0.15, load_factor=0.85, daily_swing_fraction=0.05),
    WorkloadClass(name="batch inference", share=0.20, load_factor=0.80, daily_swing_fraction=0.10),
    WorkloadClass(name="real-time inference", share=0.15, load_factor=0.68, daily_swing_fraction=0.30),
    WorkloadClass(name="cloud and HPC", share=0.10, load_factor=0.72, daily_swing_fraction=0.20),
)


class Load(Section):
    """Load trajectory and hourly shape."""

    load_basis: Literal["facility", "IT"] = choice(
        "facility",
        label="Megawatts below are",
        note="facility: peak at the meter, cooling included; IT: computing only, multiplied by PUE each hour",
    )
    realisation_fraction: float = number(
        1.0,
        unit="fraction",
        low=0.05,
        high=1.0,
        label="Realised share of contracted load",
        source="ERCOT Apr 2025: 49.8 % of forecast data-centre MW was realised",
    )
    shape_source: Literal["workload_mix", "series"] = choice(
        "workload_mix",
        label="Hourly shape from",
        note="series: column load_shape of sheet Series, scaled so that its maximum is each year's load",
    )
    volatility_fraction: float = number(
        0.01,
        unit="fraction",
        low=0.0,
        high=0.2,
        label="Hour-to-hour variability of IT load",
        source="engineering judgement, Nov 2026: AR(1), φ = 0.7",
        note="Standard deviation as a fraction of the class average, seeded",
    )
    pue_at_50f: float = number(
        1.15,
        unit="-",
        low=1.0,
        high=3.0,
        label="PUE at 50 °F and below",
        source="bvNexus default; Uptime survey 2025: mean 1.54, hyperscale 1.1-1.2",
    )
    pue_at_77f: float = number(1.25, unit="-", low=1.0, high=3.0, label="PUE at 77 °F", source="bvNexus default")
    pue_at_95f: float = number(
        1.35, unit="-", low=1.0, high=3.0, label="PUE at 95 °F and above", source="bvNexus default"
    )
    trajectory: tuple[LoadYear, ...] = rows(
        label="Load trajectory", fewest=1, most=15, note="One row for every year analysed, none missing"
    )
    workload_mix: tuple[WorkloadClass, ...] = rows(
        _MIX, label="Workload mix", fewest=1, most=10, note="Shares must add to 1"
    )
