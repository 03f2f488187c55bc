"""The mark over every page of a delivered file: whose copy it is, of which order, of which day."""

from pathlib import Path

from xinglin.commons import clock
from xinglin.commons.typesetting import typeset

TEMPLATE = Path(__file__).with_name("mark.typ")


def mark_page(size: tuple[int, int], *, line: str, foot: str) -> bytes:
    """Return one transparent page of a size in points that bears the mark. Raises ``FontMissing``."""
    wide, high = size
    return typeset(TEMPLATE, {"line": line, "foot": foot, "wide": wide, "high": high}, moment=clock.now())
