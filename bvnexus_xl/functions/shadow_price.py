"""The shadow price of a limit, from the last result: sheet ``Limits`` of the workbook, or a result file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bvnexus_xl.errors import BadArgument
from bvnexus_xl.functions.arguments import is_empty, number_of, rows_of, single

_LIMIT, _YEAR, _KEY, _PRICE = "limit", "year", "key", "shadow price"
KINDS = ("planning", "operating")
"""The one to take first where none is asked for."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """One limit of one year."""

    names: tuple[str, ...]
    year: int
    prices: dict[str, float | None]

    def price(self, kind: str | None) -> float | None:
        """The price of a kind; without one, planning where there is one, else operating."""
        asked = (kind,) if kind else KINDS
        return next((price for name in asked if (price := self.prices.get(name)) is not None), None)


def shadow_price(limit: str, year: int, results: Any, kind: str | None = None) -> float:
    """$ per unit of the limit in that year, 0 where it does not bind.

    Args:
        limit: key (``nox``) or name (``NOx``) of the limit.
        year: calendar year.
        results: the details of sheet ``Limits`` with their heads, or the path of a result written as JSON.
        kind: ``planning`` (everything planned anew) or ``operating`` (the plan fixed); without it planning where the
            limit has such a price, else operating.
    """
    cell = single(results)
    found = list(_from_file(Path(cell)) if isinstance(cell, str) else _from_sheet(rows_of(results)))
    named = [item for item in found if limit.casefold() in item.names]
    if not named:
        known = ", ".join(sorted({item.names[0] for item in found}))
        message = f"limit = {limit!r}: the result has {known or 'no limits'}"
        raise BadArgument(message)
    match = next((item for item in named if item.year == year), None)
    if match is None:
        message = f"year = {year}: the result has {min(i.year for i in named)} to {max(i.year for i in named)}"
        raise BadArgument(message)
    price = match.price(kind)
    if price is None:
        words = f"{kind} shadow price" if kind else "shadow price"
        message = f"{limit} has no {words}: screening (Phase 1) finds none, run Phase 2"
        raise BadArgument(message)
    return price


def _from_file(path: Path) -> Iterator[_Priced]:
    try:
        limits = json.loads(path.read_text(encoding="utf-8"))["limits"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"results = {str(path)!r} is no result file (bvnexus-xl run FILE --json RESULT.json makes one)"
        raise BadArgument(message) from error
    for item in limits:
        prices = {kind: item[f"shadow_price_{kind}"] for kind in KINDS}
        yield _Priced((item["name"].casefold(), item["label"].casefold()), item["year"], prices)


def _is_price(head: str, kind: str) -> bool:
    """Whether a head is that of a kind of price: ``shadow price, planning, $ per unit``."""
    return head.startswith(_PRICE) and kind in head


def _from_sheet(rows: Sequence[Sequence[Any]]) -> Iterator[_Priced]:
    """Limits below the row of heads; columns are found by their heads, so they may stand anywhere."""
    at: dict[str, int] = {}
    for row in rows:
        heads = [str(cell).strip().casefold() if isinstance(cell, str) else "" for cell in row]
        if not at:
            if _LIMIT in heads and _YEAR in heads:
                at = {head: heads.index(head) for head in (_LIMIT, _YEAR, _KEY) if head in heads}
                at.update((kind, place) for place, head in enumerate(heads) for kind in KINDS if _is_price(head, kind))
            continue
        year = number_of(row[at[_YEAR]])
        if year is None:
            continue
        prices = {kind: number_of(row[at[kind]]) for kind in KINDS if kind in at}
        names = tuple(heads[at[name]] for name in (_KEY, _LIMIT) if name in at and not is_empty(row[at[name]]))
        if names:
            yield _Priced(names, int(year), prices)
    if not at:
        message = "results must hold the heads Limit, Year and Shadow price: take the details of sheet Limits whole"
        raise BadArgument(message)
