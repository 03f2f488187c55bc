"""Columns of a list: what stands in them, how they are sorted, and how they travel into a sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from xinglin.commons.onscreen import Words
from xinglin.console.values import NOTHING, Kind, M, Value, for_sheet, shown


@dataclass(frozen=True)
class Column(Generic[M]):
    """One column. ``link=True`` leads to the list's detail screen, a function wherever it says.

    ``sort`` is an ORM path and the word in the address bar; ``narrow=False`` hides the column on
    phones; ``roomy=True`` keeps room for titles, however many columns there are; ``sheet`` gives a
    value for the export where it differs from the one on the screen.
    """

    title: Words
    value: Value[M]
    kind: Kind = Kind.TEXT
    sort: str = ""
    link: bool | Callable[[M], str] = False
    align: str = ""
    narrow: bool = True
    roomy: bool = False
    sheet: Callable[[M], object] | None = None
    export: bool = True

    @property
    def classes(self) -> str:
        """The classes of its cells."""
        side = self.align or ("end" if self.kind in (Kind.FEN, Kind.NUMBER) else "start")
        steady = " steady" if self.kind in (Kind.MOMENT, Kind.DAY, Kind.FEN, Kind.NUMBER, Kind.STATE) else ""
        roomy = " roomy" if self.roomy else ""
        return f"align-{side}{steady}{roomy}" + ("" if self.narrow else " wide-only")

    def cell(self, row: M, detail: str) -> SafeString:
        """Return what the cell shows; ``detail`` is the address of the row's own page, if there is one."""
        html = shown(row, self.value, self.kind)
        address = detail if self.link is True else self.link(row) if callable(self.link) else ""
        if address:
            return format_html('<a href="{}">{}</a>', address, html or NOTHING)
        return conditional_escape(html or NOTHING)

    def exported(self, row: M) -> str | int | float:
        """Return what the cell of a spreadsheet holds."""
        return for_sheet(row, self.sheet or self.value, self.kind if self.sheet is None else Kind.TEXT)
