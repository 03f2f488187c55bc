"""The list of databases, the page of one, and what may be done there."""

from typing import cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    ListScreen,
    Related,
    RelatedFilter,
    offered,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.eresources import queries, services
from xinglin.eresources.console.forms import EndForm, EntitleForm
from xinglin.eresources.lifecycle import DEEDS, MOVES, State
from xinglin.eresources.models import DailyVisits, Database, Entitlement, Kind, TitleList
from xinglin.eresources.queries import CHANGE, VIEW

Files = MultiValueDict[str, object] | None

colour_states(Database, {State.ACTIVE: Tone.GOOD, State.HIDDEN: Tone.QUIET})


def _entitle_form(request: StaffRequest, row: Database, data: QueryDict | None, files: Files) -> forms.Form:
    return EntitleForm(data, initial={"libraries": [each.library_id for each in row.entitlements.all()]})


def _end_form(request: StaffRequest, row: Database, data: QueryDict | None, files: Files) -> forms.Form:
    form = EndForm(data)
    field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
    field.queryset = Library.objects.filter(entitlements__database=row)
    return form


def _entitle(request: StaffRequest, database: Database, answers: Answers) -> str:
    services.entitle(
        database=database,
        libraries=list(answers["libraries"]),
        since=answers["since"],
        until=answers["until"],
        by=staff_of(request),
    )
    return _("已开通使用权。")


def _end(request: StaffRequest, database: Database, answers: Answers) -> str:
    services.end_entitlement(database=database, library=answers["library"], by=staff_of(request))
    return _("已取消使用权。")


def _hide(request: StaffRequest, database: Database, answers: Answers) -> str:
    services.hide_database(database=database, by=staff_of(request))
    return _("已停用，读者不再看到这个数据库。")


def _show(request: StaffRequest, database: Database, answers: Answers) -> str:
    services.show_database(database=database, by=staff_of(request))
    return _("已重新启用。")


ACTIONS = (
    Action(
        "entitle",
        gettext_lazy("开通使用权"),
        run=_entitle,
        form=_entitle_form,
        permission=CHANGE,
        icon="key",
        when=lambda database: database.kind != Kind.OPEN,
    ),
    Action(
        "end_entitlement",
        gettext_lazy("取消使用权"),
        run=_end,
        form=_end_form,
        permission=CHANGE,
        icon="key-off",
        tone=Tone.BAD,
        when=lambda database: database.kind != Kind.OPEN and database.entitlements.exists(),
    ),
    Action(
        "hide",
        DEEDS["hide"],
        run=_hide,
        confirm=gettext_lazy("停用后，读者在资源导航和公众号里都找不到它。"),
        permission=CHANGE,
        icon="eye-off",
        tone=Tone.BAD,
        when=offered(MOVES, "hide"),
    ),
    Action("show", DEEDS["show"], run=_show, permission=CHANGE, icon="eye", when=offered(MOVES, "show")),
)


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), VIEW))


def _remark(database: Database) -> Chip | str:
    """Return the one thing that is worth a look about a database, or nothing."""
    left = database.trial_days_left
    if left is None:
        return ""
    if left == 0:
        return Chip(_("试用已结束"), Tone.BAD)
    return Chip(_("试用还剩 %(days)d 天") % {"days": left}, Tone.WAITING)


@screen
class Databases(ListScreen[Database]):
    """The databases that one's libraries keep or may use."""

    name = "eresources.databases"
    title = gettext_lazy("数据库")
    section = Section.ERESOURCES
    icon = "database"
    order = 10
    permission = VIEW
    words = (gettext_lazy("电子资源"), gettext_lazy("资源导航"), "shujuku", "ziyuan")
    detail = "eresources.database"
    create = "eresources.database.new"
    create_title = gettext_lazy("新增数据库")
    columns = (
        Column(gettext_lazy("名称"), "name", sort="name_key", link=True),
        Column(gettext_lazy("性质"), "get_kind_display", sort="kind"),
        Column(gettext_lazy("类型"), lambda database: "、".join(database.type_words), narrow=False),
        Column(gettext_lazy("提供方"), "provider", sort="provider", narrow=False),
        Column(gettext_lazy("管理馆"), "keeper.label", sort="keeper__code"),
        Column(gettext_lazy("状态"), "state", kind=Shown.STATE),
        Column(gettext_lazy("提示"), _remark),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=State.choices)
    filters = (
        ChoiceFilter("kind", gettext_lazy("性质"), choices=Kind.choices),
        RelatedFilter("keeper", gettext_lazy("管理馆"), field="keeper", rows=_libraries),
        RelatedFilter("usable", gettext_lazy("可用馆"), field="entitlements__library", rows=_libraries),
        FlagFilter("over", gettext_lazy("试用已结束"), where=queries.trial_over),
    )
    search_hint = gettext_lazy("名称、拼音首字母、提供方")
    order_by = ("name_key",)
    empty = gettext_lazy("还没有数据库。点“新增数据库”，或从表格导入。")

    def rows(self, request: StaffRequest) -> QuerySet[Database]:
        return queries.databases_visible_to(staff_of(request))

    def search(self, request: StaffRequest, rows: QuerySet[Database], text: str) -> QuerySet[Database]:
        return queries.matching(rows, text)


@screen
class DatabasePage(DetailScreen[Database]):
    """One database: what is said of it, who may use it, how often it is opened."""

    name = "eresources.database"
    title = gettext_lazy("数据库")
    listing = "eresources.databases"
    edit = "eresources.database.edit"
    facts = (
        Facts(
            gettext_lazy("数据库"),
            (
                Fact(gettext_lazy("名称"), "name"),
                Fact(gettext_lazy("别名"), "other_name"),
                Fact(gettext_lazy("代码"), "code"),
                Fact(gettext_lazy("提供方"), "provider"),
                Fact(gettext_lazy("性质"), "get_kind_display"),
                Fact(gettext_lazy("试用至"), "trial_until", kind=Shown.DAY),
                Fact(gettext_lazy("类型"), lambda database: "、".join(database.type_words)),
                Fact(gettext_lazy("学科"), lambda database: "、".join(database.subject_words)),
                Fact(gettext_lazy("语种"), lambda database: "、".join(database.language_words)),
                Fact(gettext_lazy("管理馆"), "keeper.name"),
                Fact(gettext_lazy("状态"), "state", kind=Shown.STATE),
            ),
        ),
        Facts(
            gettext_lazy("访问"),
            (
                Fact(gettext_lazy("网址"), "url", link=lambda database: database.url),
                Fact(gettext_lazy("馆外网址"), "url_outside", link=lambda database: database.url_outside),
                Fact(gettext_lazy("视频教程"), "video_url", link=lambda database: database.video_url),
                Fact(gettext_lazy("馆内访问"), "access_in_house"),
                Fact(gettext_lazy("馆外访问"), "access_outside"),
                Fact(gettext_lazy("介绍"), "description"),
                Fact(gettext_lazy("使用指南"), "guide"),
            ),
        ),
    )
    actions = ACTIONS

    def offers(self, request: StaffRequest, row: Database) -> "list[Action[Database]]":
        """Offer nothing to a library that uses the database but does not keep its entry."""
        return super().offers(request, row) if request.user.has_perm(CHANGE, row.keeper) else []

    def related(
        self, request: StaffRequest, row: Database
    ) -> "list[Related[Entitlement] | Related[DailyVisits] | Related[TitleList]]":
        entitled = Related(
            gettext_lazy("可用馆"),
            rows=row.entitlements.select_related("library"),
            columns=(
                Column[Entitlement](gettext_lazy("图书馆"), "library.name"),
                Column[Entitlement](gettext_lazy("自"), "since", kind=Shown.DAY),
                Column[Entitlement](gettext_lazy("至"), "until", kind=Shown.DAY),
                Column[Entitlement](gettext_lazy("今天可用"), "holds_today", kind=Shown.FLAG),
            ),
            empty=gettext_lazy("开放资源，不需要开通。")
            if row.kind == Kind.OPEN
            else gettext_lazy("还没有馆可用。"),
        )
        visits = Related(
            gettext_lazy("最近的访问"),
            rows=queries.visits_visible_to(staff_of(request)).filter(database=row),
            columns=(
                Column[DailyVisits](gettext_lazy("日期"), "day", kind=Shown.DAY),
                Column[DailyVisits](gettext_lazy("读者所在馆"), "library.label"),
                Column[DailyVisits](gettext_lazy("馆内"), "in_house", kind=Shown.NUMBER),
                Column[DailyVisits](gettext_lazy("馆外"), "outside", kind=Shown.NUMBER),
            ),
            empty=gettext_lazy("还没有读者从本系统打开过。"),
        )
        lists = Related(
            gettext_lazy("收录清单"),
            rows=row.title_lists.all(),
            columns=(
                Column[TitleList](gettext_lazy("清单"), "name"),
                Column[TitleList](gettext_lazy("种数"), "taken", kind=Shown.NUMBER),
                Column[TitleList](gettext_lazy("未导入"), "refused_count", kind=Shown.NUMBER),
                Column[TitleList](gettext_lazy("导入时间"), "at", kind=Shown.MOMENT),
            ),
            more=f"{reverse('console:eresources.title_lists')}?database={row.pk}",
            empty=gettext_lazy("没有收录清单；导入 KBART 后，读者申请文章时会先看到已购的全文。"),
        )
        return [entitled, lists, visits]
