"""What goes to WeChat, held to the platform's rules on fifty varied articles."""

import random

import pytest
from playwright.sync_api import Page

from xinglin.commons.testing import look as keep_a_picture
from xinglin.newsroom.blocks import (
    About,
    Animation,
    Attachment,
    Audio,
    Block,
    Cartoon,
    Content,
    Heading,
    Items,
    Link,
    Live,
    Picture,
    Poll,
    Quiz,
    Quote,
    Text,
    Tool,
    Video,
    clean,
)
from xinglin.newsroom.publishing.checker import Piece, problems_of
from xinglin.newsroom.publishing.looks import HEADINGS, Look, style_sheet
from xinglin.newsroom.publishing.wechat_html import as_wechat

PNG, GIF, MP3, MP4, PDF = (
    f"{letter * 64}.{ending}"
    for letter, ending in zip("abcde", ("png", "gif", "mp3", "mp4", "pdf"), strict=True)
)
SENTENCES = (
    "高血压患者每天早晚各量一次血压，量前静坐五分钟。", "流感疫苗每年都要打，最好在十月底以前。",
    "发热超过三天不退，请到发热门诊。", "糖尿病足要每天看一看，洗脚水不超过三十七度。",
    "别把抗生素当消炎药吃：病毒感染吃了没有用。",
)  # fmt: skip
NASTY = (
    '<p onclick="x()">红<script>alert(1)</script><span style="position:fixed">字</span> '
    '见<a href="https://a.example/b?c=1&d=2">指南</a>和<a href="https://mp.weixin.qq.com/s/abc">旧文</a></p>'
)


def on_the_platform(file: str) -> str:
    return f"https://mmbiz.qpic.cn/{file[:12]}/0"


def a_text(chance: random.Random) -> Text:
    paragraphs = (
        f"<p>{chance.choice(SENTENCES)}<strong>{chance.choice(SENTENCES)}</strong>CO<sub>2</sub></p>"
        for _each in range(chance.randint(1, 6))
    )
    return Text(clean("".join(paragraphs) + (NASTY if chance.random() < 0.4 else "")))


def a_varied_article(seed: int) -> Content:
    chance = random.Random(seed)
    kinds: list[Block] = [
        Heading(chance.choice(SENTENCES)[:20], chance.choice((2, 3))),
        Picture(PNG, "一张图 <b>", "图注", "来源 & 出处", "own"),
        Cartoon((PNG, GIF), "漫画", "题"),
        Animation(GIF, "动图"), Animation(MP4, "动画片"),
        Audio(MP3, "访谈", "文字稿" * chance.randint(1, 300)), Video(MP4, "短片", "文字稿"),
        Items(tuple(SENTENCES[:3]), chance.random() < 0.5),
        Quote("原话\n第二行", "某指南"),
        Link("挂号", "https://hospital.example/book?dept=1&x=2", "现场也行"), Link("座位", "/m/seats/"),
        Attachment(PDF, "时间表"), Live("义诊直播", "https://live.example/1", "12 月 1 日 15:00", "免费"),
        Poll("0a0a0a0a", "您打疫苗了吗", ("打了", "没打")), Quiz("0b0b0b0b", "几度算发热", ("36", "38"), "B", "定义"),
        Tool("bmi", "算一算"),
    ]  # fmt: skip
    chosen = [a_text(chance) for _each in range(chance.randint(1, 8))] + chance.sample(
        kinds, chance.randint(1, len(kinds))
    )
    chance.shuffle(chosen)
    return Content(
        title=chance.choice(SENTENCES)[:30],
        digest=chance.choice(SENTENCES),
        cover=PNG,
        blocks=tuple(chosen),
        about=About("王立", "主任医师", ("中国高血压防治指南",), "assisted", "system", "original"),
    )


def a_varied_look(seed: int) -> Look:
    return Look(
        ("#0a7842", "#b3261e", "#1a5690", "#7a4b9a")[seed % 4],
        HEADINGS[seed % len(HEADINGS)],
        15 + seed % 3,
        "医学图书馆 · 健康科普" if seed % 2 else "",
        "本文仅供科普，不能代替就医。" if seed % 3 else "",
    )


def checked(content: Content, body: str, *, may_link: bool = False) -> list[str]:
    piece = Piece(
        content.title, body, content.about.author, content.digest, "https://x.example/m/articles/1/", "M"
    )
    return problems_of(piece, may_link=may_link)


@pytest.mark.parametrize("seed", range(50))
def test_the_platform_has_nothing_to_drop_from_a_varied_article(seed: int) -> None:
    content = a_varied_article(seed)
    body = as_wechat(
        content, look=a_varied_look(seed), picture=on_the_platform, page="https://x.example/m/articles/1/"
    )
    assert checked(content, body) == []
    assert "<script" not in body and "position" not in body and "class=" not in body
    for block in content.blocks:
        if isinstance(block, Heading):
            assert block.text in body


def test_links_abroad_become_footnotes_and_links_inside_stay() -> None:
    content = Content(
        title="链接",
        blocks=(
            Text(clean(NASTY)),
            Link("座位", "/m/seats/"),
            Link("指南", "https://a.example/b?c=1&d=2"),
        ),
    )
    body = as_wechat(content, look=Look(), picture=on_the_platform, page="https://x.example/m/articles/1/")
    assert '<a href="https://mp.weixin.qq.com/s/abc"' in body
    assert "https://a.example/b?c=1&amp;d=2" in body and body.count("[1]") == 3
    assert "https://x.example/m/seats/" in body
    allowed = as_wechat(
        content, look=Look(), picture=on_the_platform, may_link=True, page="https://x.example/m/"
    )
    assert '<a href="https://a.example/b?c=1&amp;d=2"' in allowed
    assert checked(content, allowed) != [] and checked(content, allowed, may_link=True) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p style="position:absolute">x</p>', "样式"),
        ('<p style="color:var(--x)">x</p>', "样式"),
        ("<p class='a'>x</p>", "属性"),
        ("<p onclick='x'>x</p>", "属性"),
        ("<iframe src='x'></iframe>", "标签"),
        ("<style>p{}</style>", "标签"),
        ('<img src="https://elsewhere.example/a.png">', "图片"),
        ('<p style="background-color:url(http://x)">x</p>', "样式"),
        ('<a href="https://elsewhere.example/">x</a>', "链接"),
        ("", "没有正文"),
        ("<p>" + "字" * 20_000 + "</p>", "20000"),
    ],
)
def test_the_checker_finds_what_the_platform_would_drop(body: str, said: str) -> None:
    found = problems_of(Piece("题", body, cover="M"))
    assert any(said in each for each in found), found


def test_the_checker_measures_the_fields() -> None:
    found = problems_of(Piece("题" * 33, "<p>x</p>", "人" * 17, "摘" * 129, "ftp://x"))
    assert len(found) == 5


def test_a_style_sheet_holds_nothing_that_is_lost_by_inlining() -> None:
    for seed in range(4):
        sheet = style_sheet(a_varied_look(seed))
        assert "var(" not in sheet and "::" not in sheet and "@" not in sheet


@pytest.mark.browser
def test_a_person_may_look_at_some_of_them(browser_page: Page) -> None:
    for seed in (1, 7):
        body = as_wechat(
            a_varied_article(seed), look=a_varied_look(seed), picture=on_the_platform, page="https://x/m/"
        )
        browser_page.set_content(f'<body style="margin:0;padding:16px;max-width:640px">{body}</body>')
        keep_a_picture(browser_page, f"newsroom-wechat-{seed}", width=390)
        assert browser_page.locator("section").count() > 3
