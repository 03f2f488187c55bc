"""Tables and lists of ISBNs: upload, say what the columns mean, look, hand over to the imports."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.catalog.editing import tables
from xinglin.catalog.editing.headings import Meaning, guessed
from xinglin.catalog.editing.models import TableDraft
from xinglin.catalog.services.imports import PERMISSION
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.screens import FormScreen, RowScreen, screen
from xinglin.console.uploads import UploadForm
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

ENDINGS = (".xlsx", ".csv", ".txt")
_SAMPLE = 10
_SHOWN = 50


class TableForm(UploadForm):
    """A table, and whose it is."""

    library = forms.ModelChoiceField(label=gettext_lazy("导入的馆"), queryset=Library.objects.none())

    def __init__(self, *args: Any, libraries: QuerySet[Library], **kwargs: Any) -> None:
        super().__init__(*args, endings=ENDINGS, **kwargs)
        self.fields["library"] = forms.ModelChoiceField(label=gettext_lazy("导入的馆"), queryset=libraries)


@screen
class TableNew(FormScreen[TableDraft]):
    name = "catalog.table.new"
    title = gettext_lazy("导入表格或 ISBN 清单")
    listing = "catalog.imports"
    button = gettext_lazy("上传，核对列名")
    hint = gettext_lazy(
        "Excel 或 CSV，第一行是列名；只有 ISBN 的清单每行一个即可。下一步核对每列的含义，确认之前不会写入目录。"
    )

    def make_form(
        self,
        request: StaffRequest,
        row: TableDraft | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        mine = access.libraries_of(staff_of(request), PERMISSION)
        libraries = Library.objects.filter(pk__in=mine, active=True)
        first = libraries.first() if libraries.count() == 1 else staff_of(request).library
        return TableForm(data, files, libraries=libraries, initial={"library": first})

    def save(self, request: StaffRequest, form: Form, row: TableDraft | None) -> HttpResponse:
        answers = form.cleaned_data
        file = answers["file"]
        draft = tables.keep_draft(
            file=file, name=file.name or "", library=answers["library"], by=staff_of(request)
        )
        return redirect("console:catalog.table", pk=draft.pk)


@screen
class TableMapping(RowScreen[TableDraft]):
    name = "catalog.table"
    title = gettext_lazy("核对列名")
    listing = "catalog.imports"
    path = "catalog/table/<int:pk>/"
    template_name = "catalog/editing/table.html"

    def rows(self, request: StaffRequest) -> QuerySet[TableDraft]:
        mine = access.libraries_of(staff_of(request), PERMISSION)
        return TableDraft.objects.filter(library__in=mine).select_related("library")

    def context(self, request: StaffRequest, row: TableDraft) -> dict[str, object]:
        return self._shown(row, request.GET, None)

    def post(self, request: StaffRequest, row: TableDraft) -> HttpResponse:
        table = tables.table_of(bytes(row.data), row.file_name)
        try:
            batch = tables.import_table(
                draft=row,
                mapping=_mapping(table, request.POST),
                without_damaged_isbns="without_damaged" in request.POST,
                by=staff_of(request),
            )
        except Refusal as refusal:
            context = {"row": row, "title": self.heading(row), **self._shown(row, request.POST, refusal)}
            return self.page(request, context, status=refusal.status)
        return redirect(reverse("console:catalog.import", args=[batch.pk]))

    def _shown(self, row: TableDraft, asked: QueryDict, refusal: Refusal | None) -> dict[str, object]:
        table = tables.table_of(bytes(row.data), row.file_name)
        mapping = _mapping(table, asked)
        without_damaged = "without_damaged" in asked
        converted = None
        try:
            converted = tables.convert(
                table, mapping, library=row.library, without_damaged_isbns=without_damaged
            )
        except Refusal as refused:
            refusal = refusal or refused
        return {
            "refusal": refusal,
            "columns": [
                (f"column{place}", heading, mapping.get(heading))
                for place, heading in enumerate(table.headings)
            ],
            "meanings": Meaning.choices,
            "sample": [
                [(heading, each[heading]) for heading in table.headings] for each in table.rows[:_SAMPLE]
            ],
            "count": len(table.rows),
            "converted": converted,
            "bad": converted.bad[:_SHOWN] if converted else (),
            "mended": converted.mended[:_SHOWN] if converted else (),
            "without_damaged": without_damaged,
        }


def _mapping(table: tables.Table, asked: QueryDict) -> dict[str, Meaning]:
    """Return what the librarian chose for each column, or the guess while nothing was chosen."""
    if not any(name.startswith("column") for name in asked):
        return guessed(table.headings)
    mapping: dict[str, Meaning] = {}
    for place, heading in enumerate(table.headings):
        chosen = asked.get(f"column{place}", "")
        if chosen in Meaning.values and Meaning(chosen) not in mapping.values():
            mapping[heading] = Meaning(chosen)
    return mapping
