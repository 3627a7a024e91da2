"""Formulas that call our functions: found, and in a throw-away copy spelt so that every LibreOffice knows them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from bvnexus_xl.calc.names import stored_name
from bvnexus_xl.functions.table import BY_NAME
from bvnexus_xl.workbook.package import Package

_MARK = "BVN_"
_FORMULA_XML = re.compile(
    rb"(?P<open><(?:\w+:)?(?:f|definedName)(?:\s[^<>]*)?(?<!/)>)(?P<text>[^<]*)(?=</(?:\w+:)?(?:f|definedName)>)"
)
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_ONE_CELL = re.compile(r"(?:.*!)?(\$?[A-Z]{1,3}\$?\d{1,7})", re.IGNORECASE)


def calls_functions(formula: str) -> bool:
    """Whether a formula, with its ``=``, calls one of our functions."""
    return _MARK in formula.upper() and any(_function(token) for token in _tokens(formula))


def spelt_for_calc(formula: str) -> str:
    """The formula, with its ``=``, as every LibreOffice understands it.

    Our functions get the names that even LibreOffice 7.4 knows in an Excel file. A single cell as an argument of ours
    becomes a range of one cell: LibreOffice takes an empty cell for 0, but hands over an empty range as empty, and an
    empty argument is one left out.
    """
    if _MARK not in formula.upper():
        return formula
    tokens = _tokens(formula)
    if not tokens:
        return formula
    out = ["="]
    ours: list[bool] = []
    for place, token in enumerate(tokens):
        name = _function(token)
        if name:
            out.append(f"{stored_name(name)}(")
        elif ours and ours[-1] and _is_whole_argument(tokens, place) and (cell := _ONE_CELL.fullmatch(token.value)):
            out.append(f"{token.value}:{cell[1]}")
        else:
            out.append(token.value)
        if token.subtype == Token.OPEN:
            ours.append(bool(name))
        elif token.subtype == Token.CLOSE:
            ours.pop()
    return "".join(out)


def respell_copy(copy: Path) -> bool:
    """Spell our functions in all formulas and defined names of a temporary copy for LibreOffice.

    Returns:
        False where the workbook has none of our functions: the copy is as it was.

    Raises:
        WorkbookRefused: the copy is no readable workbook.
    """
    changes: dict[str, bytes | None] = {}
    respelt = copy.with_name(f"{copy.stem}_respelt{copy.suffix}")
    with Package(copy) as package:
        parts = [package.workbook_part, *(link.part for link in package.sheets.values() if link.kind == "worksheet")]
        for part in parts:
            old = package.archive.read(part)
            new = _FORMULA_XML.sub(_respelt_xml, old) if _MARK.encode() in old.upper() else old
            if new != old:
                changes[part] = new
        if not changes:
            return False
        with respelt.open("wb") as stream:
            package.archive.rewrite(stream, changes)
    shutil.move(respelt, copy)
    return True


def _tokens(formula: str) -> list[Token]:
    """Pieces of a formula; none of one that cannot be read, which is left to LibreOffice as it stands."""
    try:
        return list(Tokenizer(formula).items)
    except TokenizerError:
        return []


def _function(token: Token) -> str:
    """Our function that a token opens; empty for none. Excel may name the workbook that holds it: ``[1]!BVN_CRF(``."""
    if token.type != Token.FUNC or token.subtype != Token.OPEN:
        return ""
    name = str(token.value).rstrip("(").rpartition("!")[2].upper()
    return name if name in BY_NAME else ""


def _is_whole_argument(tokens: list[Token], place: int) -> bool:
    """Whether an operand stands alone between brackets or commas."""
    if tokens[place].type != Token.OPERAND:
        return False
    before = next(token for token in reversed(tokens[:place]) if token.type != Token.WSPACE)
    after = next((token for token in tokens[place + 1 :] if token.type != Token.WSPACE), None)
    ends = after is not None and (after.type == Token.SEP or after.subtype == Token.CLOSE)
    return ends and (before.type == Token.SEP or before.subtype == Token.OPEN)


def _respelt_xml(match: re.Match[bytes]) -> bytes:
    formula = unescape(match["text"].decode("utf-8"), _QUOTES)
    respelt = spelt_for_calc(f"={formula}")[1:]
    # a formula without our functions keeps its bytes
    text = match["text"] if respelt == formula else escape(respelt).encode("utf-8")
    return match["open"] + text
