"""What other files and rooms hang onto the catalogue's pages: buttons of a record, tools of a result."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.asking import Asked
from xinglin.catalog.models import Record


@dataclass(frozen=True)
class RecordAction:
    """A button on the record page that a room above offers: 预约, 收藏, 荐购."""

    label: str
    url: str
    note: str = ""
    primary: bool = True


OfferAction = Callable[[HttpRequest, Record], RecordAction | None]
record_actions: list[tuple[int, OfferAction]] = []


def add_record_action(offer: OfferAction, *, order: int = 50) -> OfferAction:
    """Let a room above offer a button on every record's page; None where it has nothing to offer.

    Returns the function, so that it can stand above it as a decorator.
    """
    record_actions.append((order, offer))
    record_actions.sort(key=lambda entry: entry[0])
    return offer


@dataclass(frozen=True)
class SearchTool:
    """What can be done with a whole result: take it away, be told of more. Its page takes the same address."""

    label: str | Promise
    url: str


@dataclass(frozen=True)
class Beside:
    """What a room above found for the same words: a heading, lines of (label, note, address), and where all are."""

    heading: str
    lines: list[tuple[str, str, str]]
    more_url: str


LookBeside = Callable[[HttpRequest, str], Beside | None]
_beside: list[LookBeside] = []


def look_beside(look: LookBeside) -> LookBeside:
    """Let a room above look for the words of a search, too; a decorator. It must answer from an index."""
    _beside.append(look)
    return look


search_tools = [SearchTool(_("引用与导出"), "mobile:cite")]
# What a room above offers where a search finds nothing; its page takes the words as ``q``.
nothing_found_tools: list[SearchTool] = []


def found_beside(request: HttpRequest, asked: Asked) -> list[Beside]:
    """Return what other rooms found for the same words, on the first page of a search that nothing narrows."""
    if not asked.text or asked.narrows or asked.page > 1:
        return []
    looked = (look(request, asked.text) for look in _beside)
    return [each for each in looked if each is not None]
