"""The three small changes around the sheets: recalculate on opening, and no calculation chain.

The chain lists every formula cell in the order Excel last computed them. One that names a cell without a formula makes
Excel offer a repair; without a chain Excel builds a new one.
"""

from __future__ import annotations

from collections.abc import Callable

from bvnexus_xl.workbook.markup import attributes, elements, first, root_prefix, splice, with_attributes
from bvnexus_xl.workbook.package import CONTENT_TYPES_PART, Package, target_of

# The children of <workbook> that come before <calcPr> in the schema's order, last first.
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")
_CHAIN = "calcChain"


def workbook_changes(package: Package) -> dict[str, bytes | None]:
    """New content by part name, None for a part that goes."""
    changes: dict[str, bytes | None] = {package.workbook_part: with_full_calculation(package.workbook_xml)}
    chains = package.related(package.workbook_part, _CHAIN)
    links = package.relationships_part(package.workbook_part)
    types = package.find(CONTENT_TYPES_PART)
    if not chains or links is None or types is None:
        return changes
    gone = {chain.casefold() for chain in chains}
    changes |= dict.fromkeys(chains)
    changes[links] = _without(
        package.archive.read(links),
        "Relationship",
        lambda named: target_of(package.workbook_part, named.get("Target", "")).casefold() in gone,
    )
    changes[types] = _without(
        package.archive.read(types),
        "Override",
        lambda named: named.get("PartName", "").lstrip("/").casefold() in gone,
    )
    return changes


def with_full_calculation(xml: bytes) -> bytes:
    """The workbook part with ``fullCalcOnLoad`` set, so that Excel computes every formula when it opens the file."""
    prefix = root_prefix(xml)
    present = first(xml, prefix + b"calcPr")
    if present is not None:
        if attributes(present.attributes).get("fullCalcOnLoad") == "1":
            return xml
        changed = with_attributes(present.attributes, {"fullCalcOnLoad": "1"})
        ending = b"/>" if present.open_end == present.end else b">"
        return splice(xml, [(present.start, present.open_end, b"<" + present.name + changed + ending)])
    for local in _BEFORE_CALCULATION:
        before = first(xml, prefix + local.encode())
        if before is not None:
            added = b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>'
            return splice(xml, [(before.end, before.end, added)])
    message = "the workbook part lists no sheets"
    raise ValueError(message)


def _without(xml: bytes, local: str, goes: Callable[[dict[str, str]], bool]) -> bytes:
    found = elements(xml, (root_prefix(xml) + local.encode(),))
    return splice(xml, [(item.start, item.end, b"") for item in found if goes(attributes(item.attributes))])
