"""Names of the functions inside LibreOffice."""

from __future__ import annotations

EXTENSION = "org.bvnexus.xl"
SERVICE = f"{EXTENSION}.Functions"
INTERFACE = "XFunctions"


def method_name(function: str) -> str:
    """Method of the add-in behind a function: ``BVN_GAS_MCF_DAY`` is ``bvnGasMcfDay``; arguments likewise.

    A name with an underscore makes LibreOffice drop the whole interface.
    """
    first, *rest = function.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def stored_name(function: str) -> str:
    """The name under which every LibreOffice finds a function when it opens an Excel file.

    The plain name is found by new versions only (25.2 does, 7.4 does not).
    """
    return f"{SERVICE}.{method_name(function)}".upper()
