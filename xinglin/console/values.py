"""Reading a value off a row, and showing it: on a screen as HTML, in a sheet as text or number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Generic, TypeVar

from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xinglin.commons.onscreen import Words, day_text, icon, moment_text, yuan_text
from xinglin.console.tones import Chip, state_chip

M = TypeVar("M", bound=Model)

Value = str | Callable[[M], object]

# Stands where there is nothing to show, so that an empty cell is not taken for a fault.
NOTHING = SafeString('<span class="nothing">—</span>')


class Kind(Enum):
    """What sort of value it is: decides how it is shown, aligned and exported."""

    TEXT = "text"
    MOMENT = "moment"
    DAY = "day"
    FEN = "fen"
    NUMBER = "number"
    STATE = "state"
    FLAG = "flag"


@dataclass(frozen=True)
class Fact(Generic[M]):
    """One value of a row with its name, as it stands on a detail page."""

    title: Words
    value: Value[M]
    kind: Kind = Kind.TEXT
    link: Callable[[M], str] | None = None

    def shown(self, row: M) -> SafeString:
        """Return the value for a screen, escaped; a dash stands for nothing."""
        html = shown(row, self.value, self.kind)
        address = self.link(row) if self.link else ""
        return format_html('<a href="{}">{}</a>', address, html) if address and html else html or NOTHING


def follow(row: object, path: str) -> object:
    """Follow a dotted path over attributes and methods without arguments; None anywhere ends it.

    A misspelt name raises ``AttributeError``: a column that is silently empty helps nobody.
    """
    found: object = row
    for name in path.split("."):
        if found is None:
            return None
        found = getattr(found, name)
        if callable(found) and not isinstance(found, type):
            found = found()
    return found


def read(row: M, value: Value[M]) -> object:
    """Return what a path or a function gives for a row."""
    return follow(row, value) if isinstance(value, str) else value(row)


def _stateful(row: M, value: Value[M]) -> object:
    """Return a state as a chip; a function that gives a chip has done so itself."""
    if not isinstance(value, str):
        return value(row)
    owner_path, _dot, field = value.rpartition(".")
    owner = follow(row, owner_path) if owner_path else row
    return state_chip(owner, field) if isinstance(owner, Model) else None


def shown(row: M, value: Value[M], kind: Kind) -> SafeString:
    """Return a value of a row as HTML, escaped; "" when there is none."""
    if kind is Kind.STATE:
        return _escaped(_stateful(row, value))
    found = read(row, value)
    if kind is Kind.FLAG:
        return icon("check", _("是")) if found else SafeString("")
    if kind is Kind.MOMENT and isinstance(found, datetime):
        return format_html('<time datetime="{}">{}</time>', found.isoformat(), moment_text(found))
    return _escaped(_as_text(found, kind))


def _escaped(found: object) -> SafeString:
    if isinstance(found, Chip):
        return found.__html__()
    return conditional_escape(found if isinstance(found, str) else "" if found is None else str(found))


def _as_text(found: object, kind: Kind) -> object:
    if found is None:
        return ""
    if kind is Kind.DAY and isinstance(found, date):
        return day_text(found)
    if kind is Kind.FEN and isinstance(found, int):
        return yuan_text(found)
    if kind is Kind.NUMBER and isinstance(found, int):
        return f"{found:,}"
    return moment_text(found) if isinstance(found, datetime) else found


def for_sheet(row: M, value: Value[M], kind: Kind) -> str | int | float:
    """Return the value for a spreadsheet: amounts in yuan, moments in the library's time, states as words."""
    if kind is Kind.STATE:
        return str(_stateful(row, value) or "")
    found = read(row, value)
    if kind is Kind.FLAG:
        return str(_("是")) if found else str(_("否"))
    if kind is Kind.FEN and isinstance(found, int):
        return found / 100
    if kind is Kind.NUMBER and isinstance(found, (int, float)):
        return found
    return str(_as_text(found, kind))
