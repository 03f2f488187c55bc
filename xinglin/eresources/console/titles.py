"""Title lists on screen: which packages were taken, the journals and books in them, and the KBART import."""

from typing import cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
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
    FormScreen,
    ListScreen,
    RelatedFilter,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Tone
from xinglin.console.uploads import BadRow
from xinglin.consortium.access import staff_of
from xinglin.eresources import queries, services
from xinglin.eresources.console.forms import TitleListForm
from xinglin.eresources.models import Database, Depth, LicensedTitle, TitleKind, TitleList
from xinglin.eresources.queries import CHANGE, VIEW

Files = MultiValueDict[str, object] | None


def _databases(request: StaffRequest) -> QuerySet[Database]:
    return queries.databases_visible_to(staff_of(request)).filter(title_lists__isnull=False).distinct()


def _end(request: StaffRequest, row: TitleList, answers: Answers) -> str:
    services.end_title_list(title_list=row, by=staff_of(request))
    return _("已删除这份清单和其中的 %(n)d 种。") % {"n": row.taken}


END = Action(
    "end",
    gettext_lazy("删除清单"),
    run=_end,
    permission=CHANGE,
    icon="trash",
    tone=Tone.BAD,
    confirm=gettext_lazy("清单里的刊和书都会删除，读者申请时不再提示这些来源。"),
)


@screen
class TitleLists(ListScreen[TitleList]):
    """The packages of the databases that one sees."""

    name = "eresources.title_lists"
    title = gettext_lazy("收录清单")
    section = Section.ERESOURCES
    icon = "list-details"
    order = 14
    permission = VIEW
    words = ("KBART", "shoulu", gettext_lazy("收录期刊"))
    detail = "eresources.title_list"
    create = "eresources.title_list.new"
    create_title = gettext_lazy("导入 KBART")
    columns = (
        Column(gettext_lazy("数据库"), "database.name", sort="database__name_key"),
        Column(gettext_lazy("清单"), "name", sort="name", link=True),
        Column(gettext_lazy("种数"), "taken", kind=Shown.NUMBER, sort="taken"),
        Column(gettext_lazy("未导入"), "refused_count", kind=Shown.NUMBER),
        Column(gettext_lazy("导入时间"), "at", kind=Shown.MOMENT, sort="at"),
        Column(gettext_lazy("导入人"), "by", narrow=False),
    )
    filters = (RelatedFilter("database", gettext_lazy("数据库"), field="database", rows=_databases),)
    search_fields = ("name", "database__name", "file_name")
    search_hint = gettext_lazy("清单、数据库")
    order_by = ("database__name_key", "name")
    empty = gettext_lazy(
        "还没有收录清单。向数据库商索取 KBART 文件导入后，读者申请文章时会先看到已购的全文。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[TitleList]:
        return queries.title_lists_visible_to(staff_of(request))


@screen
class TitleListPage(DetailScreen[TitleList]):
    """One package: how many rows its file had, what became of them, and the rows that were not taken."""

    name = "eresources.title_list"
    title = gettext_lazy("收录清单")
    listing = "eresources.title_lists"
    panel_template = "eresources/console/title_list.html"
    history = False  # it stands with the database, which outlives the list
    facts = (
        Facts(
            gettext_lazy("清单"),
            (
                Fact(gettext_lazy("数据库"), "database.name"),
                Fact(gettext_lazy("清单名称"), "name"),
                Fact(gettext_lazy("文件名"), "file_name"),
                Fact(gettext_lazy("文件行数"), "declared", kind=Shown.NUMBER),
                Fact(gettext_lazy("导入"), "taken", kind=Shown.NUMBER),
                Fact(gettext_lazy("未导入"), "refused_count", kind=Shown.NUMBER),
                Fact(gettext_lazy("导入时间"), "at", kind=Shown.MOMENT),
                Fact(gettext_lazy("导入人"), "by"),
            ),
        ),
    )
    actions = (END,)

    def offers(self, request: StaffRequest, row: TitleList) -> "list[Action[TitleList]]":
        """Offer nothing to a library that uses the database but does not keep its entry."""
        return super().offers(request, row) if request.user.has_perm(CHANGE, row.database.keeper) else []

    def context(self, request: StaffRequest, row: TitleList) -> dict[str, object]:
        bad = [BadRow(number, reason, text) for number, reason, text in row.refused]
        titles = f"{reverse('console:eresources.titles')}?title_list={row.pk}"
        return {"bad_rows": bad, "titles": titles}


def _lists(request: StaffRequest) -> QuerySet[TitleList]:
    return queries.title_lists_visible_to(staff_of(request))


@screen
class Titles(ListScreen[LicensedTitle]):
    """The journals and books in the lists."""

    name = "eresources.titles"
    title = gettext_lazy("电子刊和电子书")
    section = Section.ERESOURCES
    icon = "books"
    order = 15
    permission = VIEW
    words = (gettext_lazy("电子期刊"), gettext_lazy("电子图书"), "dianzikan")
    columns = (
        Column(gettext_lazy("题名"), "title", sort="title_key"),
        Column("ISSN / ISBN", lambda row: "、".join(row.numbers)),
        Column(gettext_lazy("年代"), "coverage_words"),
        Column(gettext_lazy("时滞"), "embargo_words", narrow=False),
        Column(gettext_lazy("深度"), "get_depth_display", narrow=False),
        Column(gettext_lazy("数据库"), "title_list.database.name"),
        Column(gettext_lazy("出版者"), "publisher", narrow=False),
        Column(gettext_lazy("免费"), "is_free", kind=Shown.FLAG, narrow=False),
        Column(gettext_lazy("附注"), "note", narrow=False),
    )
    tabs = ChoiceFilter("kind", gettext_lazy("类型"), choices=TitleKind.choices)
    filters = (
        RelatedFilter("title_list", gettext_lazy("收录清单"), field="title_list", rows=_lists),
        ChoiceFilter("depth", gettext_lazy("深度"), choices=Depth.choices),
        FlagFilter("free", gettext_lazy("免费"), where=queries.is_free),
    )
    search_hint = gettext_lazy("题名、拼音首字母、ISSN、ISBN")
    order_by = ("title_key",)
    empty = gettext_lazy("还没有导入收录清单。")

    def rows(self, request: StaffRequest) -> QuerySet[LicensedTitle]:
        return queries.titles_visible_to(staff_of(request))

    def search(
        self, request: StaffRequest, rows: QuerySet[LicensedTitle], text: str
    ) -> QuerySet[LicensedTitle]:
        return queries.titles_matching(rows, text)


@screen
class TakeTitleList(FormScreen[TitleList]):
    """Take a KBART file; the list of the same name is replaced."""

    name = "eresources.title_list.new"
    title = gettext_lazy("导入 KBART")
    listing = "eresources.title_lists"
    permission = CHANGE
    form = TitleListForm
    button = gettext_lazy("导入")
    hint = gettext_lazy(
        "KBART（NISO RP-9）是数据库商通用的收录清单，制表符分隔。同名清单整份替换；一行也读不懂时，原来的清单不动。"
    )

    def make_form(
        self, request: StaffRequest, row: TitleList | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = TitleListForm(data, files)
        field = cast("forms.ModelChoiceField[Database]", form.fields["database"])
        field.queryset = queries.databases_kept_by(staff_of(request))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: TitleList | None) -> HttpResponse:
        given = form.cleaned_data
        taken = services.take_title_list(
            database=given["database"],
            name=given["name"],
            file=given["file"],
            file_name=given["file"].name or "",
            by=staff_of(request),
        )
        said = _("文件 %(declared)d 行：导入 %(taken)d 种，未导入 %(refused)d 行。")
        told = {"declared": taken.declared, "taken": taken.taken, "refused": taken.refused_count}
        (messages.warning if taken.refused else messages.success)(request, said % told)
        return HttpResponseRedirect(reverse("console:eresources.title_list", args=[taken.pk]))
