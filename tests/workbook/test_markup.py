"""Elements are found in bytes, and bytes around them stay."""

import pytest

from bvnexus_xl.errors import WorkbookRefused
from bvnexus_xl.workbook.markup import attributes, check_xml, elements, first, root_prefix, splice, with_attributes


def test_elements_are_found_with_their_places():
    xml = b"<a><!-- <b/> --><b x=\"1>2\"/><![CDATA[<b>]]><bb/><b\n y='3' >text</b ></a>"
    found = list(elements(xml, (b"b",)))
    assert [xml[b.start : b.end] for b in found] == [b'<b x="1>2"/>', b"<b\n y='3' >text</b >"]
    assert [xml[b.open_end : b.close_start] for b in found] == [b"", b"text"]
    assert first(xml, b"c") is None


def test_attributes_are_read_and_changed():
    raw = b""" r="1" t='a "b"' n="x&amp;y&lt;" """
    assert attributes(raw) == {"r": "1", "t": 'a "b"', "n": "x&y<"}
    assert with_attributes(raw, {"t": None, "n": '"<&', "z": "0"}) == b' r="1" n="&quot;&lt;&amp;" z="0"'


@pytest.mark.parametrize(
    ("xml", "prefix"),
    [(b"<a/>", b""), (b"\xef\xbb\xbf<?xml version='1.0'?><!-- <b:c> -->\n<x:a>", b"x:"), (b"no element", b"")],
)
def test_the_prefix_of_the_root_is_found(xml, prefix):
    assert root_prefix(xml) == prefix


def test_edits_may_come_in_any_order_but_not_overlap():
    edits = [(4, 5, b"E"), (1, 1, b"x"), (1, 3, b"BC"), (1, 1, b"y")]
    assert splice(b"abcdef", edits) == b"axyBCdEf"
    with pytest.raises(ValueError, match="overlap at byte 2"):
        splice(b"abcdef", [(1, 3, b""), (2, 4, b"")])


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "XML_UNSAFE"),
        (b"<a>", "XML_BROKEN"),
        (b"", "XML_BROKEN"),
        (b"<a>\xff</a>", "XML_BROKEN"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><a/>", "XML_BROKEN"),
        ("<a/>".encode("utf-16-le"), "XML_BROKEN"),
    ],
)
def test_only_sound_utf8_without_a_document_type_is_edited(xml, code):
    with pytest.raises(WorkbookRefused, match=r"xl/part\.xml") as caught:
        check_xml(xml, "xl/part.xml")
    assert caught.value.code == code


@pytest.mark.parametrize("xml", [b"<a/>", b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a>\xc3\xa9</a>"])
def test_sound_parts_pass(xml):
    check_xml(xml, "part")
