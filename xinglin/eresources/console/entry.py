"""Adding and changing databases: one by a form, many by a table."""

from typing import cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    FormScreen,
    PageScreen,
)
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.eresources import imports, queries, services
from xinglin.eresources.console.forms import AddForm, EntryForm, TableForm
from xinglin.eresources.models import Database
from xinglin.eresources.queries import CHANGE

Files = MultiValueDict[str, object] | None


class _DatabaseForm(FormScreen[Database]):
    """What the two forms share: only the keeper's staff change an entry."""

    listing = "eresources.databases"
    detail = "eresources.database"
    permission = CHANGE

    def rows(self, request: StaffRequest) -> QuerySet[Database]:
        return queries.databases_kept_by(staff_of(request))


@screen
class NewDatabase(_DatabaseForm):
    """Add a database."""

    name = "eresources.database.new"
    title = gettext_lazy("新增数据库")
    form = AddForm
    done = gettext_lazy("已新增。还要开通使用权，读者才能看到（开放资源不用）。")

    def make_form(
        self, request: StaffRequest, row: Database | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = AddForm(data, initial={"keeper": staff_of(request).library_id})
        field = cast("forms.ModelChoiceField[Library]", form.fields["keeper"])
        field.queryset = queries.keepers_for(staff_of(request))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Database | None) -> Database:
        typed = cast(AddForm, form)
        return services.add_database(
            code=typed.cleaned_data["code"],
            keeper=typed.cleaned_data["keeper"],
            by=staff_of(request),
            **typed.entry(),
        )


@screen
class EditDatabase(_DatabaseForm):
    """Change what is said of a database."""

    name = "eresources.database.edit"
    title = gettext_lazy("修改数据库")
    form = EntryForm
    edits = True
    version_field = "version"

    def initial(self, request: StaffRequest, row: Database | None) -> dict[str, object]:
        started = super().initial(request, row)
        return {**started, "subjects": "、".join(row.subjects)} if row else started

    def save(self, request: StaffRequest, form: forms.Form, row: Database | None) -> Database:
        if row is None:
            raise LookupError("a database is changed on its own page")
        typed = cast(EntryForm, form)
        return services.amend_database(
            database=row, version=row.version, by=staff_of(request), **typed.entry()
        )


@screen
class Import(PageScreen):
    """Databases from a table: good rows are taken, bad ones are told one by one."""

    name = "eresources.import"
    title = gettext_lazy("导入数据库")
    section = Section.ERESOURCES
    icon = "file-import"
    order = 20
    permission = CHANGE
    words = ("daoru", "excel")
    template_name = "eresources/console/import.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"form": self._form(request), "headings": imports.HEADINGS}

    def post(self, request: StaffRequest) -> HttpResponse:
        form = self._form(request)
        context: dict[str, object] = {"form": form, "headings": imports.HEADINGS}
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                context["taken"] = imports.take_table(
                    file=file, name=file.name or "", keeper=form.cleaned_data["keeper"], by=staff_of(request)
                )
            except Refusal as refusal:
                context["refusal"] = refusal
        return self.page(request, context)

    def _form(self, request: StaffRequest) -> TableForm:
        form = TableForm(
            *((request.POST, request.FILES) if request.method == "POST" else ()),
            initial={"keeper": staff_of(request).library_id},
        )
        field = cast("forms.ModelChoiceField[Library]", form.fields["keeper"])
        field.queryset = queries.keepers_for(staff_of(request))
        return form
