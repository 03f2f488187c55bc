"""Pages of notices on the web: each link with a title on the page is a story, known by its address.

Asked with what is remembered of the page, where its site's robots.txt lets a machine read it.
"""

import re
from datetime import date
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _
from lxml import etree, html

from xinglin.intelligence.harvest.asking_feeds import MOST_ITEMS, Story, normal_address
from xinglin.literature import cleaning

LEAST_TITLE = 6
"""Shorter words on a link are a menu: 首页, 更多, 下一页."""
_DATE = re.compile(r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", re.IGNORECASE)
# lxml refuses a text that declares an encoding of its own.
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_AROUND = ("li", "tr", "dd", "article")
_NOT_CONTENT = ("nav", "header", "footer", "script", "style", "noscript")


def stories_on(body: bytes, address: str) -> tuple[list[Story], str]:
    """Return the stories that a page leads to, and what is wrong with it; links to other sites are left out."""
    root = _parsed(body)
    if root is None:
        return [], _("网页是空的，或读不懂")
    title = cleaning.clean(root.findtext(".//title") or "")[:200]
    host = urlsplit(address).netloc.casefold()
    stories: dict[str, Story] = {}
    for link in root.iterfind(".//a[@href]"):
        there = _there(address, link.get("href", ""))
        words = cleaning.clean(link.get("title") or "".join(map(str, link.itertext())))[:300]
        if len(words) < LEAST_TITLE or urlsplit(there).netloc.casefold() != host or _is_furniture(link):
            continue
        if normal_address(there) != normal_address(address):
            stories.setdefault(normal_address(there), Story("", there, words, "", _day_beside(link), title))
    note = "" if stories else _("页面上没有像通知标题的链接；它可能要用浏览器才显示，请改为人工来源")
    return list(stories.values())[:MOST_ITEMS], note


def _parsed(body: bytes) -> etree._Element | None:
    declared = _CHARSET.search(body[:2048])
    for charset in ("utf-8-sig", declared[1].decode() if declared else "gb18030", "gb18030"):
        try:
            text = body.decode(charset)
            break
        except (UnicodeDecodeError, LookupError):
            continue
    else:
        text = body.decode("utf-8", "replace")
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
        return html.document_fromstring(_DECLARATION.sub("", text, count=1), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _there(address: str, written: str) -> str:
    try:
        there = urljoin(address, written.strip())
    except ValueError:
        return ""
    return there if there.startswith(("http://", "https://")) else ""


def _is_furniture(link: etree._Element) -> bool:
    return any(each.tag in _NOT_CONTENT for each in link.iterancestors())


def _day_beside(link: etree._Element) -> str:
    """Return the day that stands with the link in its line of the list, or nothing."""
    line = next((each for each in link.iterancestors() if each.tag in _AROUND), None)
    found = _DATE.search("".join(map(str, line.itertext()))[:500]) if line is not None else None
    if found is None:
        return ""
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return ""
