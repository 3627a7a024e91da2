"""What is refused, with which code, and that a refusal names the file or the remedy."""

import os
import random
import re
import shutil

import pytest
import xlsxwriter
from zoo import MAIN, TYPES, WORKBOOK, content_types, plain_parts, save_parts

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.refuse import read_check, write_check

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def read_code(path, version=1) -> str:
    with pytest.raises(WorkbookRefused) as caught:
        read_check(path, version)
    return caught.value.code


def write_code(path) -> str:
    with pytest.raises(WorkbookRefused) as caught:
        write_check(path)
    return caught.value.code


def ole(*streams: str) -> bytes:
    """An OLE file as far as its directory: the entries of the given streams."""
    entries = b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


@pytest.fixture
def ours(tmp_path):
    return save_parts(tmp_path / "plan.xlsx", plain_parts())


def test_our_workbook_passes(ours):
    read_check(ours, 1)
    write_check(ours)


@pytest.mark.parametrize("name", ["plan.xlsm", "plan.xls", "plan.xlsb", "plan"])
def test_a_name_that_says_another_kind_than_the_content_is_refused(ours, name):
    assert read_code(ours.rename(ours.with_name(name))) == "WRONG_EXTENSION"


def test_no_file_and_a_folder(tmp_path):
    assert read_code(tmp_path / "none.xlsx") == "FILE_MISSING"
    assert read_code(tmp_path) == "FILE_MISSING"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ole("Workbook"), "XLS_FORMAT"),
        (ole("Book"), "XLS_FORMAT"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "XLS_FORMAT"),
        (ole("EncryptionInfo", "EncryptedPackage"), "ENCRYPTED"),
        (ole("WordDocument"), "NOT_A_ZIP"),
        (b"", "NOT_A_ZIP"),
        (b"<html><table>", "NOT_A_ZIP"),
        (b"PK\x03\x04 and then nothing", "ZIP_BROKEN"),
    ],
)
def test_files_that_are_no_zip(tmp_path, content, code):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    assert read_code(path) == code


BILLION = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "_rels/.rels", "customXml/item1.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_part_and_encoding(tmp_path, part, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!-- first -->{BILLION}<w>&b;</w>'
    path = save_parts(tmp_path / "plan.xlsx", plain_parts() | {part: xml.encode(encoding)})
    assert read_code(path) == "XML_UNSAFE"


def test_text_that_only_looks_like_a_document_type_passes(tmp_path):
    xml = "<mine><![CDATA[<!DOCTYPE html>]]></mine>"
    read_check(save_parts(tmp_path / "a.xlsx", plain_parts() | {"customXml/item1.xml": xml}), 1)


@pytest.mark.parametrize("xml", ["", "not xml", "<a", b"\xff\xfe\x00", '<?xml version="1.0" encoding="klingon"?><a/>'])
def test_a_part_that_does_not_begin_as_xml_is_refused(tmp_path, xml):
    assert read_code(save_parts(tmp_path / "a.xlsx", plain_parts() | {"customXml/item1.xml": xml})) == "XML_BROKEN"


def test_other_kinds_of_package(tmp_path):
    def typed(kind):
        return {"[Content_Types].xml": content_types(TYPES | {"xl/workbook.xml": kind})}

    word = typed("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")
    binary = typed("application/vnd.ms-excel.sheet.binary.macroEnabled.main")
    strict = {"xl/workbook.xml": WORKBOOK.replace(MAIN, STRICT)}
    for name, changed, code in [
        ("word", word, "NOT_A_WORKBOOK"),
        ("binary", binary, "XLSB_FORMAT"),
        ("strict", strict, "STRICT_OOXML"),
        ("chart", {"xl/workbook.xml": "<chart/>"}, "NOT_A_WORKBOOK"),
        ("signed", {"_xmlsignatures/sig1.xml": "<Signature/>"}, "SIGNED"),
    ]:
        assert read_code(save_parts(tmp_path / f"{name}.xlsx", plain_parts() | changed)) == code
    assert read_code(save_parts(tmp_path / "zip.xlsx", {"a.txt": "a"})) == "NOT_A_WORKBOOK"


@pytest.mark.parametrize(
    ("definition", "version", "code"),
    [
        ("", 1, "NOT_OURS"),
        ('<definedName name="bvn_template_version" localSheetId="0">1</definedName>', 1, "NOT_OURS"),
        ('<definedName name="bvn_template_version">Start!$A$1</definedName>', 1, "NOT_OURS"),
        ('<definedName name="bvn_template_version">3</definedName>', 2, "NEWER_TEMPLATE"),
        ('<definedName name="BVN_Template_Version">=1</definedName>', 2, "OLDER_TEMPLATE"),
    ],
)
def test_only_our_template_of_this_version_is_read(tmp_path, definition, version, code):
    own = '<definedName name="bvn_template_version">1</definedName>'
    xml = WORKBOOK.replace(own, f'<definedName name="other">1</definedName>{definition}')
    path = save_parts(tmp_path / "plan.xlsx", plain_parts() | {"xl/workbook.xml": xml})
    assert read_code(path, version) == code


def test_a_version_written_by_xlsxwriter_is_understood(tmp_path):
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("Start")
        made.define_name("bvn_template_version", "=7")
    read_check(path, 7)
    assert read_code(path, 6) == "NEWER_TEMPLATE"


def test_no_damage_to_the_bytes_ends_in_a_traceback(ours):
    whole = ours.read_bytes()
    dice = random.Random(20260101)
    refused = 0
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        ours.write_bytes(content[: dice.choice([len(content)] * 4 + [dice.randrange(len(content))])])
        try:
            read_check(ours, 1)
        except WorkbookRefused:
            refused += 1
    assert refused > 300


def test_a_new_file_may_be_written_and_a_missing_folder_not(tmp_path):
    write_check(tmp_path / "new.xlsx")
    assert write_code(tmp_path / "none" / "new.xlsx") == "FOLDER_MISSING"
    assert write_code(tmp_path) == "FOLDER_MISSING"
    assert list(tmp_path.iterdir()) == []


def test_a_book_open_in_excel_or_libreoffice_is_refused_by_name(ours):
    for mark, content, user in [
        ("~$plan.xlsx", b"\x03Ana" + b" " * 161, " (by Ana)"),
        (".~lock.plan.xlsx#", b",ben,pc,01.01.2026 10:00,file:///home/ben;", " (by ben)"),
        ("~$plan.xlsx", b"", ""),
    ]:
        beside = ours.with_name(mark)
        beside.write_bytes(content)
        with pytest.raises(WorkbookRefused, match=rf"plan\.xlsx is open in \w+{re.escape(user)}: .*delete") as caught:
            write_check(ours)
        assert caught.value.code == "OPEN_ELSEWHERE"
        beside.unlink()
    write_check(ours)


def test_a_read_only_file_is_refused_even_for_an_administrator(ours):
    ours.chmod(0o444)
    assert write_code(ours) == "READ_ONLY"
    ours.chmod(0o644)
    write_check(ours)


@pytest.mark.skipif(os.name != "posix", reason="Windows uses the read-only mark of a folder for something else")
def test_a_read_only_folder_is_refused_even_for_an_administrator(ours):
    ours.parent.chmod(0o555)
    try:
        assert write_code(ours) == "FOLDER_READ_ONLY"
    finally:
        ours.parent.chmod(0o755)


def test_a_file_that_another_program_holds_is_refused(ours, monkeypatch):
    opened = type(ours).open

    def held(self, mode="r", *args, **kwargs):
        if mode == "r+b":
            raise PermissionError(13, "The process cannot access the file")
        return opened(self, mode, *args, **kwargs)

    monkeypatch.setattr(type(ours), "open", held)
    assert write_code(ours) == "OPEN_ELSEWHERE"


def test_a_file_that_cannot_be_opened_is_refused(ours, monkeypatch):
    def failing(*_args, **_kwargs):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(type(ours), "open", failing)
    assert read_code(ours) == "FILE_UNREADABLE"


@pytest.mark.parametrize(
    ("error", "code"), [(PermissionError(13, "no"), "FOLDER_READ_ONLY"), (OSError(28, "full"), "DISK_FULL")]
)
def test_a_folder_in_which_no_file_can_be_made_is_refused(ours, monkeypatch, error, code):
    opened = type(ours).open

    def failing(self, mode="r", *args, **kwargs):
        if mode == "xb":
            raise error
        return opened(self, mode, *args, **kwargs)

    monkeypatch.setattr(type(ours), "open", failing)
    assert write_code(ours) == code


def test_a_disk_without_room_is_refused(ours, monkeypatch):
    usage = shutil.disk_usage(ours.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
    assert write_code(ours) == "DISK_FULL"


def test_a_link_is_judged_by_the_file_it_leads_to(ours, tmp_path):
    link = tmp_path / "link.xlsx"
    try:
        link.symlink_to(ours)
    except OSError:
        pytest.skip("links need a right that this account lacks")
    ours.with_name("~$plan.xlsx").write_bytes(b"")
    assert write_code(link) == "OPEN_ELSEWHERE"
