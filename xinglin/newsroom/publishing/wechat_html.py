"""The body of an article as WeChat takes it: sections with inline style, own pictures, links as footnotes."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import css_inline
import nh3
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from xinglin.newsroom.blocks import Content, Text, wording
from xinglin.newsroom.publishing.looks import Look, style_sheet

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
INSIDE = re.compile(r"https?://mp\.weixin\.qq\.com/", re.IGNORECASE)
TAGS = frozenset(
    "section p span strong b em i u s sub sup br ul ol li img a blockquote".split()  # noqa: SIM905
)
PROPERTIES = frozenset(
    {
        "color", "background-color", "font-size", "font-weight", "line-height", "letter-spacing", "text-align",
        "margin", "padding", "padding-left", "padding-top", "padding-bottom", "border", "border-left", "border-bottom",
        "border-top", "border-radius", "max-width", "height", "display", "word-break",
    }
)  # fmt: skip


@dataclass
class Notes:
    """Addresses that cannot be links in WeChat, in the order in which they came up."""

    may_link: bool
    found: list[str] = field(default_factory=list)

    def told(self, address: str, words: str) -> str:
        """Return the link, or its words with a number that the foot of the article explains."""
        if self.may_link or INSIDE.match(address):
            return f'<a href="{html.escape(address)}">{words}</a>'
        if address.startswith(("mailto:", "tel:")):
            return words
        if address not in self.found:
            self.found.append(address)
        return f"{words}<sup>[{self.found.index(address) + 1}]</sup>"

    def in_text(self, cleaned: str) -> str:
        """Return cleaned HTML with its links told."""
        return _LINK.sub(lambda link: self.told(html.unescape(link[1]), link[2]), cleaned)


def as_wechat(
    content: Content,
    *,
    look: Look,
    picture: Callable[[str], str],
    may_link: bool = False,
    page: str = "",
) -> str:
    """Return the body of an article for the draft box.

    ``picture`` gives the address that the platform gave a stored picture; ``page`` is our own page of the
    article, where polls, films and tools work. A link of our own (a path) is made whole with it.
    """
    notes = Notes(may_link)
    origin = page.split("/m/", 1)[0]
    parts: list[str] = []
    for block in content.blocks:
        told: dict[str, object] = {"block": block, "page": page, "pictures": _pictures(block.files, picture)}
        if isinstance(block, Text):
            told["wording"] = mark_safe(notes.in_text(wording.clean(block.html)))  # noqa: S308  (nh3 cleaned it)
        address = getattr(block, "address", "")
        if address:
            whole = origin + address if address.startswith("/") else address
            words = getattr(block, "text", "") or getattr(block, "name", "") or whole
            told["link"] = mark_safe(notes.told(whole, html.escape(words)))  # noqa: S308  (escaped)
        parts.append(render_to_string(f"newsroom/wechat/{block.kind}.html", told).strip())
    whole_page = render_to_string(
        "newsroom/wechat/page.html",
        {
            "look": look,
            "body": mark_safe("".join(parts)),  # noqa: S308  (each part is an escaping template)
            "notes": list(enumerate(notes.found, start=1)),
            "about": content.about.shown(),
        },
    )
    return tidied(_inliner.inline_fragment(whole_page, style_sheet(look)))


def tidied(inlined: str) -> str:
    """Return inlined HTML with nothing that the platform drops: no class, no id, no foreign property."""
    return nh3.clean(
        re.sub(r">\s+<", "><", inlined.strip()),
        tags=set(TAGS),
        attributes={"*": {"style"}, "img": {"src", "alt"}, "a": {"href"}},
        filter_style_properties=set(PROPERTIES),
        url_schemes={"http", "https"},
        link_rel=None,
    )


def _pictures(files: tuple[str, ...], picture: Callable[[str], str]) -> Mapping[str, str] | list[str]:
    return [picture(file) for file in files if file.endswith((".png", ".jpg", ".gif", ".webp"))]


_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
