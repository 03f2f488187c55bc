"""The platform's limits for one article, checked before anything is sent (draft/add, protocol sheet §8.6)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from lxml import html as lxml_html

from xinglin.newsroom.publishing.wechat_html import INSIDE, PROPERTIES, TAGS

MOST_CHARACTERS, MOST_BYTES = 20_000, 1024 * 1024
TITLE, AUTHOR, DIGEST, SOURCE_BYTES = 32, 16, 128, 1024
_OWN_PICTURE_HOSTS = ("mmbiz.qpic.cn", "mmbiz.qlogo.cn")
_STYLE = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+)")
_BAD_VALUE = re.compile(
    r"url\s*\(|var\s*\(|expression|javascript:|!important|position|calc\s*\(", re.IGNORECASE
)


@dataclass(frozen=True)
class Piece:
    """One article of a draft."""

    title: str
    content: str
    author: str = ""
    digest: str = ""
    source_url: str = ""
    cover: str = ""

    def as_json(self, *, comments: bool) -> dict[str, "str | int"]:
        """Return it as the interface takes it."""
        return {
            "article_type": "news",
            "title": self.title,
            "author": self.author,
            "digest": self.digest,
            "content": self.content,
            "content_source_url": self.source_url,
            "thumb_media_id": self.cover,
            "need_open_comment": int(comments),
            "only_fans_can_comment": 0,
        }


def problems_of(piece: Piece, *, may_link: bool = False, own_pictures: str = "") -> list[str]:
    """Return everything that the platform would refuse, drop or change, in words.

    ``own_pictures`` is where else the platform's pictures are, besides its own hosts: the sandbox.
    """
    return [*_of_fields(piece), *_of_body(piece.content, may_link, own_pictures)]


def _of_fields(piece: Piece) -> Iterator[str]:
    for words, value, most in (
        (_("标题"), piece.title, TITLE),
        (_("作者"), piece.author, AUTHOR),
        (_("摘要"), piece.digest, DIGEST),
    ):
        if len(value) > most:
            yield _("%(what)s %(n)d 字，微信最多 %(most)d 字") % {
                "what": words,
                "n": len(value),
                "most": most,
            }
    if not piece.title:
        yield _("没有标题")
    if not piece.cover:
        yield _("没有封面")
    if len(piece.source_url.encode()) > SOURCE_BYTES:
        yield _("“阅读原文”的地址太长")
    if piece.source_url and not piece.source_url.startswith(("http://", "https://")):
        yield _("“阅读原文”的地址要以 http:// 或 https:// 开头")


def _of_body(content: str, may_link: bool, own_pictures: str) -> Iterator[str]:
    if not content.strip():
        yield _("没有正文")
        return
    if len(content) >= MOST_CHARACTERS:
        yield _("排版后的正文有 %(n)d 个字符，微信要少于 %(most)d 个；请删减，或分成两篇") % {
            "n": len(content),
            "most": MOST_CHARACTERS,
        }
    if len(content.encode()) >= MOST_BYTES:
        yield _("排版后的正文超过 1 MB")
    for element in lxml_html.fragment_fromstring(content, create_parent="div").iter():
        if isinstance(element.tag, str) and element.getparent() is not None:
            yield from _of_element(str(element.tag), dict(element.attrib), may_link, own_pictures)


def _of_element(tag: str, attributes: dict[str, str], may_link: bool, own_pictures: str) -> Iterator[str]:
    if tag not in TAGS:
        yield _("有微信不保留的标签 <%(tag)s>") % {"tag": tag}
    for name, value in attributes.items():
        if name == "style":
            yield from _of_style(value)
        elif (tag, name) not in (("img", "src"), ("img", "alt"), ("a", "href")):
            yield _("有微信不保留的属性 %(name)s") % {"name": name}
    if tag == "img" and not _is_own(attributes.get("src", ""), own_pictures):
        yield _("有图片不是微信图片，发出后会丢失：%(address)s") % {"address": attributes.get("src", "")[:80]}
    if tag == "a" and not may_link and not INSIDE.match(attributes.get("href", "")):
        yield _("有不能用的外部链接：%(address)s") % {"address": attributes.get("href", "")[:80]}


def _of_style(style: str) -> Iterator[str]:
    for name, value in _STYLE.findall(style):
        if name not in PROPERTIES or _BAD_VALUE.search(value):
            yield _("有微信不保留的样式 %(style)s") % {"style": f"{name}:{value}"[:60]}


def _is_own(address: str, own_pictures: str) -> bool:
    if own_pictures and address.startswith(own_pictures):
        return True
    return urlsplit(address).hostname in _OWN_PICTURE_HOSTS
