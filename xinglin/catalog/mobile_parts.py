"""What other files and rooms hang onto the catalogue's pages: buttons of a record, tools of a result."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


search_tools = [SearchTool(_("引用与导出"), "mobile:cite")]
# What a room above offers where a search finds nothing; its page takes the words as ``q``.
nothing_found_tools: list[SearchTool] = []
