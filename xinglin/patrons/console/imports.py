"""Import of readers in three steps: upload, check the columns, see what became of each row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import history
from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import csv_response, xlsx_bytes
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    RowScreen,
    RowsScreen,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.console.uploads import BadRow, Progress, UploadForm
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.patrons import queries
from xinglin.patrons.console.forms import libraries_with
from xinglin.patrons.imports import batches, sheets
from xinglin.patrons.imports.columns import FIELDS, checked
from xinglin.patrons.imports.rows import contradictions
from xinglin.patrons.models import BatchState, ImportBatch, RowState

colour_states(
    ImportBatch,
    {
        BatchState.UPLOADED: Tone.WAITING,
        BatchState.RUNNING: Tone.ACTIVE,
        BatchState.DONE: Tone.GOOD,
        BatchState.UNDONE: Tone.QUIET,
    },
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 100
SAMPLE = 5


def _undo(request: StaffRequest, batch: ImportBatch, answers: Answers) -> str:
    batches.undo(batch=batch, by=staff_of(request))
    return _("已撤销：新增的读者已删除，更新的已恢复原样。")


def _resume(request: StaffRequest, batch: ImportBatch, answers: Answers) -> str:
    batches.resume(batch=batch, by=staff_of(request))
    return _("已继续。")


@screen
class Imports(ListScreen[ImportBatch]):
    name = "patrons.imports"
    title = gettext_lazy("读者导入")
    section = Section.PATRONS
    icon = "table-import"
    order = 30
    permission = "patrons.import_patron"
    words = (gettext_lazy("批量"), gettext_lazy("上传"), gettext_lazy("表格"))
    detail = "patrons.import"
    create = "patrons.import.new"
    create_title = gettext_lazy("上传表格")
    columns = (
        Column(gettext_lazy("文件"), "file_name", sort="file_name", link=True),
        Column(gettext_lazy("导入到"), "library.label", sort="library__code"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("上传人"), "uploaded_by.name", narrow=False),
        Column(gettext_lazy("上传时间"), "uploaded_at", kind=Kind.MOMENT, sort="uploaded_at", narrow=False),
    )
    search_fields = ("file_name",)
    search_hint = gettext_lazy("文件名")
    order_by = ("-uploaded_at",)
    empty = gettext_lazy("还没有导入过。准备一张 Excel 表，第一行写列名：卡号、姓名、类别……")
    actions = (
        Action(
            "undo",
            gettext_lazy("撤销导入"),
            run=_undo,
            confirm=gettext_lazy("新增的读者会删除，更新的恢复原样；之后又办过事的读者会使撤销整批停止。"),
            permission="patrons.import_patron",
            icon="arrow-back-up",
            tone=Tone.BAD,
            when=lambda batch: batch.state == BatchState.DONE,
        ),
        Action(
            "resume",
            gettext_lazy("继续"),
            run=_resume,
            permission="patrons.import_patron",
            icon="player-play",
            when=lambda batch: batch.state == BatchState.RUNNING,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[ImportBatch]:
        return queries.batches_visible_to(staff_of(request))


@screen
class Upload(FormScreen[ImportBatch]):
    name = "patrons.import.new"
    title = gettext_lazy("上传读者表格")
    listing = "patrons.imports"
    permission = "patrons.import_patron"
    detail = "patrons.import"
    button = gettext_lazy("上传并核对")
    hint = gettext_lazy(
        "第一行写列名。卡号相同的读者会更新，空格子不会清掉原来的内容；身份证号一列不会被读取。"
    )
    done = gettext_lazy("文件已读取，请核对各列。")

    def make_form(
        self, request: StaffRequest, row: ImportBatch | None, data: object, files: object
    ) -> forms.Form:
        sent = request.method == "POST"
        form = UploadForm(request.POST if sent else None, request.FILES if sent else None)
        form.fields["library"] = libraries_with(request, "patrons.import_patron")
        form.order_fields(["library", "file"])
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: ImportBatch | None) -> ImportBatch:
        file = form.cleaned_data["file"]
        return batches.upload(
            library=form.cleaned_data["library"], file=file, name=file.name or "", by=staff_of(request)
        )


@screen
class ImportPage(RowScreen[ImportBatch]):
    """One import: before it runs, its columns and what they would do; after, what was done."""

    name = "patrons.import"
    title = gettext_lazy("读者导入")
    listing = "patrons.imports"
    template_name = "patrons/import.html"

    def context(self, request: StaffRequest, row: ImportBatch) -> dict[str, object]:
        if row.state == BatchState.UPLOADED:
            return self._before(request, row, row.mapping)
        return outcome_of(row)

    def post(self, request: StaffRequest, row: ImportBatch) -> HttpResponse:
        mapping = {field.key: request.POST.get(field.key, "") for field in FIELDS}
        try:
            if "look" not in request.POST:
                batches.start(batch=row, mapping=mapping, by=staff_of(request))
                return redirect("console:patrons.import", row.pk)
            refusal = None
        except Refusal as refused:
            refusal = refused
        context = self._before(request, row, mapping) if row.state == BatchState.UPLOADED else outcome_of(row)
        shown = {"row": row, "title": self.heading(row), "refusal": refusal, **context}
        return self.page(request, shown, status=refusal.status if refusal else 200)

    def _before(self, request: StaffRequest, row: ImportBatch, mapping: dict[str, str]) -> dict[str, object]:
        """Return the columns, the first rows, and what would be refused with this mapping."""
        context: dict[str, object] = {
            "fields": [(field, mapping.get(field.key, "")) for field in FIELDS],
            "sample": [
                [cells.get(heading, "") for heading in row.headings]
                for cells in row.rows.values_list("cells", flat=True)[:SAMPLE]
            ],
            "total": row.rows.count(),
        }
        try:
            told = checked(mapping, row.headings)
        except Refusal as refusal:
            return {**context, "incomplete": refusal}
        readings = batches.readings_of(row, told, staff_of(request))
        against = contradictions(readings, headings=told)
        bad = [
            bad_row(reading.number, [asdict(problem) for problem in problems])
            for reading in readings
            if (problems := (*reading.problems, *filter(None, [against.get(reading.number)])))
        ]
        return context | {
            "bad_rows": bad[:MOST_SHOWN],
            "refused": len(bad),
            "good": len(readings) - len(bad),
        }


def bad_row(number: int, problems: Sequence[Mapping[str, str]]) -> BadRow:
    """Return a refused row as the page shows it."""
    return BadRow(
        number,
        "".join(f"{problem['column']}：{problem['reason']}" for problem in problems),
        "，".join(problem["value"] for problem in problems if problem["value"]),
    )


def outcome_of(batch: ImportBatch) -> dict[str, object]:
    """Return how far an import has come, and what became of its rows."""
    counted = batches.counts(batch)
    total = sum(counted.values())
    running = batch.state == BatchState.RUNNING
    sentence = _("正在导入") if running else batch.get_state_display()
    return {
        "progress": Progress(total - counted[RowState.WAITING], total, sentence, finished=not running),
        "counts": [(state.label, counted[state.value]) for state in RowState if counted[state.value]],
        "bad_rows": [
            bad_row(row.number, row.problems)
            for row in batch.rows.filter(state=RowState.REFUSED)[:MOST_SHOWN]
        ],
        "refused": counted[RowState.REFUSED],
    }


@screen
class ImportProgress(RowsScreen[ImportBatch]):
    """The bar that follows a running import; the page is shown anew when it has ended."""

    name = "patrons.import.progress"
    listing = "patrons.imports"

    def urls(self) -> list[URLPattern]:
        return [self.route(self.row_address, self._follow)]

    def _follow(self, request: StaffRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        shown = {**outcome_of(row), "url": reverse(f"console:{self.name}", args=[row.pk])}
        answer = self.page(request, shown, template="console/parts/progress.html")
        if row.state != BatchState.RUNNING:
            answer["HX-Refresh"] = "true"
        return answer


@screen
class RefusedRows(RowsScreen[ImportBatch]):
    """The refused rows as a table, to be mended and uploaded again."""

    name = "patrons.import.refused"
    listing = "patrons.imports"

    def urls(self) -> list[URLPattern]:
        return [self.route(self.row_address, self._send)]

    def _send(self, request: StaffRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        name = _("未导入的读者-%(number)d") % {"number": row.pk}
        headings = sheets.refused_headings(row)
        return _table(request, name=name, headings=headings, rows=sheets.refused_rows(row))


@screen
class Export(PageScreen):
    """All readers whom someone may see, in the columns that an import reads back."""

    name = "patrons.export"
    permission = "patrons.export_patron"
    listing = "patrons.patrons"

    def urls(self) -> list[URLPattern]:
        return [self.route(self.address, self._send)]

    def _send(self, request: StaffRequest) -> HttpResponse:
        staff = staff_of(request)
        may_export = access.libraries_of(staff, "patrons.export_patron")
        patrons = queries.patrons_visible_to(staff).filter(home_library__in=may_export)
        history.record(staff, "export_patrons", by=staff.user, changes={"readers": patrons.count()})
        rows = sheets.patron_rows(patrons)
        return _table(request, name=_("读者"), headings=sheets.HEADINGS, rows=rows)


@screen
class Template(PageScreen):
    """An empty table with one example, for offices that have none."""

    name = "patrons.import_template"
    permission = "patrons.import_patron"
    listing = "patrons.imports"

    def urls(self) -> list[URLPattern]:
        return [self.route(self.address, self._send)]

    def _send(self, request: StaffRequest) -> HttpResponse:
        return _table(request, name=_("读者导入模板"), headings=sheets.HEADINGS, rows=[sheets.EXAMPLE])


def _table(
    request: StaffRequest, *, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Return a table in the form asked for: XLSX, or CSV with ``?form=csv``."""
    if request.GET.get("form") == "csv":
        # Streamed: a sibling of HttpResponse in Django's types, the same to whoever sends it.
        return cast(HttpResponse, csv_response(name=name, headings=headings, rows=rows))
    answer = HttpResponse(xlsx_bytes(headings=headings, rows=rows), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer
