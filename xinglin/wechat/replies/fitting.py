"""Making a reply fit what the platform takes, politely and never in the middle of a word or a link."""

import re
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.translation import gettext as _

from xinglin.wechat.messages.tree import clean_text
from xinglin.wechat.replies.kinds import Article, MiniProgramCard, News, PageLink, Reply, Text

# Sheet §5: measured by the community; the platform's pages give no number.
TEXT_BYTES = 2048
# Answering a message one card is shown; answering an event up to eight (sheet §5).
CARDS_FOR_A_MESSAGE = 1
CARDS_FOR_AN_EVENT = 8

_LINK_OPENS = re.compile(r"<a\b[^>]*>")
_BREAKS = "\n。！？；!?;，, "


def cut_politely(text: str, limit_bytes: int = TEXT_BYTES, *, ending: str = "……") -> str:
    """Cut a text to a number of UTF-8 bytes at the end of a line, a sentence or a word.

    A link is kept whole or left out: half a link would show its markup to the reader.
    """
    if len(text.encode()) <= limit_bytes:
        return text
    room = max(limit_bytes - len(ending.encode()), 0)
    head = text.encode()[:room].decode(errors="ignore")
    head = _outside_a_link(head)
    return _at_a_break(head).rstrip() + ending if head else head


def split_text(text: str, limit_bytes: int = TEXT_BYTES) -> Iterator[str]:
    """Cut a long text into parts that each fit; put together they say everything."""
    rest = text
    while len(rest.encode()) > limit_bytes:
        part = cut_politely(rest, limit_bytes, ending="") or rest.encode()[:limit_bytes].decode(
            errors="ignore"
        )
        yield part
        rest = rest[len(part) :].lstrip("\n ")
    if rest:
        yield rest


def fit(reply: Reply, *, answering_event: bool = False) -> Reply:
    """Return a reply that may stand in a passive answer.

    A text is cut, surplus cards become a numbered text with links, a mini-program card becomes a text link. A
    page link that nobody resolved has no address yet: its words are all that can be shown.
    """
    if isinstance(reply, PageLink):
        reply = Text(f"{reply.title}\n{reply.description}".strip())
    if isinstance(reply, MiniProgramCard):
        reply = _card_as_text(reply)
    if isinstance(reply, News):
        reply = _cards(reply, CARDS_FOR_AN_EVENT if answering_event else CARDS_FOR_A_MESSAGE)
    if isinstance(reply, Text):
        return Text(cut_politely(clean_text(reply.content)))
    return reply


def link(title: str, url: str) -> str:
    """Return a link inside a text."""
    return f'<a href="{escape(url)}">{title}</a>' if url else title


def _cards(news: News, limit: int) -> Reply:
    if len(news.articles) <= limit:
        return news
    return Text("\n\n".join(_line(number, article) for number, article in enumerate(news.articles, 1)))


def _line(number: int, article: Article) -> str:
    head = f"{number}. {link(article.title, article.url)}"
    return f"{head}\n{article.description}" if article.description else head


def _card_as_text(card: MiniProgramCard) -> Text:
    href = escape(card.url or "#")
    return Text(
        f'<a data-miniprogram-appid="{escape(card.appid)}" data-miniprogram-path="{escape(card.pagepath)}"'
        f' href="{href}">{card.title or _("打开小程序")}</a>'
    )


def _outside_a_link(head: str) -> str:
    opened = list(_LINK_OPENS.finditer(head))
    if opened and "</a>" not in head[opened[-1].end() :]:
        return head[: opened[-1].start()]
    unfinished = head.rfind("<")
    return head[:unfinished] if unfinished >= 0 and ">" not in head[unfinished:] else head


def _at_a_break(head: str) -> str:
    """Go back to the last break, though not further than a quarter of the text, nor into a link."""
    closed = head.rfind("</a>") + 4 if "</a>" in head else 0
    earliest = max(len(head) * 3 // 4, closed)
    for place in range(len(head) - 1, earliest - 1, -1):
        if head[place] in _BREAKS:
            return head[: place + 1]
    return head
