"""How values look on any screen, the librarian's and the reader's: icons, moments, days, money."""

import logging
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from xinglin.commons import clock

log = logging.getLogger(__name__)

# What a screen may be given to show: a text, or a text marked for translation.
Words = str | Promise

_NAME = re.compile(r"[a-z0-9-]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def icon(name: str, label: Words = "") -> SafeString:
    """Return an outline icon of Tabler's as inline SVG, hidden from screen readers unless labelled.

    Raises ``LookupError`` for a misspelt name where the clock may be moved (tests, demonstration); in
    production, or where the browser parts are not installed, an empty span keeps its place.
    """
    drawing = _drawing(name)
    if label:
        return format_html('<span class="icon-box" role="img" aria-label="{}">{}</span>', label, drawing)
    return format_html('<span class="icon-box" aria-hidden="true">{}</span>', drawing)


@lru_cache(maxsize=512)
def _drawing(name: str) -> SafeString:
    folder = Path(settings.ICONS) / "outline"
    file = folder / f"{name}.svg"
    if _NAME.fullmatch(name) and file.is_file():
        svg = _COMMENT.sub("", file.read_text("utf-8"))
        # The file is one of a package locked by its hash, not something a user sent.
        return mark_safe(" ".join(svg.split()).replace("> <", "><"))  # noqa: S308
    if settings.CLOCK_MAY_MOVE and folder.is_dir():
        raise LookupError(f"there is no icon {name!r} in {folder.name}")
    log.warning("an icon is missing", extra={"icon": name})
    return SafeString("")


def moment_text(moment: datetime | None) -> str:
    """Return a moment in the library's time, to the minute."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def day_text(day: date | datetime | None) -> str:
    """Return a day as the library's calendar has it."""
    if isinstance(day, datetime):
        day = clock.local(day).date()
    return day.isoformat() if day else ""


def yuan_text(fen: int | None) -> str:
    """Return an amount of fen in yuan: -1234567 is "-¥12,345.67"."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"
