"""Exports of a list: exactly the filtered rows, all pages of them, as CSV or XLSX."""

import logging
from collections.abc import Iterator, Sequence
from typing import cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import csv_response, xlsx_bytes
from xinglin.console.access import StaffRequest
from xinglin.console.screens.columns import Column
from xinglin.console.values import M

log = logging.getLogger(__name__)

MOST_XLSX_ROWS = 100_000
CHUNK = 2000
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooManyRows(Refusal):
    """A workbook of so many rows would not open on an office machine."""

    code = "too_many_rows"


def export(
    request: StaffRequest,
    *,
    form: str,
    name: str,
    title: str,
    rows: QuerySet[M],
    columns: Sequence[Column[M]],
) -> HttpResponse:
    """Return the download. Who took which list, how narrowed, goes into the log.

    Raises ``TooManyRows`` for a workbook beyond 100 000 rows; CSV is streamed and has no such limit.
    """
    headings = [str(column.title) for column in columns]
    file = f"{title}-{clock.today():%Y%m%d}"
    # What was sought may be a reader's name: the log keeps only which filters were used.
    log.info(
        "a list was exported", extra={"screen": name, "user": request.user.pk, "filters": sorted(request.GET)}
    )
    if form == "csv":
        answer: HttpResponseBase = csv_response(name=file, headings=headings, rows=_lines(rows, columns))
        return cast(HttpResponse, answer)
    count = rows.count()
    if count > MOST_XLSX_ROWS:
        raise TooManyRows(
            _("共 %(count)d 行，超过 XLSX 的 %(most)d 行；请先筛选，或改用 CSV 导出。"),
            count=count,
            most=MOST_XLSX_ROWS,
        )
    workbook = HttpResponse(
        xlsx_bytes(headings=headings, rows=_lines(rows, columns), title=title), content_type=XLSX_TYPE
    )
    workbook["Content-Disposition"] = content_disposition_header(True, f"{file}.xlsx") or "attachment"
    return workbook


def _lines(rows: QuerySet[M], columns: Sequence[Column[M]]) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=CHUNK):
        yield [column.exported(row) for column in columns]
