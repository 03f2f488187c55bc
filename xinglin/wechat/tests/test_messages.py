"""Pushes: every recording read, every kind typed, nothing dropped, no trick taken."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xinglin.wechat.console.inbox import EVENT_NAMES
from xinglin.wechat.errors import BadMessage
from xinglin.wechat.messages import dedup_key, from_fields, parse
from xinglin.wechat.messages import events as e
from xinglin.wechat.messages import kinds as k
from xinglin.wechat.replies.xml import cdata

HEAD = "<ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1700000000</CreateTime>"


def an_xml(inner: str) -> bytes:
    return f"<xml>{HEAD}{inner}</xml>".encode()


def recordings(shared: Path) -> list[Path]:
    return sorted((shared / "data/wechat/callback").iterdir())


@pytest.mark.corpus
def test_every_recording_is_read_and_every_leaf_of_it_kept(shared: Path) -> None:
    for file in recordings(shared):
        message = parse(file.read_bytes())
        if file.suffix == ".json":
            assert message.fields == json.loads(file.read_bytes())
            continue
        texts = {(leaf.text or "") for leaf in etree.fromstring(file.read_bytes()).iter() if not len(leaf)}
        kept = json.dumps(message.fields, ensure_ascii=False)
        assert all(json.dumps(text, ensure_ascii=False)[1:-1] in kept for text in texts), file.name


def test_every_event_of_the_sheet_has_a_name_that_a_librarian_reads() -> None:
    assert set(EVENT_NAMES) == set(e.EVENTS)


@pytest.mark.corpus
def test_only_what_nobody_documents_stays_unknown(shared: Path) -> None:
    unknown = {
        file.name.rsplit("_", 1)[0]
        for file in recordings(shared)
        if isinstance(parse(file.read_bytes()), k.UnknownMessage | e.UnknownEvent)
    }
    assert all("unknown" in name or "card" in name or "poi" in name for name in unknown)


@pytest.mark.corpus
def test_what_was_stored_reads_as_the_same_message(shared: Path) -> None:
    for file in recordings(shared):
        message = parse(file.read_bytes())
        assert from_fields(json.loads(json.dumps(message.fields))) == message


def test_fields_mean_what_the_sheet_says() -> None:
    text = parse(an_xml("<MsgType>TEXT</MsgType><Content> 搜 心电图 </Content><MsgId>6</MsgId><Idx>2</Idx>"))
    assert isinstance(text, k.TextMessage)
    assert (text.content, text.message_id, text.article_index) == (" 搜 心电图 ", "6", 2)
    location = parse(
        an_xml("<MsgType>location</MsgType><Location_X>23.1</Location_X><Location_Y>x</Location_Y>")
    )
    assert isinstance(location, k.LocationMessage)
    assert (location.latitude, location.longitude) == (23.1, None)
    follow = parse(
        an_xml("<MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_shelf-7</EventKey>")
    )
    assert isinstance(follow, e.Subscribe) and follow.scene == "shelf-7"
    paid = parse(
        an_xml("<MsgType>event</MsgType><Event>subscribe</Event><EventKey>last_trade_no_9</EventKey>")
    )
    assert isinstance(paid, e.Subscribe) and paid.scene == ""
    many = parse(
        an_xml(
            "<MsgType>event</MsgType><Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent>"
            "<List><TemplateId>a</TemplateId></List><List><TemplateId>b</TemplateId></List></SubscribeMsgPopupEvent>"
        )
    )
    assert isinstance(many, e.SubscriptionPopup)
    assert [choice.template_id for choice in many.choices] == ["a", "b"]


def test_every_class_is_read_by_a_table_and_has_defaults_for_all_fields() -> None:
    for kind in {*k.MESSAGES.values(), *e.EVENTS.values()}:
        assert dataclasses.is_dataclass(kind) and kind() is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<xml>",
        b"<!DOCTYPE xml SYSTEM 'file:///etc/passwd'><xml/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml>' + HEAD.encode() + b"<MsgType>&a;</MsgType></xml>",
        an_xml("<MsgType>&undeclared;</MsgType>"),
        b"<xml>" + b"<a>" * 300 + b"</a>" * 300 + b"</xml>",
        an_xml("").replace(b"1700000000", b"soon"),
        an_xml("").replace(b"1700000000", b"9" * 400),
        an_xml("<MsgType>" + "x" * 500 + "</MsgType>"),
        b"{",
        b"[" * 100_000,
        b'{"a": ' * 100_000,
        b'{"MsgType": {}}',
        b"\xff\xff",
    ],
)
def test_what_is_no_push_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(BadMessage) as refused:
        parse(body)
    assert str(refused.value)


@given(st.text())
def test_any_text_survives_a_push(text: str) -> None:
    content = "".join(
        letter for letter in text if letter in "\t\n" or (ord(letter) >= 32 and letter not in "\ufffe\uffff")
    )
    content = content.encode("utf-8", "replace").decode()
    message = parse(an_xml(f"<MsgType>text</MsgType><Content>{cdata(content)}</Content>"))
    assert isinstance(message, k.TextMessage)
    assert message.content == content


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda c: st.lists(c) | st.dictionaries(st.text(), c),
    )
)
def test_no_json_makes_more_than_a_refusal(value: object) -> None:
    body = json.dumps(
        {"MsgType": "text", "FromUserName": "o", "ToUserName": "g", "CreateTime": 1, "x": value}
    )
    try:
        json.dumps(parse(body.encode()).fields).encode()
    except BadMessage as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"<![CDATA[\xed\xa0\xbd\xed\xb3\x9a]]>", "📚"),
        (b"&#55357;&#56538;", "📚"),
        (b"&#xD83D;&#xDCDA; &#x41;", "📚 A"),
        (b"a&#xD83D;b", "a\ufffdb"),
        (b"a&#0;b&#1;c", "abc"),
        (b"<![CDATA[\xe5\xbf\x83\xe7\x94]]>", "心\ufffd"),
        (b"&lt;&amp;<![CDATA[<b>]]>x<![CDATA[]]]]><![CDATA[>]]>", "<&<b>x]]>"),
        (b"<!-- no --><![CDATA[]]>", ""),
    ],
)
def test_a_message_is_worth_more_than_one_character(written: bytes, read: str) -> None:
    inner = b"<MsgType>text</MsgType><Content>" + written + b"</Content></xml>"
    message = parse(an_xml("").replace(b"</xml>", inner))
    assert isinstance(message, k.TextMessage)
    assert message.content == read


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\n ", b'\xef\xbb\xbf<?xml version="1.0"?>', b"\r\n<?xml version='1.0'?>"]
)
def test_a_mark_or_blanks_before_a_push_do_not_matter(before: bytes) -> None:
    assert parse(before + an_xml("<MsgType>text</MsgType>")).kind == "text"
    if b"?" not in before:
        assert parse(before + b'{"MsgType": "text"}').kind == "text"


def test_a_declared_charset_is_heeded() -> None:
    body = an_xml("<MsgType>text</MsgType><Content>心电图</Content>").decode()
    message = parse(f'<?xml version="1.0" encoding="GBK"?>{body}'.encode("gbk"))
    assert isinstance(message, k.TextMessage) and message.content == "心电图"


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_bytes_make_more_than_a_refusal(before: bytes, inside: bytes) -> None:
    for body in (
        before + inside,
        an_xml("<MsgType>text</MsgType><Content>X</Content>").replace(b"X", inside),
    ):
        try:
            json.dumps(parse(body).fields).encode()
        except BadMessage as refusal:
            assert str(refusal)


def test_a_retry_has_the_same_key_and_nothing_else_does() -> None:
    a, b = (
        "<MsgType>event</MsgType><Event>VIEW</Event><EventKey>a</EventKey>",
        "<MsgType>text</MsgType><MsgId>1</MsgId>",
    )
    first, again = parse(an_xml(a)), parse(an_xml(a).replace(b"<xml>", b"<xml>  "))
    assert dedup_key("wx1", first) == dedup_key("wx1", again)
    others = {
        dedup_key("wx2", first),
        dedup_key("wx1", parse(an_xml(a.replace(">a<", ">b<")))),
        dedup_key("wx1", parse(an_xml(a).replace(b"o1", b"o2"))),
        dedup_key("wx1", parse(an_xml(a).replace(b"1700000000", b"1700000001"))),
        dedup_key("wx1", parse(an_xml(b))),
        dedup_key("wx1", parse(an_xml(b).replace(b"1700000000", b"1700000001"))),
    }
    assert len(others) == 6 and dedup_key("wx1", first) not in others


def test_two_jobs_that_end_in_one_second_are_two() -> None:
    done = "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>{}</MsgID><Status>success</Status>"
    keys = {dedup_key("wx1", parse(an_xml(done.format(number)))) for number in (1, 2)}
    assert len(keys) == 2
