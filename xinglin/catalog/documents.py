"""Rows as the index is given them, read in bulk: two queries for any number of records."""

from collections.abc import Iterator, Sequence

from django.db.models import Exists, Max, Min, OuterRef

from xinglin.catalog.models import Holding, Item, Record, RecordState
from xinglin.catalog.search.documents import SearchDocument

BATCH = 2000
# The schemes the index tells apart from 中图法 (search/numbers.py); others would be taken for it.
_SCHEMES_INDEXED = frozenset({"nlm", "ddc", "lcc", "udc"})


def documents_of(record_ids: Sequence[int]) -> list[SearchDocument]:
    """Return the documents of those of these records that are active; the others belong out of the index."""
    rows = Record.objects.filter(pk__in=record_ids, state=RecordState.ACTIVE).defer("marc")
    holders = _holders(record_ids)
    return [_document(record, holders.get(record.pk, [])) for record in rows]


def every_document() -> Iterator[list[SearchDocument]]:
    """Yield the documents of the whole catalogue in batches, by row number."""
    after = 0
    active = Record.objects.filter(state=RecordState.ACTIVE).order_by("pk")
    while ids := list(active.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        yield documents_of(ids)
        after = ids[-1]


def share_of_the_catalogue(number: int, of: int) -> Iterator[SearchDocument]:
    """Yield every ``of``-th batch of the catalogue, for one of several processes that build an index together."""
    active = Record.objects.filter(state=RecordState.ACTIVE)
    ends = active.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    for start in range(ends["first"] + number * BATCH, ends["last"] + 1, of * BATCH):
        ids = list(active.filter(pk__gte=start, pk__lt=start + BATCH).values_list("pk", flat=True))
        yield from documents_of(ids)


def _holders(record_ids: Sequence[int]) -> dict[int, list[tuple[str, bool]]]:
    """Return for each record the codes of the libraries that hold it, and whether a copy is on the shelf."""
    shelved = Item.objects.filter(holding=OuterRef("pk"), available=True)
    held = (
        Holding.objects.filter(record__in=record_ids)
        .annotate(on_shelf=Exists(shelved))
        .values_list("record_id", "library__code", "on_shelf")
    )
    found: dict[int, list[tuple[str, bool]]] = {}
    for record_id, code, on_shelf in held:
        found.setdefault(record_id, []).append((code, on_shelf))
    return found


def _document(record: Record, holders: list[tuple[str, bool]]) -> SearchDocument:
    return SearchDocument(
        record_id=record.pk,
        title=" ".join(part for part in (record.title, record.volume) if part),
        subtitle=record.subtitle,
        variant_titles=tuple(record.variant_titles),
        authors=tuple(record.authors),
        subjects=tuple(record.subjects),
        keywords=tuple(record.keywords),
        publisher=record.publisher,
        series=tuple(record.series),
        year=record.year,
        isbns=tuple(record.isbns),
        issns=tuple(record.issns),
        identifiers=tuple(record.identifiers),
        classes=tuple(number for number in record.classes if _is_indexed(number)),
        languages=tuple(record.languages),
        kind=record.kind,
        libraries=tuple(dict.fromkeys(code for code, _ in holders)),
        on_shelf_libraries=tuple(dict.fromkeys(code for code, on_shelf in holders if on_shelf)),
        abstract=record.abstract,
        contents=record.contents,
        added_at=record.added_at,
    )


def _is_indexed(number: str) -> bool:
    scheme, colon, _number = number.partition(":")
    return not colon or scheme in _SCHEMES_INDEXED or not scheme.isalpha() or not scheme.islower()
