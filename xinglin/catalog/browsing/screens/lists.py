"""Reading lists: what there is, make one, change it, take it away."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.browsing import queries, services
from xinglin.catalog.browsing.models import ReadingList
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FlagFilter, FormScreen, Kind, ListScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


class ReadingListForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=100)
    introduction = forms.CharField(
        label=_("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    library = forms.ModelChoiceField(label=_("馆"), queryset=Library.objects.none())
    lines = forms.CharField(
        label=_("书"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("每行一种：ISBN 或书目号，空一格写推荐语。书目号是书目页网址里的数字。"),
    )
    is_published = forms.BooleanField(label=_("发布给读者"), required=False)


class _ReadingListScreen(FormScreen[ReadingList]):
    """What making and changing a list have in common: the libraries that may be chosen, and the deed."""

    listing = "catalog.reading_lists"
    form = ReadingListForm

    def make_form(
        self,
        request: StaffRequest,
        row: ReadingList | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = ReadingListForm(data, files, initial=self.initial(request, row))
        field = form.fields["library"]
        if isinstance(field, forms.ModelChoiceField):
            mine = access.libraries_of(staff_of(request), services.PERMISSION)
            field.queryset = Library.objects.filter(pk__in=mine, active=True)
        return form

    def save(self, request: StaffRequest, form: Form, row: ReadingList | None) -> ReadingList:
        return services.save_reading_list(reading_list=row, by=staff_of(request), **form.cleaned_data)


def _delete(request: StaffRequest, row: ReadingList, answers: Answers) -> HttpResponse:
    services.delete_reading_list(reading_list=row, by=staff_of(request))
    return redirect("console:catalog.reading_lists")


@screen
class ReadingLists(ListScreen[ReadingList]):
    name = "catalog.reading_lists"
    title = _("书单")
    section = Section.CATALOGUING
    icon = "list-details"
    order = 90
    permission = services.PERMISSION
    words = (_("推荐书目"), "shudan")
    detail = "catalog.reading_list"
    create = "catalog.reading_list.new"
    create_title = _("新增书单")
    columns = (
        Column(_("名称"), "title", sort="title", link=True),
        Column(_("馆"), "library.name"),
        Column(_("种数"), "length", kind=Kind.NUMBER),
        Column(_("已发布"), "is_published", kind=Kind.FLAG),
        Column(_("更新时间"), "changed_at", sort="changed_at", kind=Kind.MOMENT),
    )
    filters = (FlagFilter("published", _("已发布"), where=Q(is_published=True)),)
    search_fields = ("title", "introduction")
    search_hint = _("书单名称、介绍")
    order_by = ("-changed_at",)
    actions = (
        Action(
            "delete",
            _("删除书单"),
            run=_delete,
            confirm=_("删除后读者不再看到这个书单；书目不受影响。"),
            permission=services.PERMISSION,
            icon="trash",
            tone=Tone.BAD,
            many=True,
        ),
    )
    empty = _("还没有书单。可以为一门课、一个科室或一个主题列出推荐的书，发布后读者在手机上看到。")

    def rows(self, request: StaffRequest) -> QuerySet[ReadingList]:
        return queries.lists_kept_by(staff_of(request))


@screen
class NewReadingList(_ReadingListScreen):
    name = "catalog.reading_list.new"
    title = _("新增书单")


@screen
class EditReadingList(_ReadingListScreen):
    name = "catalog.reading_list"
    title = _("书单")
    edits = True
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[ReadingList]:
        return queries.lists_kept_by(staff_of(request))

    def initial(self, request: StaffRequest, row: ReadingList | None) -> dict[str, object]:
        said = super().initial(request, row)
        return said | {"lines": services.lines_of(list(row.books.all()))} if row is not None else said
