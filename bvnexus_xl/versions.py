"""Which software made a result: noted in the log and in the results file."""

from __future__ import annotations

import platform
from importlib.metadata import version

from bvnexus_xl import __version__

_LIBRARIES = ("numpy", "numba", "pvlib", "pyarrow")


def versions() -> dict[str, str]:
    """Version of this package, Python and the libraries that results depend on, by name."""
    found = {"bvnexus-xl": __version__, "Python": platform.python_version()}
    return found | {name: version(name) for name in _LIBRARIES}
