"""Pictures of a workbook's sheets through LibreOffice, as they would print.

The whole workbook becomes one PDF; its bookmarks, one for each printed sheet, say which pages belong to which sheet.
(Printing one sheet at a time from copies with the others hidden took seven times as long.)
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from bvnexus_xl.errors import OfficeUnavailable
from bvnexus_xl.workbook.office import DEFAULT_SECONDS, convert, find_poppler, run_program
from bvnexus_xl.workbook.package import Package

MOST_PAGES_PER_SHEET = 20
"""A sheet without a print area can be hundreds of pages long; beyond the first few they show nothing new."""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet's pages in the PDF, one-based, both included."""

    name: str
    first_page: int
    last_page: int


def render(path: Path, folder: Path, dpi: int = 110, seconds: float = DEFAULT_SECONDS) -> list[Path]:
    """Draw every visible sheet that has anything to print as PNG files in ``folder``.

    Formulas show the values stored in the file. Print areas, page set-up and hidden sheets are respected. Files are
    named ``NN_SheetName.png`` in tab order, ``NN_SheetName_pK.png`` where a sheet has several pages, of which the
    first ``MOST_PAGES_PER_SHEET`` are drawn; files of those names are replaced.

    Args:
        path: the workbook; only read.
        folder: made when missing.
        dpi: dots per inch.
        seconds: time limit of each program that is run.

    Returns:
        The files, in the order of the sheets and pages.

    Raises:
        OfficeUnavailable: LibreOffice or poppler-utils is missing or did not finish in time.
        WorkbookRefused: the file is not a readable workbook.
    """
    pdftoppm, pdftohtml = find_poppler("pdftoppm"), find_poppler("pdftohtml")
    with Package(path):
        pass  # refuses a file that is no workbook, which LibreOffice would import as text
    folder.mkdir(parents=True, exist_ok=True)
    pictures: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="bvnexus_render_", ignore_cleanup_errors=True) as temporary:
        work = Path(temporary)
        copy = work / path.name  # printed footers show the file name
        shutil.copyfile(path, copy)
        pdf = convert(copy, "pdf", work / "pdf", recalculate=False, seconds=seconds)
        for number, sheet in enumerate(_printed_sheets(pdftohtml, pdf, seconds), start=1):
            pages = work / f"{number}"
            pages.mkdir()
            last = min(sheet.last_page, sheet.first_page + MOST_PAGES_PER_SHEET - 1)
            span = ["-f", str(sheet.first_page), "-l", str(last)]
            run_program([str(pdftoppm), "-png", "-r", str(dpi), *span, str(pdf), str(pages / "page")], seconds)
            pictures += _keep(sorted(pages.iterdir()), folder, f"{number:02d}_{_file_name(sheet.name)}")
    return pictures


def _printed_sheets(pdftohtml: Path, pdf: Path, seconds: float) -> Iterator[PrintedSheet]:
    """Sheets by the PDF's bookmarks, in order."""
    listing = pdf.with_suffix(".xml")
    run_program([str(pdftohtml), "-xml", "-i", "-q", str(pdf), str(listing)], seconds)
    tree = etree.parse(listing, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    bookmarks = [(item.text or "", int(item.get("page"))) for item in tree.iterfind("./outline/item")]
    if not bookmarks:
        message = "LibreOffice's PDF has no bookmark for any sheet, so its pages cannot be told apart"
        raise OfficeUnavailable(message)
    ends = [page - 1 for _, page in bookmarks[1:]] + [len(tree.findall("./page"))]
    for (name, first), last in zip(bookmarks, ends, strict=True):
        yield PrintedSheet(name, first, last)


def _keep(pages: list[Path], folder: Path, name: str) -> list[Path]:
    kept = []
    for number, page in enumerate(pages, start=1):
        target = folder / (f"{name}.png" if len(pages) == 1 else f"{name}_p{number}.png")
        kept.append(Path(shutil.move(page, target)))
    return kept


def _file_name(sheet: str) -> str:
    """Sheet name without what some file system forbids in a name."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", sheet).strip(" .") or "_"
