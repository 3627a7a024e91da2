"""The load: megawatts by year, workload mix, and how cooling follows the weather."""

from __future__ import annotations

from typing import Any, Literal

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
    volatility_15min_fraction: float = number(
        0.015,
        unit="fraction",
        low=0.0,
        high=0.5,
        label="Quarter-hour variability",
        source="engineering judgement, Nov 2026: 0.01-0.02 for training; AR(1), φ = 0.7",
        note="Standard deviation as a fraction of the class average, seeded; the mean of every hour stays. Tier 3 only",
    )
    job_step_fraction: float = number(
        0.0,
        unit="fraction",
        low=0.0,
        high=0.5,
        label="Step when a job stops",
        source="engineering judgement, Nov 2026: training 0.05-0.15",
        note="Average fall of the class when a job stops and rise when the next starts: half to one and a half times "
        "this; the mean of every hour stays. Tier 3 only",
    )
    job_stops_per_day: float = number(
        2.0,
        unit="1/day",
        low=0.0,
        high=24.0,
        label="Jobs that stop in a day",
        source="engineering judgement, Nov 2026",
    )
    flexible_fraction: float = number(
        0.0,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Flexible part of the class",
        source="engineering judgement, Nov 2026: 0.05 (real-time) to 0.90 (batch)",
        note="Counts only where workload_flexibility_enabled is yes",
    )
    flexibility: Literal["shed", "shift"] = choice(
        "shift",
        label="What happens to the work",
        note="shed: not done; shift: done later, within the window below",
    )
    notice_min: float = number(
        60.0,
        unit="min",
        low=0.0,
        high=2880.0,
        label="Notice needed",
        source="engineering judgement, Nov 2026: batch 15, training 60",
        note="Decides which grid services and reserves a class may serve; hourly dispatch knows the day ahead",
    )
    longest_event_h: float = number(
        4.0,
        unit="h",
        low=0.25,
        high=24.0,
        label="Longest event",
        source="engineering judgement, Nov 2026; Duke, Rethinking Load Growth: mean event 2 h",
        note="Hours of full depth in one day",
    )
    flexible_hours_per_year: float = number(
        180.0,
        unit="h/yr",
        low=0.0,
        high=8760.0,
        label="Hours of use per year",
        source="CAISO Base Interruptible Program: 180 h/yr",
        note="Hours of full depth in one year",
    )
    rebound_fraction: float = number(
        1.0,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Part of it done later",
        source="engineering judgement, Nov 2026: training and batch 1, cloud 0.5",
    )
    rebound_window_h: int = number(
        24, unit="h", low=1, high=168, label="Done later within", source="engineering judgement, Nov 2026"
    )
    checkpoint_loss_fraction: float = number(
        0.0,
        unit="fraction",
        low=0.0,
        high=0.5,
        label="Work lost since a checkpoint",
        source="engineering judgement, Nov 2026: training 0.05, batch 0.01",
        note="Of shifted work; it is done twice, which takes the energy twice",
    )
    compute_usd_per_mwh: float = number(
        1000.0,
        unit="$/MWh",
        low=0.0,
        high=1e6,
        label="Revenue lost per MWh not done",
        source="engineering judgement, Nov 2026: 1,000 and more",
        note="A cost of the project, in LCOE, on its own line; 0 leaves it out",
    )


def _mix(name: str, share: float, load_factor: float, daily_swing: float, **others: Any) -> WorkloadClass:
    return WorkloadClass(name=name, share=share, load_factor=load_factor, daily_swing_fraction=daily_swing, **others)


_MIX = (
    _mix(
        *("pre-training", 0.40, 0.92, 0.00),
        job_step_fraction=0.10,
        flexible_fraction=0.30,
        checkpoint_loss_fraction=0.05,
    ),
    _mix(
        *("fine-tuning", 0.15, 0.85, 0.05),
        job_step_fraction=0.10,
        flexible_fraction=0.50,
        notice_min=30.0,
        checkpoint_loss_fraction=0.03,
    ),
    _mix(
        *("batch inference", 0.20, 0.80, 0.10),
        job_step_fraction=0.05,
        flexible_fraction=0.90,
        notice_min=15.0,
        longest_event_h=8.0,
        checkpoint_loss_fraction=0.01,
    ),
    _mix(
        *("real-time inference", 0.15, 0.68, 0.30),
        volatility_15min_fraction=0.02,
        flexible_fraction=0.05,
        flexibility="shed",
        notice_min=0.0,
        longest_event_h=1.0,
        rebound_fraction=0.0,
    ),
    _mix(
        *("cloud and HPC", 0.10, 0.72, 0.20),
        flexible_fraction=0.70,
        notice_min=15.0,
        rebound_fraction=0.5,
        checkpoint_loss_fraction=0.02,
    ),
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
    shape_source: Literal["workload_mix", "series", "quarter_hours"] = choice(
        "workload_mix",
        label="Hourly shape from",
        note="series: column load_shape of sheet Series, scaled so that its maximum is each year's load; "
        "quarter_hours: column load_mw_15min, whose hourly means are the hourly load",
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
    workload_flexibility_enabled: bool = choice(
        False,
        label="Computing work may be shed or shifted",
        note="yes: the flexible parts of the classes in the workload mix, within their limits and at their price",
    )
    flexible_share_most: float = number(
        0.25,
        unit="fraction",
        low=0.0,
        high=1.0,
        label="Most of the load that may be flexible",
        source="engineering judgement, Nov 2026: 0.25 for bankable cases",
        note="Where the classes add up to more, all flexible parts are scaled down alike",
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
    cooling_water_gal_per_mwh: float = number(
        0.0,
        unit="gal/MWh",
        low=0.0,
        high=5000.0,
        label="Cooling water of the halls, per MWh of facility load",
        source="engineering judgement, Nov 2026: 0 with closed loops and dry coolers",
        note="Counts on the load served, against water_limit_acre_ft_per_year; cooling towers take about 1.8 L per "
        "kWh of IT (WUE): 475 gal/MWh of IT, 380 of facility load at a PUE of 1.25",
    )
    trajectory: tuple[LoadYear, ...] = rows(
        label="Load trajectory", fewest=1, most=15, note="One row for every year analysed, none missing"
    )
    workload_mix: tuple[WorkloadClass, ...] = rows(
        _MIX, label="Workload mix", fewest=1, most=10, note="Shares must add to 1"
    )
