"""What is read of the catalogue by more than one caller.

Records, and what the libraries hold of them, are everyone's to read: a union catalogue hides nothing
of its stock. What is somebody's own is the work on it: imports.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.errors import ItemUnknown, RecordUnknown
from xinglin.catalog.lifecycle import BatchState, Condition, Outcome
from xinglin.catalog.models import Holding, ImportBatch, ImportRow, Item, Kind, Record, RecordState
from xinglin.catalog.models.holdings import STAYS_IN_THE_LIBRARY
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

# What a reader is not shown: copies that are gone for good.
GONE = (Condition.WITHDRAWN, Condition.LOST)


@dataclass(frozen=True)
class Availability:
    """What one library has of a record, in copies."""

    library: Library
    copies: int
    on_shelf: int
    loanable: int
    on_order: int


def records_visible_to(staff: Staff) -> QuerySet[Record]:
    """Return the records that a librarian may look at: all that are not deleted, whoever holds them."""
    if not access.may_anywhere(staff, "catalog.view_record"):
        return Record.objects.none()
    return Record.objects.exclude(state=RecordState.DELETED)


def holdings_visible_to(staff: Staff) -> QuerySet[Holding]:
    """Return the holdings that a librarian may look at; changing them is their own library's hand."""
    if not access.may_anywhere(staff, "catalog.view_item"):
        return Holding.objects.none()
    return Holding.objects.select_related("library")


def items_visible_to(staff: Staff) -> QuerySet[Item]:
    """Return the copies that a librarian may look at; changing them is their own library's hand."""
    if not access.may_anywhere(staff, "catalog.view_item"):
        return Item.objects.none()
    return Item.objects.select_related("holding__record", "library")


def items_kept_by(staff: Staff) -> QuerySet[Item]:
    """Return the copies that a librarian may change."""
    return items_visible_to(staff).filter(library__in=access.libraries_of(staff, "catalog.change_item"))


def imports_visible_to(staff: Staff) -> QuerySet[ImportBatch]:
    """Return the imports of the libraries that someone imports for."""
    mine = access.libraries_of(staff, "catalog.import_records")
    return ImportBatch.objects.filter(library__in=mine).select_related("library", "by__user")


def import_rows_visible_to(staff: Staff) -> QuerySet[ImportRow]:
    """Return the rows of the imports that someone may see, without their bytes."""
    rows = ImportRow.objects.filter(batch__in=imports_visible_to(staff))
    return rows.defer("raw", "before", "understood").select_related("batch__library")


def reviews_visible_to(staff: Staff) -> QuerySet[ImportRow]:
    """Return the doubtful pairs that wait for someone's decision; those of undone imports no longer do."""
    open_batches = (BatchState.RUNNING, BatchState.DONE)
    return import_rows_visible_to(staff).filter(outcome=Outcome.REVIEW, batch__state__in=open_batches)


def record_by_id(pk: int) -> Record:
    """Return an active record, or the one it was merged into. Raises ``RecordUnknown``."""
    record = Record.objects.defer("marc").filter(pk=pk).select_related("merged_into").first()
    while record is not None and record.state == RecordState.MERGED:
        record = record.merged_into
    if record is None or record.state == RecordState.DELETED:
        raise RecordUnknown(_("没有这条书目，或它已被删除；请重新检索。"))
    return record


def item_by_barcode(barcode: str, *, library: Library | None = None) -> Item:
    """Return the copy of a barcode; where libraries share a barcode, ``library`` decides.

    Raises ``ItemUnknown`` for none, and for several when no library is named.
    """
    matching = Item.objects.filter(barcode=barcode.strip()).select_related("holding__record", "library")
    if library is not None:
        matching = matching.filter(library=library)
    found = list(matching[:5]) if barcode.strip() else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise ItemUnknown(_("没有条码为 %(barcode)s 的单册；请核对条码。"), barcode=barcode)
    raise ItemUnknown(
        _("条码 %(barcode)s 在 %(names)s 都有，请先选定馆。"),
        barcode=barcode,
        names="、".join(item.library.label for item in found),
    )


def audio_records() -> QuerySet[Record]:
    """Return what is listened to: what has a link first, then the newest."""
    heard = Record.objects.filter(state=RecordState.ACTIVE, kind=Kind.AUDIO).defer("marc")
    has_link = ExpressionWrapper(~Q(links=[]), output_field=BooleanField())
    return heard.annotate(has_link=has_link).order_by("-has_link", "-added_at", "-pk")


def barcode_is_taken(barcode: str, library: Library, *, besides: Item) -> bool:
    """Whether another copy of a library carries a barcode."""
    there = Item.objects.filter(library=library, barcode=barcode).exclude(pk=besides.pk)
    return bool(barcode) and there.exists()


def holdings_of(record: Record) -> list[Holding]:
    """Return the holdings of a record with their library and the items readers are shown, in two queries."""
    items = Item.objects.exclude(condition__in=GONE).order_by("volume", "copy", "pk")
    holdings = record.holdings.select_related("library").prefetch_related(Prefetch("items", queryset=items))
    return list(holdings.order_by("library__code", "location", "call_number"))


def availability(record: Record) -> list[Availability]:
    """Return what each library has of a record, in the order of library codes."""
    return availability_of([record.pk]).get(record.pk, [])


def availability_of(
    record_ids: Sequence[int], *, known: Iterable[Library] = ()
) -> dict[int, list[Availability]]:
    """Return what each library has of several records, in two queries; in one where the libraries are ``known``.

    For no records nothing is asked.
    """
    if not record_ids:
        return {}
    counts = list(
        Item.objects.filter(holding__record__in=record_ids)
        .exclude(condition__in=GONE)
        .values("holding__record_id", "library_id")
        .annotate(
            copies=Count("pk"),
            on_shelf=Count("pk", filter=Q(available=True)),
            loanable=Count("pk", filter=Q(available=True) & ~Q(item_type__in=STAYS_IN_THE_LIBRARY)),
            on_order=Count("pk", filter=Q(condition__in=(Condition.ON_ORDER, Condition.IN_PROCESS))),
        )
        .order_by("library__code")
    )
    libraries = {library.pk: library for library in known}
    if unknown := {row["library_id"] for row in counts} - libraries.keys():
        libraries |= Library.objects.in_bulk(unknown)
    found: dict[int, list[Availability]] = {}
    for row in counts:
        found.setdefault(row["holding__record_id"], []).append(
            Availability(
                library=libraries[row["library_id"]],
                copies=row["copies"],
                on_shelf=row["on_shelf"],
                loanable=row["loanable"],
                on_order=row["on_order"],
            )
        )
    return found


def held_without_copies(record_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return who holds these records without a copy registered, by name; one query, and none for no records."""
    if not record_ids:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    runs = Holding.objects.filter(record__in=record_ids, items__isnull=True).select_related("library")
    for holding in runs.order_by("library__code"):
        names = found.get(holding.record_id, ())
        if holding.library.label not in names:
            found[holding.record_id] = (*names, holding.library.label)
    return found


def in_order(record_ids: Iterable[int]) -> list[Record]:
    """Return active records in the order asked for, in one query; those that are gone are left out."""
    wanted = list(record_ids)
    if not wanted:
        return []
    rows = Record.objects.filter(pk__in=wanted, state=RecordState.ACTIVE).defer(
        "marc", "abstract", "contents"
    )
    by_id = {record.pk: record for record in rows}
    return [by_id[pk] for pk in wanted if pk in by_id]
