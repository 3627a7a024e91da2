"""Imported first in a button's Python: xlwings then loads without the libraries it converts tables for.

xlwings imports pandas, polars, matplotlib and others wherever they are installed, which takes longer than all the rest
of a button. A button moves a handful of single values. Whatever is imported later gets them as usual.
"""

from __future__ import annotations

import sys
from importlib import import_module

NOT_NEEDED = ("numpy", "pandas", "polars", "matplotlib", "PIL", "plotly")


def import_xlwings() -> None:
    """Import xlwings; libraries that are loaded already, or xlwings itself, are left as they are."""
    hidden = [name for name in NOT_NEEDED if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say: cannot be imported
    try:
        import_module("xlwings")
    finally:
        for name in hidden:
            del sys.modules[name]


import_xlwings()
