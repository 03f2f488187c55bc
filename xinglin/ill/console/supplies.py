"""What other libraries want of us, on screen."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to
from xinglin.ill import queries, services
from xinglin.ill.console.forms import Price, Promise, Reason, SendCopy, Via, Yes, via_words
from xinglin.ill.console.messages import MESSAGE_COLUMNS
from xinglin.ill.lifecycle import SUPPLIED_CLOSED, Supplied, supplied_goes_to
from xinglin.ill.models import Service, SupplyRequest

colour_states(
    SupplyRequest,
    {
        Supplied.RECEIVED: Tone.WAITING,
        Supplied.EXPECTED: Tone.ACTIVE,
        Supplied.WILL_SUPPLY: Tone.ACTIVE,
        Supplied.CONDITION: Tone.WAITING,
        Supplied.RETRY: Tone.QUIET,
        Supplied.LOANED: Tone.GOOD,
        Supplied.RETURNED: Tone.BAD,
        Supplied.COMPLETED: Tone.QUIET,
        Supplied.COPIED: Tone.QUIET,
        Supplied.UNFILLED: Tone.QUIET,
        Supplied.CANCELLED: Tone.QUIET,
        Supplied.LOST: Tone.BAD,
    },
)


def _expect(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.expect(supply=row, by=staff_of(request))
    return _("已告诉对方在找。")


def _will_supply(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.will_supply(
        supply=row, condition=answers["condition"], cost_fen=int(answers["yuan"] * 100), by=staff_of(request)
    )
    return _("已答复对方。")


def _loan(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    via = via_words(answers["via"], answers["number"])
    services.loan(supply=row, barcode=answers["barcode"], via=via, by=staff_of(request))
    return _("已借给对方；请打印随书单，一起寄出。")


def _copy(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.give_copy(supply=row, via=via_words(answers["via"], answers["number"]), by=staff_of(request))
    return _("已记为复制件送出。")


def _unfill(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.unfill(supply=row, reason=answers["reason"], by=staff_of(request))
    return _("已答复不能提供。")


def _offer_retry(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.offer_retry(supply=row, reason=answers["reason"], by=staff_of(request))
    return _("已请对方改后重试。")


def _answer_cancel(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.answer_cancel(supply=row, agree=answers["agree"] == "yes", by=staff_of(request))
    return _("已答复。")


def _answer_renewal(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.answer_renewal(supply=row, agree=answers["agree"] == "yes", by=staff_of(request))
    return _("已答复。")


def _overdue(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.call_overdue(supply=row, by=staff_of(request))
    return _("已催还。")


def _recall(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.recall(supply=row, by=staff_of(request))
    return _("已召回。")


def _check_in(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.check_in(supply=row, by=staff_of(request))
    return _("已归还，对方会收到通知。")


def _write_off(request: StaffRequest, row: SupplyRequest, answers: Answers) -> str:
    services.write_off(supply=row, cost_fen=int(answers["yuan"] * 100), by=staff_of(request))
    return _("已按未归还结案。")


def _may(deed: str) -> Any:
    return lambda row: not row.is_brokered and supplied_goes_to(row.state, deed) is not None


HANDLE = queries.HANDLE
ACTIONS: tuple[Action[SupplyRequest], ...] = (
    Action("expect", gettext_lazy("在找"), run=_expect, permission=HANDLE, icon="search", when=_may("expect")),
    Action("will_supply", gettext_lazy("同意提供"), run=_will_supply, form=Promise, permission=HANDLE,
           icon="check", when=_may("will_supply")),
    Action("loan", gettext_lazy("借出"), run=_loan, form=SendCopy, permission=HANDLE, icon="send", tone=Tone.GOOD,
           when=lambda row: _may("loan")(row) and row.service != Service.COPY),
    Action("copy", gettext_lazy("复制件已送"), run=_copy, form=Via, permission=HANDLE, icon="copy",
           tone=Tone.GOOD, when=lambda row: _may("copy")(row) and row.service != Service.LOAN),
    Action("check_in", gettext_lazy("已归还"), run=_check_in, permission=HANDLE, icon="arrow-back-up",
           tone=Tone.GOOD, when=_may("check_in"), confirm=gettext_lazy("确认书已回馆？")),
    Action("answer_cancel", gettext_lazy("答复取消"), run=_answer_cancel, form=Yes, permission=HANDLE, icon="help",
           when=lambda row: row.cancel_asked and not row.is_brokered),
    Action("answer_renewal", gettext_lazy("答复续借"), run=_answer_renewal, form=Yes, permission=HANDLE,
           icon="help", when=lambda row: row.renew_asked and not row.is_brokered),
    Action("overdue", gettext_lazy("催还"), run=_overdue, permission=HANDLE, icon="bell",
           when=_may("call_overdue")),
    Action("recall", gettext_lazy("召回"), run=_recall, permission=HANDLE, icon="bell-ringing",
           when=_may("recall"), confirm=gettext_lazy("请对方提前归还？")),
    Action("offer_retry", gettext_lazy("请对方重试"), run=_offer_retry, form=Reason, permission=HANDLE,
           icon="refresh", when=_may("offer_retry")),
    Action("unfill", gettext_lazy("不能提供"), run=_unfill, form=Reason, permission=HANDLE, icon="x",
           tone=Tone.BAD, when=_may("unfill")),
    Action("write_off", gettext_lazy("未归还结案"), run=_write_off, form=Price, permission=HANDLE,
           icon="alert-triangle", tone=Tone.BAD, when=_may("write_off")),
)  # fmt: skip


@screen
class Supplies(ListScreen[SupplyRequest]):
    name = "ill.supplies"
    title = gettext_lazy("互借：借出")
    section = Section.SUPPLY
    icon = "arrow-up-right"
    order = 22
    permission = queries.VIEW
    words = (gettext_lazy("外馆请求"), "jiechu")
    detail = "ill.supply"
    columns = (
        Column(gettext_lazy("题名"), "title", sort="title", link=True, roomy=True),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("请求方"), "partner.name"),
        Column(gettext_lazy("供应馆"), "library.label", narrow=False),
        Column(gettext_lazy("服务"), "get_service_display", narrow=False),
        Column(gettext_lazy("转请他馆"), "is_brokered", kind=Kind.FLAG, narrow=False),
        Column(gettext_lazy("应还"), "due_at", kind=Kind.DAY, sort="due_at", narrow=False),
        Column(gettext_lazy("收到时间"), "received_at", kind=Kind.MOMENT, sort="received_at", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=Supplied.choices)
    filters = (
        FlagFilter("open", gettext_lazy("未办结"), where=~Q(state__in=SUPPLIED_CLOSED)),
        FlagFilter("asked", gettext_lazy("待答复"), where=Q(cancel_asked=True) | Q(renew_asked=True)),
        RelatedFilter("library", gettext_lazy("供应馆"), field="library",
                      rows=lambda request: libraries_visible_to(staff_of(request))),
        DateFilter("received", gettext_lazy("收到日期"), field="received_at"),
    )  # fmt: skip
    search_fields = ("title", "number", "isbn", "partner__name")
    search_hint = gettext_lazy("题名、编号、ISBN、请求方")
    order_by = ("-received_at",)
    empty = gettext_lazy("没有外馆请求。对方按 ISO 18626 发来的请求会出现在这里。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[SupplyRequest]:
        return queries.supplies_visible_to(staff_of(request))


@screen
class SupplyPage(DetailScreen[SupplyRequest]):
    name = "ill.supply"
    title = gettext_lazy("外馆请求")
    listing = "ill.supplies"
    panel_template = "ill/console/slip_link.html"
    facts = (
        Facts(
            gettext_lazy("对方要的"),
            (
                Fact(gettext_lazy("题名"), "title"),
                Fact(gettext_lazy("责任者"), "author"),
                Fact(gettext_lazy("出版者"), "publisher"),
                Fact(gettext_lazy("年"), "year"),
                Fact(gettext_lazy("卷"), "volume"),
                Fact(gettext_lazy("期"), "issue"),
                Fact(gettext_lazy("页码"), "pages"),
                Fact("ISBN", "isbn"),
                Fact("ISSN", "issn"),
                Fact(gettext_lazy("服务"), "get_service_display"),
                Fact(gettext_lazy("急用"), "urgent", kind=Kind.FLAG),
                Fact(gettext_lazy("对方愿付上限"), "most_fen", kind=Kind.FEN),
                Fact(gettext_lazy("送到"), "deliver_to"),
                Fact(gettext_lazy("对方说明"), "note"),
            ),
        ),
        Facts(
            gettext_lazy("办理"),
            (
                Fact(gettext_lazy("请求方"), "partner.name"),
                Fact(gettext_lazy("供应馆"), "library.label"),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("条件"), "condition"),
                Fact(gettext_lazy("费用"), "cost_fen", kind=Kind.FEN),
                Fact(gettext_lazy("单册"), "item.barcode"),
                Fact(gettext_lazy("应还"), "due_at", kind=Kind.DAY),
                Fact(gettext_lazy("寄送方式"), "sent_via"),
                Fact(gettext_lazy("对方已收到"), "arrived", kind=Kind.FLAG),
                Fact(gettext_lazy("对方请求取消"), "cancel_asked", kind=Kind.FLAG),
                Fact(gettext_lazy("对方请求续借"), "renew_asked", kind=Kind.FLAG),
                Fact(gettext_lazy("收到时间"), "received_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("对方请求号"), "request_id"),
                Fact(gettext_lazy("原因"), "closing_reason"),
            ),
        ),
    )
    actions = ACTIONS

    def related(self, request: StaffRequest, row: SupplyRequest) -> list[Related[Any]]:
        said = queries.messages_visible_to(staff_of(request)).filter(supply=row)
        return [
            Related(
                gettext_lazy("消息"), rows=said, columns=MESSAGE_COLUMNS, empty=gettext_lazy("没有消息。")
            )
        ]
