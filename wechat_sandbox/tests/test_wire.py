"""What is written in XML or JSON is read back as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wechat_sandbox.wire import MalformedXml, XmlFields, child_text, parse_xml, to_json, to_xml

XML_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))


@given(text=XML_TEXT, number=st.integers(0, 2**63))
def test_any_text_survives_the_xml(text: str, number: int) -> None:
    root = parse_xml(to_xml({"Content": text, "MsgId": number, "Info": {"Key": text}}).encode())
    assert (root.findtext("Content"), child_text(root, "MsgId")) == (text, str(number))
    assert root.findtext("Info/Key") == text


@given(st.text())
def test_no_text_can_break_out_of_its_element(text: str) -> None:
    try:
        body = to_xml({"Content": text, "After": "1"}).encode()
    except UnicodeEncodeError:
        return
    root = parse_xml(body)
    assert [child.tag for child in root] == ["Content", "After"]


def test_lists_repeat_in_xml_and_shrink_in_json() -> None:
    one: XmlFields = {"List": [{"A": "1"}]}
    two: XmlFields = {"List": [{"A": "1"}, {"A": "2"}]}
    assert to_xml(two).count("<List>") == 2
    assert json.loads(to_json(one)) == {"List": {"A": "1"}}
    assert json.loads(to_json(two)) == {"List": [{"A": "1"}, {"A": "2"}]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml>",
        b"<html/>",
        b"\xff",
        b"<xml>" + b"<a>" * 100_000,
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><xml>&b;</xml>',
        b"<xml>" + b" " * 1_000_001 + b"</xml>",
    ],
)
def test_what_is_not_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedXml):
        parse_xml(body)
