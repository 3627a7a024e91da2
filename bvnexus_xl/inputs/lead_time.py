"""From decision to first operation."""

from __future__ import annotations

from datetime import date


def earliest_year(decision_date: date, lead_time_months: int) -> int:
    """First calendar year in which equipment ordered on the decision date can operate from 1 January.

    The plan is yearly: what is ready on 2 January of a year counts from the next.
    """
    months = decision_date.year * 12 + decision_date.month - 1 + lead_time_months
    late = months % 12 > 0 or decision_date.day > 1
    return months // 12 + (1 if late else 0)
