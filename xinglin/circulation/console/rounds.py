"""Books that are brought to their readers, on screen."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import BRINGING_MOVES, BringingState
from xinglin.circulation.models import Bringing
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    Kind,
    ListScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of

colour_states(
    Bringing,
    {
        BringingState.ASKED: Tone.WAITING,
        BringingState.ON_THE_WAY: Tone.ACTIVE,
        BringingState.DELIVERED: Tone.GOOD,
        BringingState.FAILED: Tone.BAD,
        BringingState.CANCELLED: Tone.QUIET,
    },
)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


def _place(bringing: Bringing) -> str:
    return f"{bringing.get_where_display()} · {bringing.address}"


def _moving(deed: str) -> "Any":
    def run(request: StaffRequest, bringing: Bringing, answers: Answers) -> str:
        moved = services.move_bringing(
            bringing=bringing, deed=deed, reason=str(answers.get("reason", "")), by=staff_of(request)
        )
        return str(moved.get_state_display())

    return run


@screen
class Bringings(ListScreen[Bringing]):
    name = "circulation.bringings"
    title = gettext_lazy("送书上门")
    section = Section.CIRCULATION
    icon = "truck"
    order = 48
    permission = "circulation.fill_hold"
    words = (gettext_lazy("送书"), gettext_lazy("病区"), "songshu")
    columns = (
        Column(gettext_lazy("书名"), "hold.record.full_title"),
        Column(gettext_lazy("读者"), "hold.patron.name"),
        Column(gettext_lazy("送到"), _place),
        Column(gettext_lazy("时间要求"), "wish", narrow=False),
        Column(gettext_lazy("联系电话"), "phone", narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("请求时间"), "asked_at", kind=Kind.MOMENT, sort="asked_at", narrow=False),
        Column(gettext_lazy("原因"), "reason", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=BringingState.choices)
    filters = (
        ChoiceFilter("where", gettext_lazy("送到"), choices=Bringing.Where.choices),
        DateFilter("asked", gettext_lazy("请求日期"), field="asked_at"),
    )
    search_fields = ("hold__patron__name", "address", "hold__record__title")
    search_hint = gettext_lazy("读者、地址、书名")
    order_by = ("-asked_at",)
    empty = gettext_lazy("没有要送的书。预约到馆后，读者在“我的预约”里点“送书上门”。")
    actions = (
        Action(
            "set_out", gettext_lazy("出发"), run=_moving("set_out"), permission="circulation.fill_hold", icon="truck",
            when=offered(BRINGING_MOVES, "set_out"), many=True,
        ),
        Action(
            "deliver", gettext_lazy("已送达"), run=_moving("deliver"), permission="circulation.fill_hold",
            icon="check", tone=Tone.GOOD, when=offered(BRINGING_MOVES, "deliver"), many=True,
            confirm=gettext_lazy("确认读者已收到？同时办理借书。"),
        ),
        Action(
            "fail", gettext_lazy("没有送到"), run=_moving("fail"), form=ReasonForm,
            permission="circulation.fill_hold", icon="x", when=offered(BRINGING_MOVES, "fail"),
        ),
        Action(
            "cancel", gettext_lazy("取消"), run=_moving("cancel"), permission="circulation.fill_hold", icon="x",
            tone=Tone.BAD, when=offered(BRINGING_MOVES, "cancel"),
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Bringing]:
        return queries.bringings_visible_to(staff_of(request))


@card(order=16, permission="circulation.fill_hold")
def books_to_bring(request: StaffRequest) -> Card | None:
    """Say on the home page how many books are to be brought to readers; nothing for none."""
    number = queries.bringings_visible_to(staff_of(request)).filter(state=BringingState.ASKED).count()
    if not number:
        return None
    url = reverse("console:circulation.bringings") + "?state=asked"
    return Card(
        _("待送书"), number=number, url=url, icon="truck", tone=Tone.WAITING, note=_("读者请求送书上门")
    )
