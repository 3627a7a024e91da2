"""Speed of the reliability core beside a plain numpy reference: ``python -m tests.benchmarks.bench_reliability``.

Convolution: 100 units of three derates and a grid, 8,760 h, planned outages, common cause and gas supply. The reference
builds one 0.1-MW outage table an hour, unit by unit, for a sample of hours; its time is scaled to the year.
Monte Carlo: 10,000 years of 29 engines and a grid, about the example's fleet. The reference draws each year's
outages with numpy, unit by unit; its time is scaled from a sample of years.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from bvnexus_xl.reliability.adequacy import adequacy
from bvnexus_xl.reliability.elements import Battery, RamCase
from bvnexus_xl.reliability.monte_carlo import simulate_years
from tests.reliability.cases import kind, rts79

HOURS = 8760
_STEP_MW = 0.1


def hundred_units() -> RamCase:
    """60 engines, 25 and 14 turbines, the grid: 100 units, 3,000 MW at the most."""
    rng = np.random.default_rng(1)
    temp = 70.0 + 25.0 * np.sin(np.arange(HOURS) / HOURS * 2 * np.pi) + rng.normal(0.0, 8.0, HOURS)
    derate = {above: 1.0 - np.maximum(temp - above, 0.0) * 0.005 for above in (95.0, 70.0, 59.0)}
    planned = (np.arange(HOURS) // 168 % 4).astype(np.int64)
    kinds = (
        kind(14, 91.0, 0.05, factor=derate[59.0], beta=0.05),
        kind(25, 53.0, 0.03, factor=derate[70.0], beta=0.05),
        kind(60, 18.3, 0.025, factor=derate[95.0], beta=0.05, planned_out=planned),
        kind(1, 75.0, 0.0003, burns_gas=False),
    )
    load = 2850.0 + 150.0 * rng.random(HOURS)
    return RamCase(kinds=kinds, load_mw=load, net_load_mw=load, gas_availability=0.9995)


def thirty_units() -> RamCase:
    """29 engines, a grid of 30 MW, a small battery, up to 500 MW of load."""
    rng = np.random.default_rng(2)
    load = 460.0 + 40.0 * rng.random(HOURS)
    kinds = (kind(29, 18.3, 0.025, beta=0.05), kind(1, 30.0, 0.0003, burns_gas=False, repair_h=4.0))
    return RamCase(
        kinds=kinds,
        load_mw=load,
        net_load_mw=load,
        gas_availability=0.9995,
        battery=Battery(10.0, 5.0, 0.85),
        start_failure_probability=0.005,
    )


def plain_hour(case: RamCase, hour: int) -> float:
    """Loss probability of one hour from a 0.1-MW table, one unit at a time; independent units, gas in series."""
    whole = {True: 1.0, False: 0.0}
    for gas in (True, False):
        table = np.zeros(60_000)
        table[0], size = 1.0, 0.0
        for unit in case.kinds if gas else case.without_gas():
            steps, q = round(unit.mw * unit.factor[hour] / _STEP_MW), unit.forced_outage_rate
            for _ in range(int(unit.in_service[hour])):
                table[steps:] = (1.0 - q) * table[steps:] + q * table[: len(table) - steps]
                table[:steps] *= 1.0 - q
                size += steps * _STEP_MW
        first = max(0, int((size - case.net_load_mw[hour]) / _STEP_MW) + 1)
        whole[gas] = float(table[first:].sum())
    return case.gas_availability * whole[True] + (1.0 - case.gas_availability) * whole[False]


def plain_year(case: RamCase, rng: np.random.Generator) -> int:
    """Hours short in one drawn year: independent units, no battery, no starts."""
    lost = np.zeros(HOURS)
    for unit in case.kinds:
        q, repair = unit.forced_outage_rate, unit.mean_time_to_repair_h
        for _ in range(unit.count):
            down = rng.random() < q
            clock = 0.0
            while clock < HOURS:
                length = rng.exponential(repair if down else repair * (1.0 - q) / q)
                if down:
                    lost[int(np.ceil(clock)) : int(np.ceil(clock + length))] += unit.mw
                clock, down = clock + length, not down
    return int((case.capacity_mw - lost < case.net_load_mw).sum())


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Shortest wall time of a few runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print figures and ratios."""
    case = hundred_units()
    start = time.perf_counter()
    found = adequacy(case)
    print(f"first call, compiled code loaded or made: {time.perf_counter() - start:.2f} s")
    ours = seconds(lambda: adequacy(case))
    sample = range(0, HOURS, 876)
    plain = seconds(lambda: [plain_hour(case, hour) for hour in sample], 1) * HOURS / len(sample)
    print(f"convolution, 100 units x 8,760 h: {ours:.3f} s (aim 1 s), LOLH {found.lolh:.4f}")
    print(f"  plain numpy, {len(sample)} hours scaled: {plain:.1f} s, ratio {plain / ours:,.0f}")
    print(f"RTS-79, 32 units x 8,736 h: {seconds(lambda: adequacy(rts79())) * 1e3:.1f} ms")

    fleet = thirty_units()
    simulate_years(fleet, 0, 1)
    ours = seconds(lambda: simulate_years(fleet, 1, 10_000, 0.0), 1)
    rng = np.random.default_rng(1)
    plain = seconds(lambda: [plain_year(fleet, rng) for _ in range(20)], 1) * 10_000 / 20
    result = simulate_years(fleet, 1, 10_000, 0.0)
    print(f"Monte Carlo, 10,000 years of 30 units: {ours:.2f} s (aim 10 s), LOLH {result.lolh.mean:.2f}", end=" ")
    print(f"± {result.lolh.half_width:.2f}")
    print(f"  plain numpy, 20 years scaled: {plain:.1f} s, ratio {plain / ours:,.0f}")


if __name__ == "__main__":
    main()
