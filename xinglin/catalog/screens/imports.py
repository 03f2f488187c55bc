"""Imports: upload, preview, run with progress, report, doubtful pairs, undo."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries, services
from xinglin.catalog.importing.staging import LARGEST_FILE
from xinglin.catalog.lifecycle import BATCH_MOVES, BatchState, Outcome
from xinglin.catalog.models import ImportBatch, OnMatch
from xinglin.catalog.services.imports import PERMISSION
from xinglin.commons.sheets import csv_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    RowScreen,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.console.uploads import Progress, UploadForm
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

ENDINGS = (".mrc", ".iso", ".marc", ".dat", ".xml", ".txt", ".bin", ".mrk", ".2709")
_AT_WORK = (BatchState.RECEIVING, BatchState.UPLOADED, BatchState.RUNNING, BatchState.UNDOING)
_BEFORE = (BatchState.RECEIVING, BatchState.UPLOADED, BatchState.PREVIEWED)
_FIRST_ROWS = 20

colour_states(
    ImportBatch,
    {
        BatchState.RECEIVING: Tone.ACTIVE,
        BatchState.UPLOADED: Tone.WAITING,
        BatchState.PREVIEWED: Tone.WAITING,
        BatchState.RUNNING: Tone.ACTIVE,
        BatchState.DONE: Tone.GOOD,
        BatchState.FAILED: Tone.BAD,
        BatchState.UNDOING: Tone.ACTIVE,
        BatchState.UNDONE: Tone.QUIET,
        BatchState.DISCARDED: Tone.QUIET,
    },
)


class ImportForm(UploadForm):
    """A MARC file, whose it is, and what a match does."""

    library = forms.ModelChoiceField(label=gettext_lazy("导入的馆"), queryset=Library.objects.none())
    on_match = forms.ChoiceField(
        label=gettext_lazy("目录里已有的书"), choices=OnMatch.choices, initial=OnMatch.KEEP
    )
    with_items = forms.BooleanField(
        label=gettext_lazy("按本馆的馆藏字段（默认 905，MARC 21 用 852）登记馆藏和单册"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, libraries: QuerySet[Library], **kwargs: Any) -> None:
        super().__init__(*args, endings=ENDINGS, largest=LARGEST_FILE, **kwargs)
        self.fields["library"] = forms.ModelChoiceField(label=gettext_lazy("导入的馆"), queryset=libraries)
        self.order_fields(["file", "library", "on_match", "with_items"])


def import_libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), PERMISSION), active=True)


@screen
class Imports(ListScreen[ImportBatch]):
    name = "catalog.imports"
    title = gettext_lazy("导入")
    section = Section.CATALOGUING
    icon = "file-import"
    order = 30
    permission = PERMISSION
    words = (gettext_lazy("批次"), "MARC", "daoru")
    detail = "catalog.import"
    template_name = "catalog/editing/imports.html"
    create = "catalog.import.new"
    create_title = gettext_lazy("上传 MARC 文件")
    columns = (
        Column(gettext_lazy("批次"), "pk", sort="pk", link=True),
        Column(gettext_lazy("文件"), "file_name", link=True),
        Column(gettext_lazy("馆"), "library.label"),
        Column(gettext_lazy("记录数"), "records", kind=Kind.NUMBER, sort="records"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("导入人"), lambda batch: batch.by.name if batch.by else "", narrow=False),
        Column(gettext_lazy("上传时间"), "uploaded_at", kind=Kind.MOMENT, sort="uploaded_at"),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=BatchState.choices)
    filters = (RelatedFilter("library", gettext_lazy("馆"), field="library", rows=import_libraries),)
    search_fields = ("file_name",)
    search_hint = gettext_lazy("文件名")
    order_by = ("-uploaded_at",)
    empty = gettext_lazy("还没有导入过。上传 ISO 2709 或 MARCXML 文件，先看预览，确认后才写入目录。")

    def rows(self, request: StaffRequest) -> QuerySet[ImportBatch]:
        return queries.imports_visible_to(staff_of(request))


@screen
class ImportNew(FormScreen[ImportBatch]):
    name = "catalog.import.new"
    title = gettext_lazy("上传 MARC 文件")
    listing = "catalog.imports"
    detail = "catalog.import"
    button = gettext_lazy("上传并预览")
    done = gettext_lazy("已上传，正在预览；确认之前不会写入目录。")
    hint = gettext_lazy(
        "支持 CNMARC、UNIMARC、MARC 21，ISO 2709 或 MARCXML；编码自动识别。读不了的逐条说明原因，原始数据保留。"
    )

    def make_form(
        self,
        request: StaffRequest,
        row: ImportBatch | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        initial = {"library": staff_of(request).library_id}
        return ImportForm(data, files, libraries=import_libraries(request), initial=initial)

    def save(self, request: StaffRequest, form: Form, row: ImportBatch | None) -> ImportBatch:
        answers = form.cleaned_data
        return services.upload(
            file=answers["file"].file,
            name=answers["file"].name,
            library=answers["library"],
            on_match=OnMatch(answers["on_match"]),
            with_items=answers["with_items"],
            by=staff_of(request),
        )


@screen
class ImportPage(RowScreen[ImportBatch]):
    """One import from the preview to the report; while a job is at work it refreshes itself."""

    name = "catalog.import"
    title = gettext_lazy("导入批次")
    listing = "catalog.imports"
    template_name = "catalog/console/import.html"

    def heading(self, row: ImportBatch) -> str:
        return f"{row.file_name} · {BatchState(row.state).label}"

    def context(self, request: StaffRequest, row: ImportBatch) -> dict[str, object]:
        by = "foreseen" if row.state in _BEFORE else "outcome"
        counts = dict(row.rows.values_list(by).annotate(n=Count("pk")))
        rows = queries.import_rows_visible_to(staff_of(request)).filter(batch=row).order_by("number")
        refused = rows.filter(**{by: Outcome.REFUSED})
        doubtful = rows.filter(**{by: Outcome.REVIEW})
        return {
            "counts": [
                (Outcome(value).label, counts[value]) for value in Outcome.values if counts.get(value)
            ],
            "by": by,
            "at_work": row.state in _AT_WORK,
            "progress": _progress(row),
            "step": 3 if row.state not in _BEFORE else 2 if row.state == BatchState.PREVIEWED else 1,
            "deeds": [deed for deed in ("start", "discard", "undo") if (row.state, deed) in BATCH_MOVES],
            "first_rows": rows[:_FIRST_ROWS],
            "refused": refused[:_FIRST_ROWS],
            "refused_count": counts.get(Outcome.REFUSED, 0),
            "doubtful": doubtful[:_FIRST_ROWS],
            "doubtful_count": counts.get(Outcome.REVIEW, 0),
            "stayed": rows.exclude(undo_remark="")[:_FIRST_ROWS],
            "rows_url": f"{reverse('console:catalog.import_rows')}?batch={row.pk}",
        }

    def post(self, request: StaffRequest, row: ImportBatch) -> HttpResponse:
        deed = {"start": services.start, "discard": services.discard, "undo": services.undo}.get(
            request.POST.get("deed", "")
        )
        if deed is not None:
            deed(batch=row, by=staff_of(request))
        return redirect("console:catalog.import", pk=row.pk)

    def urls(self) -> list[URLPattern]:
        return [
            *super().urls(),
            self.route(f"{self.row_address}progress/", self._progress, ".progress"),
            self.route(f"{self.row_address}refused.mrc", self._refused_file, ".refused_file"),
            self.route(f"{self.row_address}refused.csv", self._refused_reasons, ".refused_reasons"),
        ]

    def _progress(self, request: StaffRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        if row.state not in _AT_WORK:
            answer = HttpResponse(status=204)
            answer["HX-Refresh"] = "true"
            return answer
        url = reverse("console:catalog.import.progress", args=[pk])
        return render(request, "console/parts/progress.html", {"progress": _progress(row), "url": url})

    def _refused_file(self, request: StaffRequest, pk: int) -> HttpResponse:
        """Send the refused records' bytes as they came, to be mended and sent in again."""
        row = self.row(request, pk)
        answer = StreamingHttpResponse(_refused_bytes(row), content_type="application/octet-stream")
        ending = "xml" if row.format == "marcxml" else "mrc"
        answer["Content-Disposition"] = (
            content_disposition_header(True, f"refused-{pk}.{ending}") or "attachment"
        )
        return answer  # type: ignore[return-value]  # a streamed answer is one too; the toolkit passes it on

    def _refused_reasons(self, request: StaffRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        rows = row.rows.filter(outcome=Outcome.REFUSED).order_by("number")
        # A streamed answer is one too; the toolkit passes it on.
        return csv_response(  # type: ignore[return-value]
            name=f"refused-{pk}",
            headings=[_("序号"), _("原因代码"), _("原因"), _("题名"), _("字节数")],
            rows=rows.values_list("number", "code", "reason", "title", "size"),
        )


def _refused_bytes(batch: ImportBatch) -> Iterator[bytes]:
    rows = batch.rows.filter(outcome=Outcome.REFUSED).order_by("number").values_list("raw", flat=True)
    return (bytes(raw) for raw in rows.iterator(chunk_size=200))


def _progress(batch: ImportBatch) -> Progress:
    undoing = batch.state == BatchState.UNDOING
    done = batch.records - batch.checkpoint if undoing else batch.checkpoint
    sentence = {
        BatchState.RECEIVING: _("正在接收，收完后预览"),
        BatchState.UPLOADED: _("正在预览"),
        BatchState.RUNNING: _("正在导入"),
        BatchState.UNDOING: _("正在撤销"),
    }.get(BatchState(batch.state), "")
    return Progress(done, batch.records, sentence, finished=batch.state not in _AT_WORK)
