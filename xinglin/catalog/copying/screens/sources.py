"""The sources that the consortium copies from, kept by the main library."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying import queries, services
from xinglin.catalog.copying.models import CopySource, SourceCharset, SourceKind
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, FormScreen, Kind, ListScreen, screen
from xinglin.consortium.access import staff_of

_HELP = {each.name: each.help_text for each in CopySource._meta.concrete_fields}


class SourceForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("协议"), choices=SourceKind.choices)
    address = forms.CharField(label=_("地址"), max_length=300, help_text=_HELP["address"])
    database = forms.CharField(label=_("数据库"), max_length=120, required=False, help_text=_HELP["database"])
    record_schema = forms.RegexField(
        r"^[\x21-\x7e]+$",
        label=_("记录格式"),
        max_length=120,
        initial="marcxml",
        help_text=_HELP["record_schema"],
        error_messages={"invalid": _("记录格式只能是没有空格的英文代码。")},
    )
    charset = forms.ChoiceField(
        label=_("检索词字符集"), choices=SourceCharset.choices, help_text=_HELP["charset"]
    )
    order = forms.IntegerField(label=_("次序"), min_value=0, max_value=999, initial=50)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)


@screen
class Sources(ListScreen[CopySource]):
    name = "catalog.sources"
    title = _("套录来源")
    section = Section.CATALOGUING
    icon = "world-download"
    order = 70
    permission = "catalog.change_record"
    words = (_("Z39.50"), _("SRU"), "taolulaiyuan")
    detail = "catalog.source"
    create = "catalog.source.new"
    create_title = _("新增来源")
    columns = (
        Column(_("名称"), "name", sort="name", link=True),
        Column(_("协议"), "get_kind_display"),
        Column(_("地址"), "address", narrow=False),
        Column(_("数据库"), "database", narrow=False),
        Column(_("启用"), "active", kind=Kind.FLAG),
    )
    search_fields = ("name", "address")
    search_hint = _("名称、地址")
    order_by = ("order", "name")
    empty = _("还没有套录来源。总馆编目可以新增 SRU 或 Z39.50 来源，例如国家图书馆或 CALIS。")

    def rows(self, request: StaffRequest) -> QuerySet[CopySource]:
        return queries.sources_kept_by(staff_of(request))


@screen
class NewSource(FormScreen[CopySource]):
    name = "catalog.source.new"
    title = _("新增来源")
    listing = "catalog.sources"
    form = SourceForm

    def save(self, request: StaffRequest, form: Form, row: CopySource | None) -> CopySource:
        return services.add_source(by=staff_of(request), **form.cleaned_data)


@screen
class EditSource(FormScreen[CopySource]):
    name = "catalog.source"
    title = _("套录来源")
    listing = "catalog.sources"
    form = SourceForm
    edits = True
    version_field = "version"

    def save(self, request: StaffRequest, form: Form, row: CopySource | None) -> CopySource:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.amend_source(
            source=row, version=row.version, by=staff_of(request), **form.cleaned_data
        )
