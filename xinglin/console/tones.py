"""Tones: what a state means to a librarian, as a colour; never the colour alone, always with its word."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xinglin.commons.onscreen import Words


class Tone(Enum):
    """What a chip, a card or a button tells before it is read."""

    GOOD = "good"
    WAITING = "waiting"
    ACTIVE = "active"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True)
class Chip:
    """A word with its tone."""

    words: Words
    tone: Tone = Tone.QUIET

    def __str__(self) -> str:
        return str(self.words)

    def __html__(self) -> SafeString:
        return format_html('<span class="chip tone-{}">{}</span>', self.tone.value, self.words)


_tables: dict[tuple[type[Model], str], Mapping[str, Tone]] = {}


def colour_states(model: type[Model], table: Mapping[str, Tone], *, field: str = "state") -> None:
    """Give the states of a model their tones; a state that is not in the table is quiet."""
    _tables[(model, field)] = {str(state): tone for state, tone in table.items()}


def state_chip(row: Model, field: str = "state") -> Chip:
    """Return the state of a row as a chip: the field's own word for it, and its tone."""
    value = getattr(row, field)
    display = getattr(row, f"get_{field}_display", None)
    return Chip(
        display() if display else value, _tables.get((type(row), field), {}).get(str(value), Tone.QUIET)
    )
