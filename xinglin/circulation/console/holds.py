"""Holds on screen: the list, one hold with its queue, and what waits on the hold shelf."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.console.scanning import CopyForm, copy_named
from xinglin.circulation.lifecycle import MOVES, NOT_FETCHED, HoldState
from xinglin.circulation.models import Hold, PickRequest
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
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
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to

colour_states(
    Hold,
    {
        HoldState.WAITING: Tone.WAITING,
        HoldState.IN_TRANSIT: Tone.ACTIVE,
        HoldState.READY: Tone.GOOD,
        HoldState.FILLED: Tone.QUIET,
        HoldState.CANCELLED: Tone.QUIET,
        HoldState.EXPIRED: Tone.BAD,
    },
)


# Ended, and the copy was not seen since: it is taken from the hold shelf and scanned at the returns desk.
TO_CLEAR = Q(state__in=NOT_FETCHED, ready_at__isnull=False, left_shelf_at=None, item__isnull=False)


class Reason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class FetchedCopy(CopyForm):
    """The copy that was fetched, as it is scanned."""

    out_of_turn = forms.CharField(
        label=gettext_lazy("插队理由"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("前面还有读者在等时必须填写，会记入操作记录。"),
    )


def _set_aside(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    staff = staff_of(request)
    item = copy_named(answers)
    hold = services.set_aside(hold=hold, item=item, by=staff, out_of_turn=answers["out_of_turn"])
    if hold.state == HoldState.READY:
        return _("已放上预约架，读者会收到通知。")
    return _("请装入送往%(library)s的书箱。") % {"library": hold.pickup_library.label}


def _arrive(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    services.arrive(hold=hold, by=staff_of(request))
    return _("已放上预约架，读者会收到通知。")


def _hand_over(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    services.hand_over(hold=hold, by=staff_of(request))
    return _("已交给读者。")


def _put_back(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    services.put_back(hold=hold, by=staff_of(request), reason=answers["reason"])
    hold.refresh_from_db()
    return _("已退回排队，这位读者排在第 %(position)d 位。") % {"position": hold.position}


class UrgentForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("急用理由"),
        max_length=200,
        help_text=gettext_lazy("例如“明早会诊”；不要写病人的个人信息。"),
    )


class PauseForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("暂停到"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("不填为恢复排队。"),
    )


def _urgent(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    hold = services.make_urgent(hold=hold, reason=answers["reason"], by=staff_of(request))
    return _("已改为临床急用，现排第 %(position)d 位。") % {"position": hold.position}


def _pause(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    hold = services.pause(hold=hold, until=answers["until"], by=staff_of(request))
    if hold.not_before is None:
        return _("已恢复排队。")
    return _("已暂停到 %(day)s，位置不变。") % {"day": hold.not_before}


def _cancel(request: StaffRequest, hold: Hold, answers: Answers) -> str:
    services.cancel(hold=hold, by=staff_of(request), reason=answers["reason"])
    return _("已取消预约。")


FILL = "circulation.fill_hold"
ACTIONS = (
    Action(
        "set_aside", gettext_lazy("找到书了"), run=_set_aside, form=FetchedCopy, permission=FILL, icon="barcode",
        tone=Tone.GOOD, when=offered(MOVES, "set_aside"),
    ),
    Action(
        "arrive", gettext_lazy("已到取书馆"), run=_arrive, permission=FILL, icon="package", tone=Tone.GOOD,
        when=offered(MOVES, "arrive"), many=True, confirm=gettext_lazy("确认这一册已经到馆、放上预约架？"),
    ),
    Action(
        "hand_over", gettext_lazy("交给读者"), run=_hand_over, permission=FILL, icon="check", tone=Tone.GOOD,
        when=offered(MOVES, "hand_over"), confirm=gettext_lazy("确认读者本人已取走？"),
    ),
    Action(
        "put_back", gettext_lazy("退回排队"), run=_put_back, form=Reason, permission=FILL, icon="arrow-back-up",
        when=offered(MOVES, "put_back"),
    ),
    Action(
        "urgent", gettext_lazy("临床急用"), run=_urgent, form=UrgentForm, permission="circulation.urgent_hold",
        icon="urgent", when=lambda hold: hold.state == HoldState.WAITING and not hold.urgent,
    ),
    Action(
        "pause", gettext_lazy("暂停"), run=_pause, form=PauseForm, permission="circulation.change_hold",
        icon="player-pause", when=lambda hold: hold.state == HoldState.WAITING,
    ),
    Action(
        "cancel", gettext_lazy("取消预约"), run=_cancel, form=Reason, permission="circulation.change_hold", icon="x",
        tone=Tone.BAD, when=offered(MOVES, "cancel"), confirm=gettext_lazy("取消后，后面的读者依次提前。"),
    ),
)  # fmt: skip


@screen
class Holds(ListScreen[Hold]):
    name = "circulation.holds"
    title = gettext_lazy("预约")
    section = Section.CIRCULATION
    icon = "bookmark"
    order = 20
    permission = "circulation.view_hold"
    words = (gettext_lazy("预定"), "yuyue")
    detail = "circulation.hold"
    create = "circulation.hold.new"
    create_title = gettext_lazy("代读者预约")
    columns = (
        Column(gettext_lazy("书名"), "record.full_title", sort="record__title_pinyin", link=True, roomy=True),
        Column(gettext_lazy("读者"), "patron.name", sort="patron__name_key"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("排队"), "position", kind=Kind.NUMBER, sort="position", narrow=False),
        Column(gettext_lazy("取书馆"), "pickup_library.label"),
        Column(gettext_lazy("预约时间"), "placed_at", kind=Kind.MOMENT, sort="placed_at", narrow=False),
        Column(gettext_lazy("保留至"), "kept_until", kind=Kind.DAY, sort="kept_until", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=HoldState.choices)
    filters = (
        RelatedFilter(
            "library",
            gettext_lazy("取书馆"),
            field="pickup_library",
            rows=lambda request: libraries_visible_to(staff_of(request)),
        ),
        FlagFilter("urgent", gettext_lazy("临床急用"), where=Q(urgent=True)),
        FlagFilter(
            "stuck", gettext_lazy("找不到复本"), where=Q(state=HoldState.WAITING, stuck_at__isnull=False)
        ),
        FlagFilter("to_clear", gettext_lazy("待清架"), where=TO_CLEAR),
        DateFilter("placed", gettext_lazy("预约日期"), field="placed_at"),
    )
    search_fields = ("record__title", "patron__name")
    search_hint = gettext_lazy("书名、读者姓名")
    order_by = ("-placed_at",)
    empty = gettext_lazy("还没有预约。读者在微信里搜书后回复“预约 1”，或在书目页点“预约”。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Hold]:
        return queries.holds_visible_to(staff_of(request))


@screen
class HoldPage(DetailScreen[Hold]):
    name = "circulation.hold"
    title = gettext_lazy("预约")
    listing = "circulation.holds"
    facts = (
        Facts(
            gettext_lazy("预约"),
            (
                Fact(gettext_lazy("书名"), "record.full_title"),
                Fact(gettext_lazy("读者"), "patron.name"),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("排队位置"), "position", kind=Kind.NUMBER),
                Fact(gettext_lazy("取书馆"), "pickup_library.label"),
                Fact(gettext_lazy("指定单册"), "wanted_item"),
                Fact(gettext_lazy("临床急用"), "urgent_reason"),
                Fact(gettext_lazy("暂停到"), "not_before", kind=Kind.DAY),
                Fact(gettext_lazy("找不到复本"), "stuck_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("来源"), "get_source_display"),
                Fact(gettext_lazy("预约时间"), "placed_at", kind=Kind.MOMENT),
            ),
        ),
        Facts(
            gettext_lazy("留给读者的单册"),
            (
                Fact(gettext_lazy("条码"), "item.barcode"),
                Fact(gettext_lazy("所在馆"), "item.library.label"),
                Fact(gettext_lazy("到书时间"), "ready_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("保留至"), "kept_until", kind=Kind.DAY),
                Fact(gettext_lazy("结束时间"), "closed_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("结束原因"), "closing_reason"),
            ),
        ),
    )
    actions = ACTIONS

    def related(self, request: StaffRequest, row: Hold) -> list[Related[Any]]:
        columns: tuple[Column[Hold], ...] = (
            Column(gettext_lazy("位置"), "position", kind=Kind.NUMBER),
            Column(gettext_lazy("读者"), "patron.name"),
            Column(gettext_lazy("取书馆"), "pickup_library.label"),
            Column(gettext_lazy("预约时间"), "placed_at", kind=Kind.MOMENT),
        )
        mine = queries.holds_visible_to(staff_of(request))
        queue = queries.queue_of(row.record).filter(pk__in=mine.values("pk")).select_related("pickup_library")
        asked: tuple[Column[PickRequest], ...] = (
            Column(gettext_lazy("条码"), "item.barcode"),
            Column(gettext_lazy("馆"), "library.label"),
            Column(gettext_lazy("请求时间"), "asked_at", kind=Kind.MOMENT),
            Column(gettext_lazy("结果"), "get_outcome_display"),
        )
        return [
            Related(
                gettext_lazy("请各馆找书的经过"),
                rows=row.picks.select_related("item", "library"),
                columns=asked,
                empty=gettext_lazy("还没有请哪个馆找书。"),
            ),
            Related(
                gettext_lazy("这本书的队列"), rows=queue, columns=columns, empty=gettext_lazy("没有人在等。")
            ),
        ]


@card(order=10, permission="circulation.view_hold")
def holds_to_fetch(request: StaffRequest) -> Card | None:
    """Say on the home page how many copies wait for their readers."""
    number = queries.holds_visible_to(staff_of(request)).filter(state=HoldState.READY).count()
    url = reverse("console:circulation.holds") + "?state=ready"
    return Card(
        _("待取预约"), number=number, url=url, icon="bookmark", tone=Tone.GOOD, note=_("放在预约架上等读者")
    )


@card(order=14, permission="circulation.fill_hold")
def holds_to_see_to(request: StaffRequest) -> Card | None:
    """Say on the home page for how many holds no copy is found; nothing when there is none."""
    stuck = queries.holds_visible_to(staff_of(request)).filter(
        state=HoldState.WAITING, stuck_at__isnull=False
    )
    number = stuck.count()
    url = reverse("console:circulation.holds") + "?stuck=1"
    if not number:
        return None
    return Card(
        _("找不到复本"),
        number=number,
        url=url,
        icon="alert-triangle",
        tone=Tone.BAD,
        note=_("各馆都没有找到"),
    )
