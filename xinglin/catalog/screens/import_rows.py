"""The records of imports: what became of each, and the doubtful pairs that a librarian decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries, services
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.models import ImportRow, Record
from xinglin.catalog.screens.imports import import_libraries
from xinglin.catalog.screens.marc_view import lines_of
from xinglin.catalog.services.imports import PERMISSION
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of

_OUTCOME_TONES: dict[str, Tone] = {
    Outcome.WAITING: Tone.QUIET,
    Outcome.ADDED: Tone.GOOD,
    Outcome.MATCHED: Tone.ACTIVE,
    Outcome.REPLACED: Tone.ACTIVE,
    Outcome.REMOVED: Tone.ACTIVE,
    Outcome.REVIEW: Tone.WAITING,
    Outcome.REFUSED: Tone.BAD,
    Outcome.DROPPED: Tone.QUIET,
}
colour_states(ImportRow, _OUTCOME_TONES, field="outcome")
colour_states(ImportRow, _OUTCOME_TONES, field="foreseen")


def _title(row: ImportRow) -> str:
    return row.title or _("（未能读出题名）")


@screen
class ImportRows(ListScreen[ImportRow]):
    """The records of imports, and what became of each."""

    name = "catalog.import_rows"
    title = gettext_lazy("导入的记录")
    permission = PERMISSION
    detail = "catalog.import_row"
    columns = (
        Column(gettext_lazy("批次"), "batch.file_name", narrow=False),
        Column(gettext_lazy("序号"), "number", kind=Kind.NUMBER, sort="number"),
        Column(gettext_lazy("题名"), _title, link=True, roomy=True),
        Column(gettext_lazy("预计"), "foreseen", kind=Kind.STATE, narrow=False),
        Column(gettext_lazy("结果"), "outcome", kind=Kind.STATE),
        Column(gettext_lazy("原因"), "reason", narrow=False),
    )
    tabs = ChoiceFilter("outcome", gettext_lazy("结果"), choices=Outcome.choices)
    filters = (
        RelatedFilter(
            "batch",
            gettext_lazy("批次"),
            field="batch",
            rows=lambda request: queries.imports_visible_to(staff_of(request)),
        ),
    )
    search_fields = ("title",)
    search_hint = gettext_lazy("题名")
    order_by = ("-batch__uploaded_at", "number")

    def rows(self, request: StaffRequest) -> QuerySet[ImportRow]:
        return queries.import_rows_visible_to(staff_of(request))


@screen
class Review(ListScreen[ImportRow]):
    """Doubtful pairs: what the import would not decide by itself."""

    name = "catalog.review"
    title = gettext_lazy("查重")
    section = Section.CATALOGUING
    icon = "git-compare"
    order = 40
    permission = PERMISSION
    words = (gettext_lazy("疑似重复"), "chachong")
    detail = "catalog.import_row"
    columns = (
        Column(gettext_lazy("题名"), _title, link=True, roomy=True),
        Column(gettext_lazy("疑点"), "reason"),
        Column(gettext_lazy("批次"), "batch.file_name", narrow=False),
        Column(gettext_lazy("馆"), "batch.library.label", narrow=False),
    )
    filters = (RelatedFilter("library", gettext_lazy("馆"), field="batch__library", rows=import_libraries),)
    order_by = ("batch__uploaded_at", "number")
    empty = gettext_lazy("没有要查重的记录。导入时拿不准的会放在这里，由您决定。")

    def rows(self, request: StaffRequest) -> QuerySet[ImportRow]:
        return queries.reviews_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).count() or None


class SameForm(forms.Form):
    """Which of the records of the catalogue it is."""

    record = forms.ModelChoiceField(
        label=gettext_lazy("是这一条"), queryset=Record.objects.none(), empty_label=None
    )


def _same_form(
    request: StaffRequest, row: ImportRow, data: QueryDict | None, files: "MultiValueDict[str, Any] | None"
) -> Form:
    form = SameForm(data)
    form.fields["record"] = forms.ModelChoiceField(
        label=gettext_lazy("是这一条"),
        queryset=queries.records_visible_to(staff_of(request)).filter(pk__in=row.candidates),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    return form


def _decide_same(request: StaffRequest, row: ImportRow, answers: Answers) -> HttpResponse:
    services.decide_same(row=row, record=answers["record"], by=staff_of(request))
    return redirect("console:catalog.review")


def _decide_new(request: StaffRequest, row: ImportRow, answers: Answers) -> HttpResponse:
    services.decide_new(row=row, by=staff_of(request))
    return redirect("console:catalog.review")


def _drop(request: StaffRequest, row: ImportRow, answers: Answers) -> HttpResponse:
    services.drop(row=row, by=staff_of(request))
    return redirect("console:catalog.review")


def _in_review(row: ImportRow) -> bool:
    return row.outcome == Outcome.REVIEW and row.batch.state in (BatchState.RUNNING, BatchState.DONE)


@screen
class ImportRowPage(DetailScreen[ImportRow]):
    """One record of a file beside what the catalogue has."""

    name = "catalog.import_row"
    title = gettext_lazy("导入的记录")
    listing = "catalog.import_rows"
    history = False
    facts: Sequence[Facts[ImportRow]] = (
        Facts(
            gettext_lazy("导入"),
            (
                Fact(gettext_lazy("批次"), "batch.file_name", link=lambda row: _batch_url(row)),
                Fact(gettext_lazy("序号"), "number", kind=Kind.NUMBER),
                Fact(gettext_lazy("预计"), "foreseen", kind=Kind.STATE),
                Fact(gettext_lazy("结果"), "outcome", kind=Kind.STATE),
                Fact(gettext_lazy("原因"), "reason"),
                Fact(gettext_lazy("说明"), lambda row: " ".join(row.remarks)),
                Fact(gettext_lazy("撤销说明"), "undo_remark"),
            ),
        ),
    )
    actions = (
        Action(
            "same",
            gettext_lazy("就是已有的这种书"),
            run=_decide_same,
            form=_same_form,
            icon="link",
            when=_in_review,
        ),
        Action(
            "new",
            gettext_lazy("是另一种书，新增"),
            run=_decide_new,
            confirm=gettext_lazy("将作为新的书目写入目录。"),
            icon="plus",
            when=_in_review,
        ),
        Action(
            "drop",
            gettext_lazy("舍弃"),
            run=_drop,
            confirm=gettext_lazy("不写入目录；原始数据仍保留在批次里。"),
            icon="x",
            tone=Tone.BAD,
            when=_in_review,
        ),
    )
    panel_template = "catalog/console/import_row.html"

    def heading(self, row: ImportRow) -> str:
        return _title(row)

    def rows(self, request: StaffRequest) -> QuerySet[ImportRow]:
        return queries.import_rows_visible_to(staff_of(request)).defer(None)

    def context(self, request: StaffRequest, row: ImportRow) -> dict[str, object]:
        wanted = [row.record_id] if row.record_id else row.candidates
        known = queries.records_visible_to(staff_of(request)).filter(pk__in=wanted)
        return {
            "marc_lines": lines_of(bytes(row.raw), row.charset),
            "candidates": [(record, lines_of(bytes(record.marc), record.charset)) for record in known[:5]],
        }


def _batch_url(row: ImportRow) -> str:
    return reverse("console:catalog.import", args=[row.batch_id])
