"""Alarms of the desk: raised by figures, settled by people."""

from collections.abc import Callable

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    ChoiceFilter,
    Column,
    Kind,
    ListScreen,
    RelatedFilter,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence.watching import queries, services
from xinglin.intelligence.watching.lifecycle import ALARM_MOVES, AlarmState
from xinglin.intelligence.watching.models import Alarm, AlarmKind

colour_states(
    Alarm,
    {AlarmState.OPEN: Tone.WAITING, AlarmState.TAKEN_UP: Tone.GOOD, AlarmState.DISMISSED: Tone.QUIET},
)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("怎样处置，或为什么不用"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


def _settle(deed: str, said: Words) -> Callable[[StaffRequest, Alarm, Answers], Words]:
    def run(request: StaffRequest, row: Alarm, answers: Answers) -> Words:
        services.settle(alarm=row, deed=deed, note=answers["note"], by=staff_of(request))
        return said

    return run


def _weight(alarm: Alarm) -> str:
    return (
        f"{alarm.weight:g}%"
        if alarm.kind == AlarmKind.NEGATIVE
        else f"{alarm.weight:g}"
        if alarm.weight
        else "—"
    )


def _watch_page(alarm: Alarm) -> str:
    return f"{reverse('console:intelligence.watch', args=[alarm.watch_id])}?day={alarm.until.isoformat()}"


@screen
class Alarms(ListScreen[Alarm]):
    """What the desk should look at."""

    name = "intelligence.alarms"
    title = _("舆情提醒")
    section = Section.INTELLIGENCE
    icon = "bell-ringing"
    order = 72
    permission = queries.VIEW
    words = (_("突增"), _("预警"), "tixing", "yujing")
    columns = (
        Column(_("种类"), "get_kind_display", sort="kind"),
        Column(_("词"), "word", sort="word", link=_watch_page),
        Column(_("监测"), "watch", narrow=False),
        Column(_("从哪天起"), "since", sort="since", kind=Kind.DAY),
        Column(_("到哪天"), "until", sort="until", kind=Kind.DAY, narrow=False),
        Column(_("条数"), "stories", sort="stories", kind=Kind.NUMBER),
        Column(_("分量"), _weight, sort="weight", narrow=False),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("处置"), "note", narrow=False),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=AlarmState.choices)
    filters = (
        RelatedFilter(
            "watch", _("监测"), field="watch", rows=lambda request: queries.watches_visible_to(staff_of(request))
        ),
        ChoiceFilter("kind", _("种类"), choices=AlarmKind.choices),
    )  # fmt: skip
    search_fields = ("word",)
    search_hint = _("词")
    order_by = ("-raised_at", "-pk")
    actions = (
        Action(
            "take_up", _("已处置"), _settle("take_up", _("已记下处置。")), form=NoteForm, permission=queries.SETTLE,
            when=offered(ALARM_MOVES, "take_up"), tone=Tone.GOOD, icon="check", many=True,
        ),
        Action(
            "dismiss", _("不用处置"), _settle("dismiss", _("已记下。")), form=NoteForm, permission=queries.SETTLE,
            when=offered(ALARM_MOVES, "dismiss"), tone=Tone.QUIET, icon="x", many=True,
        ),
    )  # fmt: skip
    empty = _("没有提醒。词突然增多、负面偏多或重点词出现时，会在这里和工作台首页出现。")

    def rows(self, request: StaffRequest) -> QuerySet[Alarm]:
        return queries.alarms_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return queries.alarms_visible_to(staff_of(request)).filter(state=AlarmState.OPEN).count()


@card(order=61, permission=queries.SETTLE)
def alarms_to_settle(request: StaffRequest) -> Card | None:
    """How many alarms wait."""
    waiting = queries.alarms_visible_to(staff_of(request)).filter(state=AlarmState.OPEN).count()
    if not waiting:
        return None
    address = f"{reverse('console:intelligence.alarms')}?state={AlarmState.OPEN}"
    return Card(_("舆情提醒"), waiting, address, "bell-ringing", Tone.WAITING)
