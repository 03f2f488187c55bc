"""The catalogue for programs: search with the one query model, records, suggestions. Typed, with OpenAPI.

``GET /api/v1/search`` takes what the reader's page takes, so that an address of one is an address of the
other. ``POST /api/v1/search`` takes the query as a tree: groups nested, a field and a mode for each term.
"""

from typing import Annotated, Any, Literal, Union

from django.conf import settings
from django.http import HttpRequest
from ninja import Query as FromAddress
from ninja import Router, Schema
from pydantic import Field as Limits

from xinglin.catalog import discovery, queries
from xinglin.catalog.asking import FACETS, LAST_PAGE, LONGEST_VALUE, Asked
from xinglin.catalog.citing import reference
from xinglin.catalog.discovery import Discovery
from xinglin.catalog.models import Record
from xinglin.catalog.queries import Availability
from xinglin.catalog.search.query import And, Facet, Field, Filters, Mode, Node, Not, Or, Query, Sort, Term

router = Router(tags=["catalog"])
_MOST = 100
_MOST_PARTS = 30

Text = Annotated[str, Limits(max_length=LONGEST_VALUE)]
Page = Annotated[int, Limits(ge=1, le=LAST_PAGE)]
Size = Annotated[int, Limits(ge=0, le=_MOST)]


class TermIn(Schema):
    """Some text in one field, or in any."""

    text: Text
    field: Field = Field.ANY
    mode: Mode = Mode.WORDS


class GroupIn(Schema):
    """All of these, any of these, or everything but these."""

    operator: Literal["and", "or", "not"]
    parts: Annotated[list[Union["GroupIn", TermIn]], Limits(min_length=1, max_length=_MOST_PARTS)]


class FiltersIn(Schema):
    """What narrows without ranking; values of one filter are alternatives."""

    year_from: int | None = None
    year_to: int | None = None
    languages: list[Text] = []
    kinds: list[Text] = []
    libraries: list[Text] = []
    on_shelf: bool = False
    classes: list[Text] = []
    authors: list[Text] = []
    subjects: list[Text] = []


class SearchIn(Schema):
    """One question, as a tree."""

    query: GroupIn | TermIn | None = None
    filters: FiltersIn = FiltersIn()
    sort: Sort = Sort.RELEVANCE
    page: Page = 1
    size: Size = 20
    facets: list[Facet] = []
    forgiving: bool = True


class AddressIn(Schema):
    """A search as the reader's page has it in its address."""

    q: Text = ""
    at: Text = ""
    kind: Text = ""
    language: Text = ""
    subject: Text = ""
    author: Text = ""
    class_number: Annotated[str, Limits(alias="class", max_length=LONGEST_VALUE)] = ""
    year_from: Annotated[str, Limits(alias="from", max_length=4)] = ""
    year_to: Annotated[str, Limits(alias="to", max_length=4)] = ""
    decade: Annotated[str, Limits(max_length=4)] = ""
    shelf: bool = False
    sort: Sort = Sort.RELEVANCE
    page: Page = 1
    size: Size = 20


class HeldOut(Schema):
    """What one library has of a record, in copies."""

    library: str
    name: str
    copies: int
    on_shelf: int
    loanable: int


class RecordOut(Schema):
    """A record as a list shows it."""

    id: int
    title: str
    authors: list[str]
    edition: str
    publisher: str
    place: str
    year: int | None
    isbns: list[str]
    issns: list[str]
    classes: list[str]
    subjects: list[str]
    languages: list[str]
    kind: str
    is_electronic: bool
    url: str
    held: list[HeldOut]


class WholeRecordOut(RecordOut):
    """A record with all that is said of it."""

    variant_titles: list[str]
    responsibility: str
    extent: str
    series: list[str]
    keywords: list[str]
    abstract: str
    contents: str
    links: list[dict[str, str]]
    reference: str


class CountOut(Schema):
    value: str
    count: int


class ResultOut(Schema):
    """One page of a result. ``forgiven``: nothing fits as typed, near misses are listed."""

    total: int
    page: int
    size: int
    forgiven: bool
    did_you_mean: str | None
    records: list[RecordOut]
    facets: dict[str, list[CountOut]]


@router.get("/search", response=ResultOut, summary="Search as the reader's page does")
def search(request: HttpRequest, asked: FromAddress[AddressIn]) -> ResultOut:
    """Search by what a reader would type, with the filters of the page and its six facets."""
    given = asked.dict(by_alias=True)
    values = {name: str(value) for name, value in given.items() if value not in ("", None, False)}
    values |= {"shelf": "1"} if asked.shelf else {}
    query = Asked.read(values).query(size=asked.size, facets=FACETS)
    return _result(discovery.discover(query), query)


@router.post("/search", response=ResultOut, summary="Search by a tree of terms")
def search_by_tree(request: HttpRequest, asked: SearchIn) -> ResultOut:
    """Search by groups of terms, nested as deep as a person would."""
    query = Query(
        root=_node(asked.query) if asked.query is not None else None,
        filters=_filters(asked.filters),
        sort=asked.sort,
        page=asked.page,
        size=asked.size,
        facets=tuple(dict.fromkeys(asked.facets)),
        forgiving=asked.forgiving,
    )
    return _result(discovery.discover(query), query)


@router.get("/suggest", response=list[str], summary="Titles that go on from what was typed")
def suggest(request: HttpRequest, q: Text, size: Annotated[int, Limits(ge=1, le=20)] = 8) -> list[str]:
    """Return titles that begin with some characters or their pinyin."""
    return discovery.engine().complete(q, size=size)


@router.get("/records/{number}", response=WholeRecordOut, summary="One record")
def record(request: HttpRequest, number: int) -> WholeRecordOut:
    """Return a record, or the one it was merged into."""
    found = queries.record_by_id(number)
    known = _listed(found, queries.availability(found)).dict()
    return WholeRecordOut(
        **known,
        variant_titles=found.variant_titles,
        responsibility=found.responsibility,
        extent=found.extent,
        series=found.series,
        keywords=found.keywords,
        abstract=found.abstract,
        contents=found.contents,
        links=found.links,
        reference=reference(found),
    )


def _node(part: GroupIn | TermIn) -> Node:
    """Return the query node of a part. How deep it goes is checked by the engine, which refuses."""
    if isinstance(part, TermIn):
        return Term(part.text, part.field, part.mode)
    parts = tuple(_node(inner) for inner in part.parts)
    match part.operator:
        case "and":
            return And(parts)
        case "or":
            return Or(parts)
        case _:
            return Not(parts[0] if len(parts) == 1 else Or(parts))


def _filters(asked: FiltersIn) -> Filters:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in asked.dict().items()
    }
    return Filters(**values)


def _result(found: Discovery, query: Query) -> ResultOut:
    return ResultOut(
        total=found.total,
        page=query.page,
        size=query.size,
        forgiven=found.forgiven,
        did_you_mean=found.did_you_mean,
        records=[_listed(each.record, each.availability) for each in found.found] if query.size else [],
        facets={
            facet.value: [CountOut(value=value, count=count) for value, count in counts]
            for facet, counts in found.facets.items()
        },
    )


def _listed(record: Record, held: "list[Availability] | tuple[Availability, ...]") -> RecordOut:
    return RecordOut(
        id=record.pk,
        title=record.full_title,
        authors=record.authors,
        edition=record.edition,
        publisher=record.publisher,
        place=record.place,
        year=record.year,
        isbns=record.isbns,
        issns=record.issns,
        classes=record.classes,
        subjects=record.subjects,
        languages=record.languages,
        kind=record.kind,
        is_electronic=record.is_electronic,
        url=f"{settings.PUBLIC_URL}/m/record/{record.pk}/",
        held=[
            HeldOut(
                library=each.library.code,
                name=each.library.name,
                copies=each.copies,
                on_shelf=each.on_shelf,
                loanable=each.loanable,
            )
            for each in held
        ],
    )
