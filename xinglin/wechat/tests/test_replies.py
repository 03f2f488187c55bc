"""Replies: the recorded shapes, any text there and back, and the platform's limits kept politely."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.wechat.messages.tree import read_xml
from xinglin.wechat.replies import (
    TEXT_BYTES,
    Article,
    Empty,
    Envelope,
    Image,
    MiniProgramCard,
    Music,
    News,
    PageLink,
    Reply,
    Text,
    TransferCustomerService,
    Video,
    Voice,
    as_messages,
    build,
    cut_politely,
    fit,
    from_plain,
    parse_reply,
    split_text,
    to_plain,
)

words = st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode().replace("\0", ""))
plain_words = words.map(
    lambda text: "".join(letter for letter in text if ord(letter) >= 32 and letter not in "\ufffe\uffff")
)
replies: st.SearchStrategy[Reply] = st.one_of(
    st.builds(Text, plain_words),
    st.builds(Image, plain_words),
    st.builds(Voice, plain_words),
    st.builds(Video, plain_words, plain_words, plain_words),
    st.builds(Music, plain_words, plain_words, plain_words, plain_words, plain_words),
    st.lists(
        st.builds(Article, plain_words, plain_words, plain_words, plain_words), min_size=1, max_size=1
    ).map(News),
    st.builds(TransferCustomerService, plain_words),
)


@pytest.mark.corpus
def test_every_recorded_answer_is_read_and_built_in_the_same_shape(shared: Path) -> None:
    for file in sorted((shared / "data/wechat/reply").glob("*.xml")):
        recorded = parse_reply(file.read_bytes())
        built = build(recorded, answering_event=True).encode()
        assert parse_reply(built).to_user == recorded.to_user
        ours, theirs = read_xml(built), read_xml(file.read_bytes())
        is_old = "MediaId" in theirs  # once the media id stood beside MsgType
        for name in ours if not is_old else ():
            assert _shape(ours[name]) == _shape(theirs[name]), f"{file.name}: {name}"


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items() if inner not in ("", None)}
    return [_shape(inner) for inner in value] if isinstance(value, list) else value


def test_a_text_is_built_byte_for_byte() -> None:
    assert build(Envelope("to", "from", 1122, Text("content"))) == (
        "<xml><ToUserName><![CDATA[to]]></ToUserName><FromUserName><![CDATA[from]]></FromUserName>"
        "<CreateTime>1122</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[content]]></Content></xml>"
    )


@given(replies, plain_words)
def test_any_reply_comes_back_from_its_xml_and_from_its_column(reply: Reply, openid: str) -> None:
    envelope = Envelope(openid, "gh_1", 5, reply)
    assert parse_reply(build(envelope).encode()) == envelope
    assert from_plain(to_plain(reply)) == reply


@pytest.mark.parametrize("text", ["]]>", "a]]>b]]>", "]]]]>>", "\x00\x1b\ud800", "<a>&amp;", "\ufffe"])
def test_nothing_in_a_text_breaks_out_of_it(text: str) -> None:
    reply = parse_reply(build(Envelope("o", "g", 1, Text(text))).encode()).reply
    assert isinstance(reply, Text)
    assert reply.content == text.replace("\x00", "").replace("\x1b", "").replace("\ud800", "\ufffd").replace(
        "\ufffe", ""
    )


@given(st.text(alphabet="字a，。 \n<>/", max_size=3000), st.integers(60, 400))
def test_a_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    cut = cut_politely(text, limit)
    assert len(cut.encode()) <= limit
    assert text.startswith(cut.removesuffix("……")) or text.startswith(cut.removesuffix("……").rstrip())


@given(st.text(alphabet="字a，。b", max_size=3000), st.integers(60, 400))
def test_a_split_text_says_everything(text: str, limit: int) -> None:
    parts = list(split_text(text, limit))
    assert "".join(parts) == text and all(len(part.encode()) <= limit for part in parts)


def test_a_link_is_kept_whole_or_left_out() -> None:
    text = "字" * 20 + '<a href="https://library.example/m/record/3/">心电图学</a>' + "字" * 20
    for limit in range(20, len(text.encode())):
        cut = cut_politely(text, limit)
        assert cut.count("<a ") == cut.count("</a>")


def test_answering_a_message_takes_one_card_and_the_rest_becomes_a_text_with_links() -> None:
    cards = News(
        [Article(f"书 {number}", "说明", "", f"https://l.example/{number}?a=1&b=2") for number in range(3)]
    )
    folded = fit(cards)
    assert isinstance(folded, Text)
    assert folded.content.count("<a href=") == 3 and "a=1&amp;b=2" in folded.content
    assert fit(cards, answering_event=True) == cards


def test_a_mini_program_card_is_a_link_when_it_cannot_be_a_card() -> None:
    card = MiniProgramCard("查书", "wx1", "pages/search", url="https://l.example/")
    passive = fit(card)
    assert isinstance(passive, Text) and 'data-miniprogram-appid="wx1"' in passive.content
    assert as_messages(card, "o")[0]["msgtype"] == "text"
    assert as_messages(MiniProgramCard("查书", "wx1", "p", "thumb"), "o")[0]["msgtype"] == "miniprogrampage"


def test_a_long_text_is_several_customer_service_messages() -> None:
    parts = as_messages(Text("字" * 2000), "o1")
    assert len(parts) == 3 and all(part["touser"] == "o1" for part in parts)
    assert as_messages(Empty(), "o1") == as_messages(TransferCustomerService(), "o1") == []


def test_nothing_to_say_is_an_empty_body() -> None:
    assert build(Envelope("o", "g", 1, Empty())) == ""
    assert parse_reply(b"success").reply == parse_reply(b"").reply == Empty()
    assert len(build(Envelope("o", "g", 1, Text("字" * 9000))).encode()) < TEXT_BYTES + 400
    assert fit(PageLink("我的借阅", "/m/loans/")) == Text("我的借阅")
