"""What a search is called when its reader names it not."""

from django.utils.translation import gettext as _

from xinglin.catalog import refining
from xinglin.catalog.asking import Asked
from xinglin.catalog.classes import caption_of


def name_of(asked: Asked) -> str:
    """Return a search in a reader's words: 心电图 · 内科学 · 2015 年以来."""
    number = asked.values.get("class", "")
    topic = (f"{caption_of(number)} {number}".strip(),) if number else ()
    words = (asked.text, asked.values.get("author", ""), asked.values.get("subject", ""), *topic)
    parts = [part for part in (*words, *refining.said_of(asked)) if part]
    return " · ".join(parts) or _("全部书目")
