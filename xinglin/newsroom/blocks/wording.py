"""The inside of a text block: a little HTML, cleaned of everything that is not wording."""

import html
import re

import nh3

from xinglin.commons.text import plain

# What a doctor's text needs: emphasis, formulas (sub, sup), links. Layout belongs to the other blocks.
TAGS = frozenset({"p", "br", "strong", "b", "em", "i", "u", "s", "sub", "sup", "a"})
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_ENDS_A_LINE = re.compile(r"</p>|<br\s*/?>", re.IGNORECASE)
_BLANK = re.compile(r"(?:<p>(?:\s|&nbsp;|<br>)*</p>\s*)+")


def clean(written: str) -> str:
    """Return HTML with the allowed tags alone; scripts and styles go with their content.

    A link to a scheme that runs code loses its address; empty paragraphs, which editors leave, go too.
    """
    cleaned = nh3.clean(
        plain(written),
        tags=set(TAGS),
        clean_content_tags={"script", "style", "title", "template", "iframe", "noscript"},
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )
    return _BLANK.sub("", cleaned).strip()


def from_plain(text: str) -> str:
    """Return typed text as HTML: a line is a paragraph, and what looks like a tag is text."""
    lines = (line.strip() for line in plain(text).splitlines())
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def to_plain(cleaned: str) -> str:
    """Return cleaned HTML as text: a line for each paragraph."""
    bare = nh3.clean(_ENDS_A_LINE.sub("\n", cleaned), tags=set())
    return html.unescape(bare).replace("\xa0", " ").strip()


def is_only_lines(cleaned: str) -> bool:
    """Whether a text has no mark-up but paragraphs, so that it can be edited as plain lines."""
    return from_plain(to_plain(cleaned)) == cleaned
