"""Which records a harvester gets: sets, pages by the last record given, and a constant number of queries."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from xinglin.catalog.models import Holding, Kind, Record, RecordState
from xinglin.catalog.served.oai_errors import OaiError
from xinglin.catalog.served.oai_formats import format_named, identifier_of, pk_in, repository
from xinglin.catalog.served.oai_selection import Selection
from xinglin.catalog.served.oai_tokens import Token
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries

PAGE = 100
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")

__all__ = ["Entry", "Page", "Selection", "earliest", "entry_of", "page_after", "record_named", "sets"]


@dataclass(frozen=True)
class Entry:
    """One record of a list, with the sets it is in."""

    record: Record
    sets: tuple[str, ...]

    @property
    def identifier(self) -> str:
        return identifier_of(self.record.pk)

    @property
    def is_gone(self) -> bool:
        """Deleted, or merged into another that is in the list by itself."""
        return self.record.state != RecordState.ACTIVE


@dataclass(frozen=True)
class Page:
    """Some records, how many there are in all, and where the next page begins."""

    entries: tuple[Entry, ...]
    total: int
    following: Token | None


def administrator_email(public_url: str) -> str:
    """Return whom a harvester may write to: the main library, where it has an address."""
    named = public_libraries().exclude(email="").order_by("parent_id", "code").first()
    return named.email if named else f"library@{urlsplit(public_url).hostname or repository()}"


def earliest() -> datetime:
    """Return the lowest datestamp there is."""
    return Record.objects.aggregate(first=Min("updated_at"))["first"] or _BEGINNING


def sets() -> Iterator[tuple[str, str]]:
    """Yield the sets: kinds of material, and what each library holds."""
    yield "kind", _("类型")
    for kind in Kind:
        yield f"kind:{kind.value}", str(kind.label)
    yield "library", _("馆藏")
    for library in public_libraries():
        yield f"library:{library.code}", library.name


def record_named(identifier: str) -> Record:
    """Return the record of an identifier, gone or not. Raises ``OaiError`` with idDoesNotExist."""
    pk = pk_in(identifier)
    record = Record.objects.filter(pk=pk).first() if pk is not None else None
    if record is None:
        raise OaiError("idDoesNotExist", "no record of this repository has this identifier")
    return record


def entry_of(record: Record) -> Entry:
    """Return one record with its sets."""
    return _entries([record])[0]


def page_after(token: Token) -> Page:
    """Return the page a token points to.

    Raises ``OaiError`` with noRecordsMatch when the list is empty, or cannotDisseminateFormat.
    """
    chosen = _chosen(token.selection)
    total = chosen.count() if token.total is None else token.total
    later = Q(updated_at__gt=token.after) | Q(updated_at=token.after, pk__gt=token.after_pk)
    # The first condition alone lets PostgreSQL begin in the middle of the index.
    rows = chosen.filter(updated_at__gte=token.after).filter(later)
    if token.verb == "ListIdentifiers":
        rows = rows.defer("marc", "abstract", "contents")
    found = list(rows.order_by("updated_at", "pk")[: PAGE + 1])
    if not found and token.cursor == 0:
        raise OaiError("noRecordsMatch", "no record fits these arguments")
    given = found[:PAGE]
    following = None
    if len(found) > PAGE:
        last = given[-1]
        following = token.next(after=last.updated_at, after_pk=last.pk, given=len(given), total=total)
    return Page(_entries(given), total, following)


def _chosen(selection: Selection) -> QuerySet[Record]:
    rows = Record.objects.filter(format_named(selection.prefix).has, updated_at__lt=selection.until)
    if selection.since is not None:
        rows = rows.filter(updated_at__gte=selection.since)
    return rows.filter(_in_set(selection.set_spec)) if selection.set_spec else rows


def _in_set(spec: str) -> Q:
    """Return what is in a set. Raises ``OaiError``: badArgument, or noRecordsMatch for a set that is none of ours.

    What is gone belongs to every set of holdings: it has none left to go by, and a harvester of one
    library must hear of it too.
    """
    if not _SET.fullmatch(spec):
        raise OaiError("badArgument", "set is no setSpec")
    group, _sep, value = spec.partition(":")
    if group == "kind" and (not value or value in Kind.values):
        return Q(kind=value) if value else Q()
    if group == "library":
        held = Holding.objects.filter(record=OuterRef("pk"))
        if value:
            library = Library.objects.filter(code=value).first()
            held = held.filter(library=library) if library else held.none()
        return Q(Exists(held)) | ~Q(state=RecordState.ACTIVE)
    raise OaiError("noRecordsMatch", "there is no such set")


def _entries(records: Sequence[Record]) -> tuple[Entry, ...]:
    """Return records with their sets, in one query for all of them."""
    holders: dict[int, list[str]] = defaultdict(list)
    held = Holding.objects.filter(record__in=records, library__in=public_libraries())
    for pk, code in held.values_list("record_id", "library__code").distinct().order_by("library__code"):
        holders[pk].append(code)
    return tuple(
        Entry(record, (f"kind:{record.kind}", *(f"library:{code}" for code in holders[record.pk])))
        for record in records
    )
