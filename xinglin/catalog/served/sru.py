"""SRU at one address: explain and searchRetrieve in versions 1.1, 1.2 and 2.0.

A request that names version 1.1 or 1.2, or an operation, is answered in the old form; all others in
that of SRU 2.0. Whatever is wrong is told as a diagnostic in an answer with status 200.
Source: SRU 1.2 (Library of Congress), searchRetrieve 2.0 (OASIS standard, 30 January 2013).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from xinglin.catalog import discovery
from xinglin.catalog.models import Record, RecordState
from xinglin.catalog.search.errors import IndexNotReady, QueryTooDeep
from xinglin.catalog.search.query import Query
from xinglin.catalog.served import sru_explain, sru_request
from xinglin.catalog.served.cql import CqlError, parse_cql
from xinglin.catalog.served.cql_query import Asked, asked_by, sort_by
from xinglin.catalog.served.sru_request import SruRequest
from xinglin.catalog.served.sru_xml import Answer

DEEPEST_POSITION = 10_000
MEDIA_TYPES = {"2.0": "application/sru+xml; charset=utf-8"}


@dataclass(frozen=True)
class Slice:
    """Some records from one position on, and how many there are in all."""

    total: int
    records: tuple[Record, ...]


@csrf_exempt
def sru(request: HttpRequest) -> HttpResponse:
    """Answer one SRU request."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    sent = dict((request.POST if request.method == "POST" else request.GET).lists())
    try:
        given, wrong = sru_request.named(sent), None
    except CqlError as error:
        given, wrong = {name: values[-1] for name, values in sent.items()}, error
    version = sru_request.version_of(given)
    body = _answer(given, version, wrong)
    kind = MEDIA_TYPES.get(version, "text/xml; charset=utf-8")
    if "text/html" in request.headers.get("Accept", ""):
        kind = "text/xml; charset=utf-8"  # a person looks at it in a browser, which would save the other
    return HttpResponse(body, content_type=kind)


def _answer(given: Mapping[str, str], version: str, wrong: CqlError | None) -> bytes:
    operation = sru_request.operation_of(given)
    if operation == "explain":
        return _explained(given, version, wrong)
    answer = Answer(version)
    try:
        if wrong is not None:
            raise wrong
        sru_request.refuse_version(given)
        if operation != "searchRetrieve":
            raise CqlError(4, operation)
        asked = SruRequest.read(given, version)
        answer.begin(asked)
        _search(answer, asked)
    except CqlError as error:
        answer.diagnose(error.number, error.details)
    except QueryTooDeep:
        answer.diagnose(38)
    except IndexNotReady:
        answer.diagnose(2)
    return answer.as_bytes()


def _explained(given: Mapping[str, str], version: str, wrong: CqlError | None) -> bytes:
    """Explain whatever was asked; what is wrong with the request stands beside it."""
    as_string = False
    try:
        if wrong is not None:
            raise wrong
        sru_request.refuse_version(given)
        sru_request.refuse_unknown(given)
        as_string = sru_request.escaped(given, version)
    except CqlError as error:
        wrong = error
    return sru_explain.explained(version, as_string=as_string, wrong=wrong)


def _search(answer: Answer, request: SruRequest) -> None:
    """Search and write the records. Raises ``CqlError``, ``QueryTooDeep``, ``IndexNotReady``."""
    asked = asked_by(parse_cql(request.query))
    if request.sort is not None:
        asked = replace(asked, sort=sort_by(*request.sort))
    found = _found(asked, request)
    if found.total and request.start > found.total:
        raise CqlError(61, str(request.start))
    answer.count(found.total)
    for position, record in enumerate(found.records, start=request.start):
        answer.add_record(record, position)
    following = request.start + len(found.records)
    if found.records and following <= found.total:
        answer.go_on_at(following)


def _found(asked: Asked, request: SruRequest) -> Slice:
    if asked.nothing:
        return Slice(0, ())
    if asked.pk is not None:
        rows = tuple(Record.objects.filter(pk=asked.pk, state=RecordState.ACTIVE))
        return Slice(len(rows), rows[: request.maximum] if request.start == 1 else ())
    if request.start + request.maximum > DEEPEST_POSITION:
        raise CqlError(61, f"at most {DEEPEST_POSITION} records of a result are given out")
    wanted = Query(
        root=asked.root,
        filters=asked.filters,
        sort=asked.sort,
        offset=request.start - 1,
        size=request.maximum,
        forgiving=False,
    )
    results = discovery.engine().search(wanted)
    pks = [hit.record_id for hit in results.hits]
    by_id = {record.pk: record for record in Record.objects.filter(pk__in=pks, state=RecordState.ACTIVE)}
    return Slice(results.total, tuple(by_id[pk] for pk in pks if pk in by_id))
