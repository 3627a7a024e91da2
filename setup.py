"""Everything about the package is in pyproject.toml but this: folder xl travels inside the built package.

The add-in and its template are made from text sources in ``xl/``, beside the package, where a person finds them. An
installed package needs them too: ``bvnexus-xl addin install`` copies them to where Excel looks.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithAddin(build_py):
    """Copies ``xl`` into the package that is built; an editable install uses the folder itself."""

    def run(self) -> None:
        """Build as usual, then copy."""
        super().run()
        if not self.editable_mode:
            source = Path(__file__).resolve().parent / "xl"
            shutil.copytree(source, Path(self.build_lib) / "bvnexus_xl" / "xl", dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithAddin})
