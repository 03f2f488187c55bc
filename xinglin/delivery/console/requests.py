"""The work list: what readers ask for, what is due first; one request with everything a librarian needs for it."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to
from xinglin.delivery import finding, queries, services
from xinglin.delivery.console.deeds import ACTIONS
from xinglin.delivery.console.forms import (
    WorkForm,
)
from xinglin.delivery.lifecycle import OPEN, OURS, FeeState, State
from xinglin.delivery.models import DeliveredFile, DocumentKind, DocumentRequest, FileOpening, Source, Urgency
from xinglin.delivery.services.escalating import NOT_TAKEN, OVERDUE
from xinglin.delivery.works import Work
from xinglin.literature.identifiers import doi_address

colour_states(
    DocumentRequest,
    {
        State.SUBMITTED: Tone.WAITING,
        State.WORKING: Tone.ACTIVE,
        State.ASKED_BACK: Tone.BAD,
        State.ELSEWHERE: Tone.ACTIVE,
        State.DELIVERED: Tone.GOOD,
        State.DECLINED: Tone.QUIET,
        State.CANCELLED: Tone.QUIET,
    },
)
colour_states(DocumentRequest, {Urgency.CLINICAL: Tone.BAD, Urgency.URGENT: Tone.WAITING}, field="urgency")
colour_states(DocumentRequest, {FeeState.OPEN: Tone.BAD, FeeState.PAID: Tone.GOOD}, field="fee_state")


def _due(row: DocumentRequest) -> Chip | str:
    """Say when it is due, in words where it is late."""
    if row.state not in OURS:
        return ""
    late = row.due_at <= clock.now()
    return Chip(f"{clock.local(row.due_at):%m-%d %H:%M}", Tone.BAD if late else Tone.QUIET)


def _raised(row: DocumentRequest) -> str:
    """Say in words how far it was raised."""
    return {NOT_TAKEN: _("没有按时受理，已另派或转馆"), OVERDUE: _("没有按时完成，已提醒全馆受理人")}.get(
        row.escalation, ""
    )


@screen
class Requests(ListScreen[DocumentRequest]):
    name = "delivery.requests"
    title = gettext_lazy("文献传递")
    section = Section.SUPPLY
    icon = "file-download"
    order = 10
    permission = queries.VIEW
    words = (gettext_lazy("原文传递"), gettext_lazy("全文"), "wenxianchuandi")
    detail = "delivery.request"
    columns = (
        Column(gettext_lazy("题名"), "label", link=True, roomy=True, sheet=lambda row: row.citation),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("等级"), "urgency", kind=Kind.STATE),
        Column(
            gettext_lazy("应完成"), _due, kind=Kind.STATE, sort="due_at", sheet=lambda row: str(row.due_at)
        ),
        Column(gettext_lazy("读者"), "patron.name", narrow=False),
        Column(gettext_lazy("处理人"), "assigned_to", narrow=False),
        Column(gettext_lazy("受理馆"), "library.label", narrow=False),
        Column(gettext_lazy("申请时间"), "asked_at", kind=Kind.MOMENT, sort="asked_at", narrow=False),
        Column(gettext_lazy("编号"), "number", sort="number", narrow=False),
        Column(gettext_lazy("页数"), "pages", kind=Kind.NUMBER, sort="pages", narrow=False),
        Column(gettext_lazy("满意度"), "stars", kind=Kind.NUMBER, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=State.choices)
    filters = (
        FlagFilter("open", gettext_lazy("未办结"), where=Q(state__in=OPEN)),
        FlagFilter(
            "late",
            gettext_lazy("已超时"),
            where=lambda: Q(state__in=OURS, due_at__lte=clock.now()),
        ),
        FlagFilter("raised", gettext_lazy("已升级"), where=Q(state__in=OURS, escalation__gt=0)),
        ChoiceFilter("urgency", gettext_lazy("等级"), choices=Urgency.choices),
        ChoiceFilter("kind", gettext_lazy("类型"), choices=DocumentKind.choices),
        ChoiceFilter("source", gettext_lazy("来源"), choices=Source.choices),
        ChoiceFilter("fee", gettext_lazy("费用"), choices=FeeState.choices, field="fee_state"),
        RelatedFilter(
            "library",
            gettext_lazy("受理馆"),
            field="library",
            rows=lambda request: libraries_visible_to(staff_of(request)),
        ),
        DateFilter("asked", gettext_lazy("申请日期"), field="asked_at"),
    )
    search_hint = gettext_lazy("题名、刊名、编号、DOI、PMID、读者")
    # Descending puts what has no closing first.
    order_by = ("-closed_at", "due_at")
    empty = gettext_lazy("没有文献传递申请。读者在微信里发「传递 题名」，或在手机页面上申请。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[DocumentRequest]:
        return queries.requests_visible_to(staff_of(request))

    def search(
        self, request: StaffRequest, rows: QuerySet[DocumentRequest], text: str
    ) -> QuerySet[DocumentRequest]:
        return queries.with_words(rows, text)


@screen
class RequestPage(DetailScreen[DocumentRequest]):
    name = "delivery.request"
    title = gettext_lazy("文献传递")
    listing = "delivery.requests"
    edit = "delivery.correct"
    panel_template = "delivery/console/request.html"
    facts = (
        Facts(
            gettext_lazy("文献"),
            (
                Fact(gettext_lazy("题名"), "title"),
                Fact(gettext_lazy("作者"), "authors"),
                Fact(gettext_lazy("刊名/书名"), "container"),
                Fact(gettext_lazy("年"), lambda row: str(row.year or "")),
                Fact(gettext_lazy("卷"), "volume"),
                Fact(gettext_lazy("期"), "issue"),
                Fact(gettext_lazy("页码"), "page_range"),
                Fact("DOI", "doi", link=lambda row: doi_address(row.doi)),
                Fact(
                    "PMID", "pmid",
                    link=lambda row: f"https://pubmed.ncbi.nlm.nih.gov/{row.pmid}/" if row.pmid else "",
                ),
                Fact("ISBN", "isbn"),
                Fact("ISSN", "issn"),
                Fact(gettext_lazy("读者原文"), "asked_as"),
            ),
        ),
        Facts(
            gettext_lazy("申请"),
            (
                Fact(gettext_lazy("编号"), "number"),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("等级"), "urgency", kind=Kind.STATE),
                Fact(gettext_lazy("读者"), "patron.name"),
                Fact(gettext_lazy("科室"), "patron.department"),
                Fact(gettext_lazy("所属馆"), "home_library.label"),
                Fact(gettext_lazy("受理馆"), "library.label"),
                Fact(gettext_lazy("处理人"), "assigned_to"),
                Fact(gettext_lazy("来源"), "get_source_display"),
                Fact(gettext_lazy("说明"), "note"),
                Fact(gettext_lazy("申请时间"), "asked_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("应完成"), "due_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("升级"), _raised),
                Fact(gettext_lazy("告知读者"), "promised_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("请读者补充"), "question"),
                Fact(gettext_lazy("读者补充"), "answer"),
                Fact(gettext_lazy("转往"), "elsewhere"),
            ),
        ),
        Facts(
            gettext_lazy("结果"),
            (
                Fact(gettext_lazy("送达时间"), "delivered_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("篇数"), "items", kind=Kind.NUMBER),
                Fact(gettext_lazy("页数"), "pages", kind=Kind.NUMBER),
                Fact(gettext_lazy("网址"), "link", link=lambda row: row.link),
                Fact(gettext_lazy("费用"), "fee_fen", kind=Kind.FEN),
                Fact(gettext_lazy("费用状态"), "fee_state", kind=Kind.STATE),
                Fact(gettext_lazy("说明"), "closing_reason"),
                Fact(gettext_lazy("满意度"), "stars", kind=Kind.NUMBER),
                Fact(gettext_lazy("评价"), "praise"),
            ),
        ),
    )  # fmt: skip
    actions = ACTIONS

    def heading(self, row: DocumentRequest) -> str:
        return row.number

    def context(self, request: StaffRequest, row: DocumentRequest) -> dict[str, object]:
        return {
            "picture": reverse("console:delivery.picture", args=[row.pk]) if row.picture else "",
            "limits": services.passed_limits(row, pages=0, book_pages=0) if row.is_open else [],
        }

    def related(self, request: StaffRequest, row: DocumentRequest) -> list[Related[Any]]:
        mine = queries.requests_visible_to(staff_of(request))
        same = [each.pk for each in finding.others_asking(row)]
        others = mine.filter(pk__in=same)
        files: tuple[Column[DeliveredFile], ...] = (
            Column(gettext_lazy("生成时间"), "made_at", kind=Kind.MOMENT),
            Column(gettext_lazy("页数"), "pages", kind=Kind.NUMBER),
            Column(gettext_lazy("链接到期"), "expires_at", kind=Kind.MOMENT),
            Column(gettext_lazy("已下载"), "downloads", kind=Kind.NUMBER),
            Column(gettext_lazy("已发邮件"), "emailed_at", kind=Kind.MOMENT),
            Column(gettext_lazy("已清除"), "purged_at", kind=Kind.MOMENT),
            Column(gettext_lazy("取自"), "fetched_from"),
        )
        openings: tuple[Column[FileOpening], ...] = (
            Column(gettext_lazy("时间"), "at", kind=Kind.MOMENT),
            Column(gettext_lazy("方式"), "get_kind_display"),
            Column(gettext_lazy("馆员"), "by"),
        )
        asked: tuple[Column[DocumentRequest], ...] = (
            Column(
                gettext_lazy("编号"),
                "number",
                link=lambda each: reverse("console:delivery.request", args=[each.pk]),
            ),
            Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
            Column(gettext_lazy("受理馆"), "library.label"),
            Column(gettext_lazy("申请时间"), "asked_at", kind=Kind.MOMENT),
        )
        return [
            Related(
                gettext_lazy("送出的文件"),
                rows=row.files.all(),
                columns=files,
                empty=gettext_lazy("还没有送出。"),
            ),
            Related(
                gettext_lazy("打开记录"),
                rows=FileOpening.objects.filter(file__request=row).select_related("by__user"),
                columns=openings,
                empty=gettext_lazy("还没有打开过。"),
            ),
            Related(
                gettext_lazy("同一篇的其他申请"),
                rows=others,
                columns=asked,
                empty=gettext_lazy("没有别人申请这一篇。"),
            ),
        ]


@screen
class Correct(FormScreen[DocumentRequest]):
    name = "delivery.correct"
    title = gettext_lazy("核对文献信息")
    listing = "delivery.requests"
    detail = "delivery.request"
    permission = queries.HANDLE
    edits = True
    form = WorkForm

    def save(self, request: StaffRequest, form: Any, row: DocumentRequest | None) -> DocumentRequest:
        if row is None:
            raise Refusal(_("没有这个申请。"))
        given = dict(form.cleaned_data)
        work = Work(**{**given, "kind": DocumentKind(given["kind"]), "asked_as": row.asked_as})
        return services.correct(request=row, work=work, by=staff_of(request))


@card(order=20, permission=queries.VIEW)
def requests_waiting(request: StaffRequest) -> Card | None:
    """Say on the home page how many requests wait, and how many are late."""
    mine = queries.requests_visible_to(staff_of(request)).filter(state__in=OURS)
    counted = mine.aggregate(all=Count("*"), late=Count("pk", filter=Q(due_at__lte=clock.now())))
    late = counted["late"]
    url = reverse("console:delivery.requests") + "?open=1"
    note = _("其中 %(late)d 个已超时") % {"late": late} if late else _("都在时限内")
    return Card(
        _("文献传递待办"),
        number=counted["all"],
        url=url,
        icon="file-download",
        tone=Tone.BAD if late else Tone.ACTIVE,
        note=note,
    )
