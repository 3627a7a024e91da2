"""Installs the add-in for the present user, says what it did, and undoes it."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from importlib import resources
from pathlib import Path

from bvnexus_xl.errors import AddinError
from bvnexus_xl.excel.addin_build import ADDIN_NAME, TEMPLATE_NAME
from bvnexus_xl.excel.places import Places

_IN_USE = "Close Excel and run this again"


def install(source: Path, places: Places, interpreter: Path) -> list[str]:
    """Put everything in place; returns what was done, a sentence each.

    Args:
        source: folder with the built add-in and template.
        places: where they go.
        interpreter: the Python that Excel is to use: the one that has this package.

    Raises:
        AddinError: nothing was built, or a file is in use.
    """
    for name in (ADDIN_NAME, TEMPLATE_NAME):
        if not (source / name).is_file():
            message = f"{source / name} is missing: run bvnexus-xl addin build first."
            raise AddinError(message)
    made: list[Path] = []
    done: list[str] = []
    for name, target in ((ADDIN_NAME, places.addin), (TEMPLATE_NAME, places.template)):
        _put(target, (source / name).read_bytes(), made)
        done.append(f"Copied {name} to {target}")
    if places.script_folder is not None:
        script = _script()
        target = places.script_folder / script[0]
        if not target.exists():
            _put(target, script[1], made)
            done.append(f"Copied the script that lets Excel start Python to {target}")
    _put(places.config, f'"{places.interpreter_key}","{interpreter}"\n'.encode(), made)
    done.append(f"Excel will use {interpreter} ({places.config})")
    earlier = _recorded(places)
    everything = sorted({*earlier, *(str(path) for path in made)})
    _put(places.record, json.dumps(everything, indent=1).encode(), [])
    return [*done, "Start Excel: tab bvNexus is in the ribbon. To undo: bvnexus-xl addin uninstall"]


def uninstall(places: Places) -> list[str]:
    """Remove what an installation made, and nothing else; returns what was done.

    Raises:
        AddinError: a file is in use.
    """
    recorded = _recorded(places)
    if not recorded:
        return ["Nothing to remove: the add-in is not installed"]
    done = []
    for name in recorded:
        path = Path(name)
        if path.exists():
            _remove(path)
            done.append(f"Removed {path}")
    _remove(places.record)
    with contextlib.suppress(OSError):
        places.config.parent.rmdir()  # only where nothing else is in it
    return done


def status(source: Path | None, places: Places) -> list[str]:
    """What is installed, a sentence each; ``source`` as in ``install``, None where nothing was built."""
    lines = []
    for name, target in ((ADDIN_NAME, places.addin), (TEMPLATE_NAME, places.template)):
        built = source / name if source is not None else None
        if not target.exists():
            lines.append(f"{name}: not installed ({target})")
        elif built is not None and built.is_file() and built.read_bytes() != target.read_bytes():
            lines.append(f"{name}: installed, but differs from the one built: run bvnexus-xl addin install ({target})")
        else:
            lines.append(f"{name}: installed ({target})")
    interpreter = configured_interpreter(places)
    if interpreter is None:
        lines.append(f"Python for Excel: not set ({places.config})")
    elif interpreter.exists():
        lines.append(f"Python for Excel: {interpreter}")
    else:
        lines.append(f"Python for Excel: {interpreter} is gone: run bvnexus-xl addin install")
    if places.script_folder is not None:
        there = (places.script_folder / _script()[0]).exists()
        lines.append(f"Script that lets Excel start Python: {'installed' if there else 'not installed'}")
    return lines


def configured_interpreter(places: Places) -> Path | None:
    """Python that our configuration names."""
    with contextlib.suppress(OSError):
        for line in places.config.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(",")
            if key.strip('"') == places.interpreter_key:
                return Path(value.strip('"'))
    return None


def present_interpreter() -> Path:
    """The Python that runs this."""
    return Path(sys.executable)


def _script() -> tuple[str, bytes]:
    """Name and content of the AppleScript of this version of xlwings."""
    folder = resources.files("xlwings")
    script = next(item for item in folder.iterdir() if item.name.endswith(".applescript"))
    return script.name, script.read_bytes()


def _put(target: Path, content: bytes, made: list[Path]) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{target.name}.new")
        temporary.write_bytes(content)
        shutil.move(temporary, target)
    except OSError as error:
        message = f"{target} could not be written ({error.strerror or error}). {_IN_USE}."
        raise AddinError(message) from error
    made.append(target)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} could not be removed ({error.strerror or error}). {_IN_USE}."
        raise AddinError(message) from error


def _recorded(places: Places) -> list[str]:
    try:
        found = json.loads(places.record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(item) for item in found] if isinstance(found, list) else []
