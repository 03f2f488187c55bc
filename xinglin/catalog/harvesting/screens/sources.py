"""The repositories that a library harvests: what is asked, when, and what came of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.harvesting import queries, services
from xinglin.catalog.harvesting.lifecycle import HarvestState
from xinglin.catalog.harvesting.models import Every, HarvestRun, HarvestSource
from xinglin.catalog.harvesting.screens.runs import RUN_COLUMNS
from xinglin.catalog.models import OnMatch
from xinglin.catalog.screens.imports import import_libraries
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
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

_HELP = {each.name: each.help_text for each in HarvestSource._meta.concrete_fields}
_CODE = {"invalid": _("只能是没有空格的英文代码。")}


class SourceForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=120)
    address = forms.CharField(label=_("地址"), max_length=300, help_text=_HELP["address"])
    metadata_prefix = forms.RegexField(
        r"^[\x21-\x7e]+$", label=_("元数据格式"), max_length=60, initial="marcxml", help_text=_HELP["metadata_prefix"],
        error_messages=_CODE,
    )  # fmt: skip
    set_spec = forms.RegexField(
        r"^[\x21-\x7e]*$", label=_("集合"), max_length=120, required=False, help_text=_HELP["set_spec"],
        error_messages=_CODE,
    )  # fmt: skip
    library = forms.ModelChoiceField(label=_("导入的馆"), queryset=Library.objects.none())
    every = forms.ChoiceField(label=_("时间"), choices=Every.choices, initial=Every.BY_HAND)
    on_match = forms.ChoiceField(label=_("目录里已有的书"), choices=OnMatch.choices, initial=OnMatch.KEEP)
    with_items = forms.BooleanField(label=_("按导入配置登记馆藏和单册"), required=False)
    starts_by_itself = forms.BooleanField(
        label=_("预览后自动导入"), required=False, help_text=_HELP["starts_by_itself"]
    )
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class WindowForm(forms.Form):
    """Which days; nothing named asks for what changed since the last time."""

    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("空着从上一次收割之后接着来"),
    )  # fmt: skip
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _harvest(request: StaffRequest, source: HarvestSource, answers: Answers) -> HttpResponse:
    run = services.harvest(
        source=source, since=answers["since"], until=answers["until"], by=staff_of(request)
    )
    return redirect("console:catalog.harvest_run", pk=run.pk)


harvest_now = Action(
    "harvest", _("立即收割"), run=_harvest, form=WindowForm, icon="world-download", permission=PERMISSION,
    when=lambda source: bool(getattr(source, "active", False)),
)  # fmt: skip


def _last(source: HarvestSource) -> str:
    state = getattr(source, "last_state", None)
    return str(HarvestState(state).label) if state else ""


@screen
class HarvestSources(ListScreen[HarvestSource]):
    name = "catalog.harvests"
    title = _("收割")
    section = Section.CATALOGUING
    icon = "plant-2"
    order = 35
    permission = PERMISSION
    words = (_("OAI-PMH"), _("收割来源"), "shouge")
    detail = "catalog.harvest"
    create = "catalog.harvest.new"
    create_title = _("新增收割来源")
    columns = (
        Column(_("名称"), "name", sort="name", link=True),
        Column(_("馆"), "library.label"),
        Column(_("元数据格式"), "metadata_prefix", narrow=False),
        Column(_("集合"), "set_spec", narrow=False),
        Column(_("时间"), "get_every_display"),
        Column(_("上次收割"), "last_at", kind=Kind.MOMENT, sort="last_at"),
        Column(_("结果"), _last),
        Column(_("启用"), "active", kind=Kind.FLAG, narrow=False),
    )
    filters = (
        RelatedFilter("library", _("馆"), field="library", rows=import_libraries),
        ChoiceFilter("every", _("时间"), choices=Every.choices),
    )
    search_fields = ("name", "address")
    search_hint = _("名称、地址")
    order_by = ("name",)
    empty = _("还没有收割来源。新增一个 OAI-PMH 地址，定时把对方新增、改动和删除的书目收来，经查重后导入。")

    def rows(self, request: StaffRequest) -> QuerySet[HarvestSource]:
        last = HarvestRun.objects.filter(source=OuterRef("pk"))
        return queries.sources_visible_to(staff_of(request)).annotate(
            last_at=Subquery(last.values("started_at")[:1]), last_state=Subquery(last.values("state")[:1])
        )


@screen
class HarvestSourcePage(DetailScreen[HarvestSource]):
    name = "catalog.harvest"
    title = _("收割来源")
    listing = "catalog.harvests"
    edit = "catalog.harvest.edit"
    permission = PERMISSION
    facts: Sequence[Facts[HarvestSource]] = (
        Facts(
            _("来源"),
            (
                Fact(_("地址"), "address"),
                Fact(_("对方名称"), "repository"),
                Fact(_("元数据格式"), "metadata_prefix"),
                Fact(_("集合"), "set_spec"),
                Fact(_("已收割到"), "harvested_until"),
            ),
        ),
        Facts(
            _("怎样收"),
            (
                Fact(_("导入的馆"), "library.name"),
                Fact(_("时间"), "get_every_display"),
                Fact(_("目录里已有的书"), "get_on_match_display"),
                Fact(_("登记馆藏和单册"), "with_items", kind=Kind.FLAG),
                Fact(_("预览后自动导入"), "starts_by_itself", kind=Kind.FLAG),
                Fact(_("启用"), "active", kind=Kind.FLAG),
                Fact(_("维护人"), "by.name"),
            ),
        ),
    )
    actions = (harvest_now,)

    def rows(self, request: StaffRequest) -> QuerySet[HarvestSource]:
        return queries.sources_visible_to(staff_of(request))

    def related(self, request: StaffRequest, row: HarvestSource) -> "list[Related[Any]]":
        runs = queries.runs_visible_to(staff_of(request)).filter(source=row)
        return [
            Related(
                title=_("收割记录"),
                rows=runs,
                columns=RUN_COLUMNS,
                more=f"{reverse('console:catalog.harvest_runs')}?source={row.pk}",
                empty=_("还没有收割过。"),
            )
        ]


class _SourceFormScreen(FormScreen[HarvestSource]):
    listing = "catalog.harvests"
    detail = "catalog.harvest"
    permission = PERMISSION
    form = SourceForm

    def make_form(
        self,
        request: StaffRequest,
        row: HarvestSource | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = super().make_form(request, row, data, files)
        form.fields["library"] = forms.ModelChoiceField(
            label=_("导入的馆"),
            queryset=import_libraries(request),
            initial=row.library if row else staff_of(request).library_id,
        )
        return form

    def rows(self, request: StaffRequest) -> QuerySet[HarvestSource]:
        return queries.sources_visible_to(staff_of(request))


@screen
class NewHarvestSource(_SourceFormScreen):
    name = "catalog.harvest.new"
    title = _("新增收割来源")
    hint = _("只连公开的网址；对方记录里的馆藏默认不登记，只收书目。")

    def save(self, request: StaffRequest, form: Form, row: HarvestSource | None) -> HarvestSource:
        return services.add_source(by=staff_of(request), **form.cleaned_data)


@screen
class EditHarvestSource(_SourceFormScreen):
    name = "catalog.harvest.edit"
    title = _("修改收割来源")
    edits = True
    version_field = "version"
    hint = _("改了地址、格式或集合，下一次从头收割；已有的书不会重复。")

    def save(self, request: StaffRequest, form: Form, row: HarvestSource | None) -> HarvestSource:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.amend_source(
            source=row, version=row.version, by=staff_of(request), **form.cleaned_data
        )
