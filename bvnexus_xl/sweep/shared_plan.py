"""One plan for all scenarios: a documented type for sheet ``Compare`` and for other programs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bvnexus_xl import __version__
from bvnexus_xl.fleet import Quantity

SHARED_NAME = "One plan for all"
_UNITS: dict[Quantity, str] = {"units": "units", "mw": "MW", "mwh": "MWh"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SharedBuild(_Part):
    """What the plan builds (below 0: retires) for one year; ``unit`` is units, mw or mwh."""

    year: int
    key: str
    label: str
    unit: Quantity
    quantity: float


class ScenarioCost(_Part):
    """One scenario under the shared plan.

    ``cost_usd``: present value with lost load at its price; ``alone_usd``: of the best plan found for it alone;
    ``breaks_limit``: the plan exceeds a yearly limit of this scenario.
    """

    name: str
    probability: float
    cost_usd: float
    alone_usd: float
    breaks_limit: bool


class SharedPlan(_Part):
    """Shared builds, own dispatch: the plan of least expected cost, on representative weeks.

    ``bound_usd``: proven lower bound of the expected cost of any plan in whole units.
    ``vss_usd``: value of the stochastic solution, what the plan of ``reference`` alone costs more over all scenarios;
    None where that plan breaks a limit of one of them. ``evpi_usd``: value of perfect information, what knowing the
    scenario beforehand would save on average.
    """

    package_version: str = __version__
    expected_cost_usd: float
    bound_usd: float
    gap: float
    scenarios: tuple[ScenarioCost, ...]
    reference: str
    vss_usd: float | None
    evpi_usd: float
    capex_usd: float
    builds: tuple[SharedBuild, ...]
    installed_mw: dict[str, float]
    battery_mwh: float
    seconds: float


def value_words(plan: SharedPlan) -> str:
    """What the plan is worth, in a sentence or two."""
    if plan.vss_usd is None:
        value = f"The plan of {plan.reference} breaks a limit of another scenario"
    else:
        value = f"The plan of {plan.reference} would cost {plan.vss_usd / 1e6:,.2f} M$ more (VSS)"
    return f"{value}; to know the scenario is worth {plan.evpi_usd / 1e6:,.2f} M$ (EVPI)"


def cost_words(plan: SharedPlan) -> str:
    """Cost of each scenario under the plan, and of its own plan."""
    return "; ".join(
        f"{item.name} {item.cost_usd / 1e6:,.1f} M$ (alone {item.alone_usd / 1e6:,.1f})"
        + (", breaks a yearly limit" if item.breaks_limit else "")
        for item in plan.scenarios
    )


def build_words(plan: SharedPlan) -> str:
    """What is built when."""
    return "; ".join(f"{item.year}: {item.quantity:,.4g} {_UNITS[item.unit]} {item.label}" for item in plan.builds)


def shared_lines(plan: SharedPlan) -> list[str]:
    """The plan in a few lines of plain text."""
    return [
        f"  {SHARED_NAME} (representative weeks): expected cost {plan.expected_cost_usd / 1e6:,.1f} M$, "
        f"gap at most {plan.gap:.2%}",
        f"    {value_words(plan)}",
        f"    {cost_words(plan)}",
        f"    Builds {build_words(plan)}",
    ]
