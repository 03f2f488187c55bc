"""Blocks from hostile JSON and hostile HTML, and how they come out."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.newsroom.blocks import (
    Content,
    Items,
    Link,
    Picture,
    Quote,
    Text,
    as_h5,
    as_plain,
    from_plain,
    read_content,
)
from xinglin.newsroom.blocks.wording import TAGS, clean, is_only_lines, to_plain
from xinglin.newsroom.errors import ContentUnfit

HOSTILE = [
    "<script>alert(1)</script>正文",
    '<p onclick="alert(1)">正文</p>',
    "<img src=x onerror=alert(1)>正文",
    '<a href="javascript:alert(1)">正文</a>',
    '<a href="java\nscript:alert(1)">正文</a>',
    '<a href="data:text/html,<script>alert(1)</script>">正文</a>',
    "<svg><script>alert(1)</script></svg>正文",
    '<iframe src="https://e.example"></iframe>正文',
    "<style>body{display:none}</style>正文",
    '<p style="position:fixed">正文</p>',
    '<form action="/x"><input name=a></form>正文',
    '正文<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<!--<script>alert(1)</script>-->正文",
    "<p><p><p>正文",
    "正\x00文\u202e",
]


@pytest.mark.parametrize("written", HOSTILE)
def test_nothing_that_runs_or_hides_comes_through(written: str) -> None:
    shown = clean(written)
    assert {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z]+)", shown)} <= TAGS
    assert not re.search(r"on\w+\s*=|javascript:|data:|style=|\x00|\u202e", shown, re.IGNORECASE)
    assert "正文" in to_plain(shown) or "正文" in html.unescape(shown)


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(written: str) -> None:
    assert clean(clean(written)) == clean(written)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), max_size=8))
def test_typed_lines_come_back_as_they_were_typed(lines: list[str]) -> None:
    made = from_plain("\n".join(lines))
    assert clean(made) == made
    assert to_plain(made) == "\n".join(lines)
    assert is_only_lines(made)


def test_emphasis_formulas_and_links_stay() -> None:
    written = '<p>CO<sub>2</sub> 与 <strong>重点</strong>，见<a href="https://a.example/">说明</a></p>'
    assert "CO<sub>2</sub>" in clean(written) and '<a href="https://a.example/"' in clean(written)
    assert not is_only_lines(clean(written))


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (None, "文章的格式"),
        ([], "文章的格式"),
        ({"title": 3}, "title"),
        ({"title": "题" * 101}, "101 字"),
        ({"title": "题", "blocks": {}}, "blocks"),
        ({"title": "题", "blocks": [{}] * 301}, "300"),
        ({"title": "题", "blocks": ["x"]}, "第 1 块"),
        ({"title": "题", "blocks": [{"kind": "script"}]}, "script"),
        ({"title": "题", "blocks": [{"kind": "heading", "text": "x", "level": 9}]}, "level"),
        ({"title": "题", "blocks": [{"kind": "heading", "text": "x", "level": True}]}, "level"),
        ({"title": "题", "blocks": [{"kind": "heading", "text": "x", "level": [2]}]}, "level"),
        ({"title": "题", "blocks": [{"kind": "text", "html": "x", "onclick": "y"}]}, "onclick"),
        ({"title": "题", "blocks": [{"kind": "text", "html": "x" * 20_001}]}, "20001 字"),
        ({"title": "题", "blocks": [{"kind": "list", "items": ["a", 1]}]}, "items"),
        ({"title": "题", "blocks": [{"kind": "list", "items": ["a"], "ordered": "yes"}]}, "ordered"),
        ({"title": "题", "blocks": [{"kind": "picture", "file": "../../etc/passwd"}]}, "passwd"),
        ({"title": "题", "blocks": [{"kind": "picture", "file": "https://e.example/a.png"}]}, "图片"),
        ({"title": "题", "blocks": [{"kind": "attachment", "file": "a.exe"}]}, "附件"),
        ({"title": "题", "blocks": [{"kind": "link", "address": "javascript:alert(1)"}]}, "https://"),
        ({"title": "题", "blocks": [{"kind": "link", "address": "//e.example"}]}, "https://"),
        ({"title": "题", "cover": "x.svg"}, "封面"),
        ({"title": "题", "author": "谁"}, "author"),
    ],
)
def test_json_that_is_not_what_the_schema_says_is_refused_in_words(raw: object, what: str) -> None:
    with pytest.raises(ContentUnfit) as refusal:
        read_content(raw)
    assert what in str(refusal.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON | st.fixed_dictionaries({"title": _JSON, "blocks": st.lists(_JSON, max_size=3)}))
def test_whatever_json_comes_is_read_or_refused(raw: object) -> None:
    try:
        content = read_content(raw)
    except ContentUnfit as refusal:
        assert str(refusal)
    else:
        assert read_content(content.as_json()) == content


def test_every_block_is_escaped_on_the_way_out() -> None:
    evil = '"><script>alert(1)</script>'
    shown = as_h5(
        (
            Text(f"<p>{evil}</p>"),
            Quote(evil, evil),
            Items((evil,)),
            Picture("a" * 64 + ".png", alt=evil, caption=evil, source=evil),
            Link(evil, "https://e.example/?q=" + evil, note=evil),
        )
    )
    assert "<script" not in shown


def test_an_article_as_plain_text_loses_no_words() -> None:
    content = Content(
        title="题",
        blocks=(
            Text("<p>甲<b>乙</b></p><p>丙 &lt; 丁</p>"),
            Items(("一", "二"), ordered=True),
            Quote("引文", "某书"),
            Link("报名", "https://a.example/"),
        ),
    )
    said = as_plain(content.blocks)
    assert said == "甲乙\n丙 < 丁\n\n1. 一\n2. 二\n\n“引文”——某书\n\n报名 https://a.example/"
