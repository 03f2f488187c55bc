"""Exports: what is chosen (filtered, or set aside), in which form, what cannot be written, the download."""

import logging
from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries
from xinglin.catalog.citing import MOST, Form, written
from xinglin.catalog.editing import basket
from xinglin.catalog.editing.exporting import CHUNK, Export, Wanted, zipped
from xinglin.catalog.models import Record, RecordState
from xinglin.commons import clock
from xinglin.commons.numbers import whole
from xinglin.console import registry
from xinglin.console.access import StaffRequest
from xinglin.console.screens import ListScreen, PageScreen, screen
from xinglin.consortium.access import staff_of

log = logging.getLogger(__name__)

# So many are looked through before the download, so that what cannot be written is known beforehand.
MOST_CHECKED = 2_000
_SHOWN = 50
_TYPES = {"mrc": "application/marc", "xml": "application/marcxml+xml"}


def chosen(request: StaffRequest) -> QuerySet[Record]:
    """Return the records to export: those set aside, one by its number, or what the list's filters leave."""
    rows = queries.records_visible_to(staff_of(request)).filter(state=RecordState.ACTIVE)
    if request.GET.get("from") == "basket":
        return basket.picked_among(request, rows).order_by("pk")
    if (number := whole(request.GET.get("record", ""))) is not None:
        return rows.filter(pk=number)
    listing = registry.screens["catalog.records"]
    if not isinstance(listing, ListScreen):
        raise TypeError("catalog.records is no list")
    narrowed: QuerySet[Record] = listing.rows(request)
    sought = request.GET.get("q", "").strip()
    if sought:
        narrowed = listing.search(request, narrowed, sought[:200])
    for each in listing.filters:
        narrowed = each.narrow(narrowed, request)
    return rows.filter(pk__in=narrowed.order_by().values("pk")).order_by("pk")


def wanted_of(request: StaffRequest) -> Wanted:
    """Return the form asked for; an unknown one is UTF-8."""
    form = request.GET.get("form", "")
    return Wanted(form) if form in Wanted.values else Wanted.UTF8


@screen
class Exports(PageScreen):
    name = "catalog.export"
    title = gettext_lazy("导出 MARC")
    listing = "catalog.records"
    permission = "catalog.view_record"
    template_name = "catalog/editing/export.html"

    def urls(self) -> list[URLPattern]:
        return [
            *super().urls(),
            self.route(f"{self.address}file/", self._file, ".file"),
            self.route(f"{self.address}citations/", self._citations, ".citations"),
        ]

    def context(self, request: StaffRequest) -> dict[str, object]:
        rows, wanted = chosen(request), wanted_of(request)
        count = rows.count()
        query = request.GET.copy()
        query["form"] = wanted.value
        context: dict[str, object] = {
            "count": count,
            "wanted": wanted,
            "forms": Wanted.choices,
            "citation_forms": [(each.label, _with_form(query, each)) for each in Form],
            "most_cited": MOST,
            "query": query.urlencode(),
            "kept_words": [
                (name, value) for name, values in request.GET.lists() if name != "form" for value in values
            ],
            "from_basket": request.GET.get("from") == "basket",
            "in_basket": len(basket.picked(request)),
            "is_checked": count <= MOST_CHECKED,
        }
        if 0 < count <= MOST_CHECKED:
            export = _walked(rows, wanted)
            context |= {"unwritten": export.unwritten[:_SHOWN], "unwritten_count": len(export.unwritten)}
        return context

    def post(self, request: StaffRequest) -> HttpResponse:
        basket.empty(request)
        messages.success(request, _("导出篮已清空。"))
        return redirect("console:catalog.records")

    def _file(self, request: StaffRequest) -> HttpResponse:
        """Stream the file; with its report in a ZIP where something cannot be written or nobody looked yet."""
        rows, wanted = chosen(request), wanted_of(request)
        name = _("书目-%(day)s") % {"day": f"{clock.today():%Y%m%d}"}
        count = rows.count()
        log.info(
            "records were exported", extra={"user": request.user.pk, "form": wanted.value, "count": count}
        )
        is_whole = count <= MOST_CHECKED and not _walked(rows, wanted).unwritten
        export = Export(rows.iterator(chunk_size=CHUNK), wanted)
        if is_whole:
            return _download(export.pieces(), f"{name}.{wanted.ending}", _TYPES[wanted.ending])
        return _download(zipped(export, name=name), f"{name}.zip", "application/zip")

    def _citations(self, request: StaffRequest) -> HttpResponse:
        """Hand the chosen records over as references or for a reference manager."""
        asked = request.GET.get("form", "")
        form = Form(asked) if asked in Form.values else Form.GBT7714
        name = _("题录-%(day)s") % {"day": f"{clock.today():%Y%m%d}"}
        whole = written(list(chosen(request).defer("marc", "contents")[:MOST]), form)
        return _download(iter([whole]), f"{name}.{form.ending}", form.media_type)


def _with_form(query: QueryDict, form: Form) -> str:
    changed = query.copy()
    changed["form"] = form.value
    return changed.urlencode()


def _walked(rows: QuerySet[Record], wanted: Wanted) -> Export:
    """Return an export that was made and thrown away: what it could not write is known."""
    export = Export(rows.iterator(chunk_size=CHUNK), wanted)
    for _piece in export.pieces():
        continue
    return export


def _download(pieces: Iterator[bytes], name: str, kind: str) -> HttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return cast(HttpResponse, answer)
