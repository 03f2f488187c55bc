"""The policy on screen: terms and fees, copyright limits, licences, and who works at the desk."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FormScreen, Kind, ListScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library, Staff
from xinglin.delivery import queries, services
from xinglin.delivery.console.forms import Reason
from xinglin.delivery.models import (
    CopyrightLimit,
    Counting,
    DocumentKind,
    Handler,
    LicensedSource,
    Onward,
    Over,
    Per,
    ServiceTerms,
    Skill,
    Unit,
    Urgency,
    Within,
)
from xinglin.delivery.services.policy import CHANGE, SourceFile, TermsFile
from xinglin.eresources.models import Database
from xinglin.eresources.queries import databases_kept_by


def _choose(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so in every form here)
    field.queryset = rows


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE), active=True)


class TermsForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("受理馆"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=gettext_lazy("各馆通用"),
    )
    urgency = forms.ChoiceField(label=gettext_lazy("等级"), choices=Urgency.choices)
    minutes = forms.IntegerField(label=gettext_lazy("完成时限（分钟）"), min_value=1, max_value=60 * 24 * 60)
    take_minutes = forms.IntegerField(
        label=gettext_lazy("受理时限（分钟）"), min_value=1, max_value=60 * 24 * 60
    )
    counting = forms.ChoiceField(label=gettext_lazy("计时"), choices=Counting.choices)
    fee = forms.DecimalField(label=gettext_lazy("每篇（元）"), min_value=0, decimal_places=2, initial=0)
    page_fee = forms.DecimalField(label=gettext_lazy("每页（元）"), min_value=0, decimal_places=2, initial=0)


@screen
class Terms(ListScreen[ServiceTerms]):
    name = "delivery.terms"
    title = gettext_lazy("时限与收费")
    section = Section.SUPPLY
    icon = "clock"
    order = 60
    permission = queries.VIEW
    create = "delivery.set_terms"
    create_title = gettext_lazy("设置")
    columns = (
        Column(gettext_lazy("受理馆"), lambda row: row.library.label if row.library else _("各馆通用")),
        Column(gettext_lazy("等级"), "get_urgency_display"),
        Column(gettext_lazy("完成（分钟）"), "minutes", kind=Kind.NUMBER, sort="minutes"),
        Column(gettext_lazy("受理（分钟）"), "take_minutes", kind=Kind.NUMBER),
        Column(gettext_lazy("计时"), "get_counting_display"),
        Column(gettext_lazy("每篇"), "fee_fen", kind=Kind.FEN),
        Column(gettext_lazy("每页"), "page_fee_fen", kind=Kind.FEN),
    )
    empty = gettext_lazy("没有单独设置：普通 16 个开馆小时，加急 4 个开馆小时，临床急用 2 小时，免费。")

    def rows(self, request: StaffRequest) -> QuerySet[ServiceTerms]:
        return queries.terms_visible_to(staff_of(request))


@screen
class SetTerms(FormScreen[ServiceTerms]):
    name = "delivery.set_terms"
    title = gettext_lazy("设置时限与收费")
    listing = "delivery.terms"
    permission = CHANGE
    form = TermsForm

    def make_form(self, request: StaffRequest, row: ServiceTerms | None, data: Any, files: Any) -> forms.Form:
        form = TermsForm(data)
        _choose(form, "library", _libraries(request))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: ServiceTerms | None) -> ServiceTerms:
        given = form.cleaned_data
        return services.set_terms(
            library=given["library"],
            urgency=Urgency(given["urgency"]),
            file=TermsFile(
                minutes=given["minutes"],
                take_minutes=given["take_minutes"],
                counting=Counting(given["counting"]),
                fee_fen=_fen(given["fee"]),
                page_fee_fen=_fen(given["page_fee"]),
            ),
            by=staff_of(request),
        )


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


class LimitForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    per = forms.ChoiceField(label=gettext_lazy("按"), choices=Per.choices)
    over = forms.ChoiceField(label=gettext_lazy("范围"), choices=Over.choices)
    within = forms.ChoiceField(label=gettext_lazy("期间"), choices=Within.choices)
    unit = forms.ChoiceField(label=gettext_lazy("计量"), choices=Unit.choices)
    most = forms.IntegerField(label=gettext_lazy("上限"), min_value=1, max_value=10_000)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("只限这些类型"), choices=DocumentKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    recent_years = forms.IntegerField(
        label=gettext_lazy("只计近几年出版"), min_value=1, max_value=100, required=False
    )
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    advice = forms.CharField(label=gettext_lazy("超限时怎么办"), max_length=200)


def _retire(request: StaffRequest, row: CopyrightLimit, answers: Answers) -> str:
    services.retire_limit(limit=row, by=staff_of(request), reason=answers["reason"])
    return _("已停用。")


@screen
class Limits(ListScreen[CopyrightLimit]):
    name = "delivery.limits"
    title = gettext_lazy("版权限额")
    section = Section.SUPPLY
    icon = "copyright"
    order = 62
    permission = queries.VIEW
    words = (gettext_lazy("著作权"), "banquan")
    create = "delivery.add_limit"
    create_title = gettext_lazy("新增限额")
    columns = (
        Column(gettext_lazy("名称"), "name", sort="name"),
        Column(gettext_lazy("按"), "get_per_display", narrow=False),
        Column(gettext_lazy("范围"), "get_over_display", narrow=False),
        Column(gettext_lazy("期间"), "get_within_display", narrow=False),
        Column(gettext_lazy("上限"), "most", kind=Kind.NUMBER),
        Column(gettext_lazy("计量"), "get_unit_display", narrow=False),
        Column(gettext_lazy("类型"), "kind_words", narrow=False),
        Column(gettext_lazy("近几年"), "recent_years", kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("依据"), "basis", narrow=False),
        Column(gettext_lazy("停用"), "retired_at", kind=Kind.MOMENT),
    )
    empty = gettext_lazy("没有版权限额：送出文献时不会核对。请先与法务商定。")
    actions = (
        Action(
            "retire", gettext_lazy("停用"), run=_retire, form=Reason, permission=CHANGE, icon="x",
            tone=Tone.BAD, when=lambda row: row.retired_at is None,
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[CopyrightLimit]:
        return queries.limits_visible_to(staff_of(request))


@screen
class AddLimit(FormScreen[CopyrightLimit]):
    name = "delivery.add_limit"
    title = gettext_lazy("新增版权限额")
    listing = "delivery.limits"
    permission = CHANGE
    form = LimitForm

    def save(self, request: StaffRequest, form: forms.Form, row: CopyrightLimit | None) -> CopyrightLimit:
        return services.add_limit(limit=CopyrightLimit(**form.cleaned_data), by=staff_of(request))


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
        _choose(form, "database", databases_kept_by(staff_of(request)))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: LicensedSource | None) -> LicensedSource:
        given = dict(form.cleaned_data)
        database = given.pop("database")
        given["onward"] = Onward(given["onward"])
        return services.add_source(database=database, file=SourceFile(**given), by=staff_of(request))


class HandlerForm(forms.Form):
    library = forms.ModelChoiceField(label=gettext_lazy("受理馆"), queryset=Library.objects.none())
    staff = forms.ModelChoiceField(label=gettext_lazy("馆员"), queryset=Staff.objects.none())
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("擅长"), choices=Skill.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    most_open = forms.IntegerField(
        label=gettext_lazy("最多同时处理"), min_value=1, max_value=1000, initial=20
    )


def _off(request: StaffRequest, row: Handler, answers: Answers) -> str:
    services.amend_handler(handler=row, active=False, by=staff_of(request))
    return _("已离岗，不再分到新申请。")


def _on(request: StaffRequest, row: Handler, answers: Answers) -> str:
    services.amend_handler(handler=row, active=True, by=staff_of(request))
    return _("已到岗。")


@screen
class Handlers(ListScreen[Handler]):
    name = "delivery.handlers"
    title = gettext_lazy("受理人")
    section = Section.SUPPLY
    icon = "users"
    order = 66
    permission = queries.VIEW
    words = (gettext_lazy("分工"), "shouliren")
    create = "delivery.put_handler"
    create_title = gettext_lazy("排人")
    columns = (
        Column(gettext_lazy("受理馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("馆员"), "staff"),
        Column(gettext_lazy("擅长"), lambda row: "、".join(row.skill_words)),
        Column(gettext_lazy("最多同时处理"), "most_open", kind=Kind.NUMBER),
        Column(gettext_lazy("在岗"), "active", kind=Kind.FLAG),
        Column(gettext_lazy("上次分到"), "given_at", kind=Kind.MOMENT, narrow=False),
    )
    empty = gettext_lazy("还没有排人：申请留在本馆的公共队列里，谁都可以受理。")
    actions = (
        Action("off", gettext_lazy("离岗"), run=_off, permission=CHANGE, icon="player-pause",
               when=lambda row: row.active),
        Action("on", gettext_lazy("到岗"), run=_on, permission=CHANGE, icon="player-play",
               when=lambda row: not row.active),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Handler]:
        return queries.handlers_visible_to(staff_of(request))


@screen
class PutHandler(FormScreen[Handler]):
    name = "delivery.put_handler"
    title = gettext_lazy("排受理人")
    listing = "delivery.handlers"
    permission = CHANGE
    form = HandlerForm

    def make_form(self, request: StaffRequest, row: Handler | None, data: Any, files: Any) -> forms.Form:
        form = HandlerForm(data)
        libraries = _libraries(request)
        _choose(form, "library", libraries)
        _choose(
            form, "staff", Staff.objects.filter(active=True, library__in=libraries).select_related("user")
        )
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Handler | None) -> Handler:
        given = form.cleaned_data
        return services.put_handler(
            staff=given["staff"],
            library=given["library"],
            skills=[Skill(each) for each in given["skills"]],
            most_open=given["most_open"],
            by=staff_of(request),
        )
