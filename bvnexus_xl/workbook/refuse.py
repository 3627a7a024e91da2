"""What may not be read and where nothing may be written, each with a code and a sentence the user can act on."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
from pathlib import Path
from xml.parsers import expat

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.atomic import refusal_of, temporary_beside
from bvnexus_xl.workbook.package import Package
from bvnexus_xl.workbook.refusal import RefusalCode

VERSION_NAME = "bvn_template_version"

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENTRY_BYTES = 128
_OLD_BIFF_SIGNATURES = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_CONSTANT = re.compile(r'=?\s*"?(\d{1,6})"?')
_SIGNATURE_FOLDER = "_xmlsignatures/"
# Room for the new copy beside the old one, and for it to have grown by a year of dispatch.
_SPARE_BYTES = 64 << 20


def read_check(path: Path, template_version: int) -> None:
    """Make sure a file is a sound workbook made from our template.

    Args:
        path: the file.
        template_version: the version this program writes; the file must have the same.

    Raises:
        WorkbookRefused: ``FILE_MISSING``, ``FILE_UNREADABLE``, ``FILE_TOO_LARGE``, ``XLS_FORMAT``, ``XLSB_FORMAT``,
            ``ENCRYPTED``, ``NOT_A_ZIP``, ``ZIP_BROKEN``, ``ZIP_BOMB``, ``ZIP_UNSAFE``, ``XML_UNSAFE``, ``XML_BROKEN``,
            ``NOT_A_WORKBOOK``, ``STRICT_OOXML``, ``WRONG_EXTENSION``, ``SIGNED``, ``NOT_OURS``, ``NEWER_TEMPLATE`` or
            ``OLDER_TEMPLATE``.
    """
    if path.is_dir():
        raise WorkbookRefused(RefusalCode.FILE_MISSING, f"{path} is a folder, not a workbook.")
    _refuse_old_formats(path)
    with Package(path) as package:
        for name in package.archive.names:
            _check_member(package, name)
        _refuse_wrong_extension(package)
        refuse_signed(package)
        _check_version(package, template_version)


def write_check(path: Path) -> None:
    """Make sure a workbook can be written at ``path``, whether or not there is one now.

    Raises:
        WorkbookRefused: ``FOLDER_MISSING``, ``OPEN_ELSEWHERE``, ``READ_ONLY``, ``FOLDER_READ_ONLY`` or ``DISK_FULL``.
    """
    final = path.resolve()
    if not final.parent.is_dir() or final.is_dir():
        message = f"{path} cannot be written: its folder is missing, or it is itself a folder."
        raise WorkbookRefused(RefusalCode.FOLDER_MISSING, message)
    _refuse_open(final)
    _refuse_read_only(final)
    _refuse_read_only_folder(final)
    needed = _SPARE_BYTES + (final.stat().st_size if final.exists() else 0)
    free = shutil.disk_usage(final.parent).free
    if free < needed:
        message = f"{final.parent} has {free:,} bytes left; writing {final.name} safely needs {needed:,}."
        raise WorkbookRefused(RefusalCode.DISK_FULL, message)


def refuse_signed(package: Package) -> None:
    """Make sure the workbook carries no digital signature, which any change would break.

    Raises:
        WorkbookRefused: ``SIGNED``.
    """
    if any(name.casefold().startswith(_SIGNATURE_FOLDER) for name in package.archive.names):
        message = f"{package.path.name} is digitally signed; results would break the signature. Use an unsigned copy."
        raise WorkbookRefused(RefusalCode.SIGNED, message)


def _refuse_wrong_extension(package: Package) -> None:
    """Excel opens no workbook whose name says something else than its content; nor do we write into one."""
    name = package.path.name
    if package.path.suffix.casefold() != package.extension:
        message = f"{name} is a {package.extension} workbook by its content, and Excel will not open it: rename it."
        raise WorkbookRefused(RefusalCode.WRONG_EXTENSION, message)


def _refuse_old_formats(path: Path) -> None:
    """Name the two kinds of Excel file that are no zip: the binary formats before 2007, and encrypted workbooks."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_OLE_SIGNATURE))
            content = start + stream.read() if start == _OLE_SIGNATURE else start
    except FileNotFoundError as error:
        raise WorkbookRefused(RefusalCode.FILE_MISSING, f"{path} does not exist.") from error
    except OSError as error:
        message = f"{path} could not be read: {error.strerror or error}."
        raise WorkbookRefused(RefusalCode.FILE_UNREADABLE, message) from error
    if _has_stream(content, "EncryptedPackage") or _has_stream(content, "EncryptionInfo"):
        message = f"{path.name} is encrypted: remove the password in Excel (File, Info, Protect Workbook) and save."
        raise WorkbookRefused(RefusalCode.ENCRYPTED, message)
    old = content.startswith(_OLD_BIFF_SIGNATURES) or _has_stream(content, "Workbook") or _has_stream(content, "Book")
    if old:
        message = f"{path.name} is in the format of Excel 97-2003 (.xls): save it as 'Excel Workbook (*.xlsx)'."
        raise WorkbookRefused(RefusalCode.XLS_FORMAT, message)


def _has_stream(content: bytes, name: str) -> bool:
    """Whether an OLE file has a stream of that name: its directory entries begin at multiples of 128 bytes."""
    if not content.startswith(_OLE_SIGNATURE):
        return False
    wanted = f"{name}\0".encode("utf-16-le")
    place = content.find(wanted)
    while place >= 0 and place % _OLE_ENTRY_BYTES:
        place = content.find(wanted, place + 1)
    return place >= 0


class _RootReached(Exception):
    """The root element has begun; a document type can no longer follow."""


def _check_member(package: Package, name: str) -> None:
    """Read a part to its end, so that damage shows, and refuse a document type: the only way to declare entities."""
    parser = expat.ParserCreate() if name.casefold().endswith((".xml", ".rels")) else None
    if parser is not None:
        parser.StartDoctypeDeclHandler = lambda *_: _refuse_doctype(package.path, name)
        parser.StartElementHandler = _reach_root
    for piece in package.archive.chunks(name):
        if parser is not None and _feed(parser, piece, False, package.path, name):
            parser = None
    if parser is not None:
        _feed(parser, b"", True, package.path, name)


def _feed(parser: expat.XMLParserType, piece: bytes, last: bool, path: Path, name: str) -> bool:
    """Parse a piece; True once the root element has begun."""
    try:
        parser.Parse(piece, last)
    except _RootReached:
        return True
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise WorkbookRefused(RefusalCode.XML_BROKEN, f"{path.name} is damaged: {name}: {error}.") from error
    return False


def _reach_root(*_: object) -> None:
    raise _RootReached


def _refuse_doctype(path: Path, name: str) -> None:
    raise WorkbookRefused(RefusalCode.XML_UNSAFE, f"{path.name} was not opened: {name} declares a document type.")


def template_version(path: Path) -> int:
    """Version of the template a workbook was made from.

    Raises:
        WorkbookRefused: the codes of ``read_check`` but those about the version.
    """
    if path.is_dir():
        raise WorkbookRefused(RefusalCode.FILE_MISSING, f"{path} is a folder, not a workbook.")
    _refuse_old_formats(path)
    with Package(path) as package:
        return _version_of(package)


def is_ours(path: Path) -> bool:
    """Whether a sound workbook was made from our template, of whatever version.

    Raises:
        WorkbookRefused: the file is no sound workbook.
    """
    try:
        template_version(path)
    except WorkbookRefused as refusal:
        if refusal.code == RefusalCode.NOT_OURS:
            return False
        raise
    return True


def _version_of(package: Package) -> int:
    name = package.path.name
    found = package.workbook_name(VERSION_NAME)
    match = _CONSTANT.fullmatch((found or "").strip())
    if match is None:
        lack = f"the name {VERSION_NAME} is missing" if found is None else f"{VERSION_NAME} is {found!r}, not a number"
        raise WorkbookRefused(
            RefusalCode.NOT_OURS, f"{name} is not a bvNexus workbook: {lack}. Start from a new template."
        )
    return int(match[1])


def _check_version(package: Package, template_version: int) -> None:
    name, version = package.path.name, _version_of(package)
    if version > template_version:
        message = (
            f"{name} has template version {version}, this program knows up to {template_version}: "
            "install the newer bvNexus XL."
        )
        raise WorkbookRefused(RefusalCode.NEWER_TEMPLATE, message)
    if version < template_version:
        message = (
            f"{name} has template version {version}; this program needs {template_version}. Move it to the new "
            f'template, the original is kept: bvnexus-xl migrate "{name}"'
        )
        raise WorkbookRefused(RefusalCode.OLDER_TEMPLATE, message)


def _refuse_open(final: Path) -> None:
    """Excel and LibreOffice each leave a mark beside a file they have open."""
    marks = {
        final.with_name(f"~${final.name}"): "Excel",
        final.with_name(f".~lock.{final.name}#"): "LibreOffice",
    }
    for mark, program in marks.items():
        if mark.exists():
            message = (
                f"{final.name} is open in {program}{_user_of(mark)}: close it there. If it is not open any more, "
                f"delete {mark}."
            )
            raise WorkbookRefused(RefusalCode.OPEN_ELSEWHERE, message)


def _user_of(mark: Path) -> str:
    """`` (by NAME)`` from the mark of Excel (length byte, name) or LibreOffice (first field), empty if unclear."""
    content = b""
    with contextlib.suppress(OSError):
        content = mark.read_bytes()[:512]
    if mark.name.startswith("~$"):
        user = content[1 : 1 + content[0]].decode("cp1252", "replace") if content else ""
    else:
        user = content.decode("utf-8", "replace").strip(", ;\n").split(",")[0]
    return f" (by {user.strip()})" if user.strip() and user.isprintable() else ""


def _refuse_read_only(final: Path) -> None:
    if not final.exists():
        return
    # Mode bits as well as the attempt: an administrator may write to a file its owner meant to protect.
    writable = bool(final.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    if not writable or not os.access(final, os.W_OK):
        message = f"{final} is read-only: clear that in its properties, or write to another file."
        raise WorkbookRefused(RefusalCode.READ_ONLY, message)
    try:
        # Excel on Windows denies others to write; opening for update changes nothing.
        with final.open("r+b"):
            pass
    except OSError as error:
        message = f"{final} is in use by another program: close it there ({error.strerror or error})."
        raise WorkbookRefused(RefusalCode.OPEN_ELSEWHERE, message) from error


def _refuse_read_only_folder(final: Path) -> None:
    folder = final.parent
    # Windows uses the read-only mark of a folder for something else, so there only the attempt counts.
    if os.name == "posix" and not folder.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise WorkbookRefused(
            RefusalCode.FOLDER_READ_ONLY, f"The folder {folder} is read-only: write to another folder."
        )
    probe = temporary_beside(final)
    try:
        with probe.open("xb"):
            pass
        probe.unlink(missing_ok=True)  # a run that has just taken the lock clears such files away
    except PermissionError as error:
        message = f"The folder {folder} cannot be written: write to another folder."
        raise WorkbookRefused(RefusalCode.FOLDER_READ_ONLY, message) from error
    except OSError as error:
        raise refusal_of(error, folder) from error
