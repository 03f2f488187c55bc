"""What licensed databases hold, on screen: looked through before a person works on a request."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FormScreen, Kind, ListScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.delivery import queries, services
from xinglin.delivery.console.choices import offer
from xinglin.delivery.models import LicensedSource, Onward
from xinglin.delivery.services.policy import CHANGE, SourceFile
from xinglin.eresources.models import Database
from xinglin.eresources.queries import databases_kept_by


class SourceForm(forms.Form):
    database = forms.ModelChoiceField(label=gettext_lazy("数据库"), queryset=Database.objects.none())
    title = forms.CharField(label=gettext_lazy("刊名"), max_length=300, required=False)
    issn = forms.CharField(label="ISSN", max_length=9, required=False)
    doi_prefix = forms.CharField(
        label=gettext_lazy("DOI 前缀"), max_length=40, required=False, help_text=gettext_lazy("如 10.1016")
    )
    from_year = forms.IntegerField(label=gettext_lazy("起年"), required=False, min_value=1800, max_value=2200)
    to_year = forms.IntegerField(label=gettext_lazy("止年"), required=False, min_value=1800, max_value=2200)
    onward = forms.ChoiceField(label=gettext_lazy("授权"), choices=Onward.choices)
    without_limits = forms.BooleanField(label=gettext_lazy("不受版权限额约束"), required=False)


def _end_source(request: StaffRequest, row: LicensedSource, answers: Answers) -> str:
    services.end_source(source=row, by=staff_of(request))
    return _("已删除。")


@screen
class Sources(ListScreen[LicensedSource]):
    name = "delivery.sources"
    title = gettext_lazy("授权收录")
    section = Section.SUPPLY
    icon = "license"
    order = 64
    permission = queries.VIEW
    words = (gettext_lazy("许可协议"), gettext_lazy("收录期刊"))
    create = "delivery.add_source"
    columns = (
        Column(gettext_lazy("数据库"), "database.name", sort="database__name_key"),
        Column(gettext_lazy("刊名"), "title", sort="title"),
        Column("ISSN", "issn"),
        Column(gettext_lazy("DOI 前缀"), "doi_prefix"),
        Column(gettext_lazy("起年"), lambda row: str(row.from_year or ""), narrow=False),
        Column(gettext_lazy("止年"), lambda row: str(row.to_year or ""), narrow=False),
        Column(gettext_lazy("授权"), "get_onward_display"),
        Column(gettext_lazy("不受限额"), "without_limits", kind=Kind.FLAG, narrow=False),
    )
    search_fields = ("title", "issn", "doi_prefix", "database__name")
    search_hint = gettext_lazy("刊名、ISSN、DOI 前缀")
    empty = gettext_lazy("还没有登记：登记后，读者申请已购期刊的文章时会先看到馆内全文。")
    actions = (
        Action(
            "end", gettext_lazy("删除"), run=_end_source, permission=CHANGE, icon="trash", tone=Tone.BAD,
            confirm=gettext_lazy("删除后不再提示这个来源。"),
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[LicensedSource]:
        return queries.sources_visible_to(staff_of(request))


@screen
class AddSource(FormScreen[LicensedSource]):
    name = "delivery.add_source"
    title = gettext_lazy("登记授权收录")
    listing = "delivery.sources"
    permission = CHANGE
    form = SourceForm

    def make_form(
        self, request: StaffRequest, row: LicensedSource | None, data: Any, files: Any
    ) -> forms.Form:
        form = SourceForm(data)
        offer(form, "database", databases_kept_by(staff_of(request)))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: LicensedSource | None) -> LicensedSource:
        given = dict(form.cleaned_data)
        database = given.pop("database")
        given["onward"] = Onward(given["onward"])
        return services.add_source(database=database, file=SourceFile(**given), by=staff_of(request))
