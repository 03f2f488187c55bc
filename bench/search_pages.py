"""The whole HTTP answer of the search page: our web server in a process of its own, over the generated index."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import httpx
from django.utils import timezone

from bench.import_data import description_of
from bench.processes import free_port, running
from bench.search_data import LIBRARIES
from xinglin.catalog.description import put_into
from xinglin.catalog.discovery import discover
from xinglin.catalog.models import Holding, Item, Record
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Query
from xinglin.consortium import services as consortium
from xinglin.consortium.models import Library

PAGE = 20
PATH = "/m/search/"


def shown_on(texts: Iterable[str]) -> set[int]:
    """Return the records that stand on the first page of these searches."""
    from xinglin.catalog.discovery import engine

    return {
        hit.record_id for text in texts for hit in engine().search(Query(root=parse(text), size=PAGE)).hits
    }


def put_rows(documents: Iterable[SearchDocument]) -> None:
    """Give records their rows, with a copy at every library: only what will be shown; the index holds them all."""
    for code in LIBRARIES:
        consortium.add_library(code=code, name=f"{code} 馆", by=None)
    libraries = {library.code: library for library in Library.objects.all()}
    now = timezone.now()
    records, holdings, items = [], [], []
    for document in documents:
        record = Record(pk=document.record_id, added_at=now, updated_at=now)
        put_into(record, description_of(document), None)
        records.append(record)
        for code in document.libraries:
            held = Holding(
                record=record, library=libraries[code], call_number=document.classes[0], added_at=now
            )
            holdings.append(held)
            items.append(
                Item(
                    holding=held,
                    library=libraries[code],
                    barcode=f"{code}-{record.pk}",
                    added_at=now,
                    updated_at=now,
                )
            )
    Record.objects.bulk_create(records)
    Holding.objects.bulk_create(holdings)
    Item.objects.bulk_create(items)


def page_times(texts: Sequence[str], rounds: int) -> list[float]:
    """Return the milliseconds of every answer, from the request sent to the last byte read."""
    found = discover(Query(root=parse(texts[0]), size=PAGE))
    if not found.found:
        raise RuntimeError("the first search shows no record: the rows do not fit the index")
    port = free_port()
    command = [sys.executable, "-m", "xinglin", "serve", "--only", "web", "--port", str(port)]
    times: list[float] = []
    with (
        running(command, os.environ, port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        for round_number in range(rounds + 1):
            for text in texts:
                started = time.perf_counter()
                answer = client.get(f"{PATH}?{urlencode({'q': text})}")
                taken = (time.perf_counter() - started) * 1000
                if answer.status_code != httpx.codes.OK:
                    raise RuntimeError(f"the search page answered {answer.status_code} to {text!r}")
                if round_number:  # the first round warms the server
                    times.append(taken)
    return times
