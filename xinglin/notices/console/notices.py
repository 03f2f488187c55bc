"""What readers were told: the list, one notice with every attempt, and what a person decides."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.onscreen import Words
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
from xinglin.consortium.models import Library
from xinglin.consortium.queries import libraries_visible_to
from xinglin.notices import channels, queries, services
from xinglin.notices.kinds import every_kind
from xinglin.notices.lifecycle import DEEDS, MOVES, AttemptState, State
from xinglin.notices.models import Attempt, Notice

colour_states(
    Notice,
    {
        State.WAITING: Tone.WAITING,
        State.TRYING: Tone.ACTIVE,
        State.SENT: Tone.GOOD,
        State.KEPT: Tone.ACTIVE,
        State.UNSURE: Tone.BAD,
        State.UNREACHABLE: Tone.BAD,
    },
)
colour_states(
    Attempt,
    {
        AttemptState.TRYING: Tone.ACTIVE,
        AttemptState.SENT: Tone.GOOD,
        AttemptState.KEPT: Tone.ACTIVE,
        AttemptState.REFUSED: Tone.BAD,
        AttemptState.BUSY: Tone.WAITING,
        AttemptState.UNSURE: Tone.BAD,
    },
)


class HowForm(forms.Form):
    """How a librarian told the reader."""

    how = forms.CharField(
        label=gettext_lazy("怎样告知的"),
        max_length=200,
        help_text=gettext_lazy("例如：电话告知本人、服务台当面告知"),
    )


def _send_again(request: StaffRequest, notice: Notice, answers: Answers) -> str:
    services.send_again(notice=notice, by=staff_of(request))
    return _("已重新发送，结果稍后显示在发送记录里。")


def _tell(request: StaffRequest, notice: Notice, answers: Answers) -> str:
    services.tell_by_hand(notice=notice, how=answers["how"], by=staff_of(request))
    return _("已记下。")


def _drop(request: StaffRequest, notice: Notice, answers: Answers) -> str:
    services.drop_by_hand(notice=notice, by=staff_of(request))
    return _("已关闭这条提醒。")


ACTIONS = (
    Action[Notice](
        "send_again",
        DEEDS["send_again"],
        run=_send_again,
        permission=queries.SEND,
        icon="send",
        when=offered(MOVES, "send_again"),
        confirm=gettext_lazy("结果不明的提醒可能已经送到读者手里；确认要再发一次吗？不受免打扰时段限制。"),
        many=True,
    ),
    Action[Notice](
        "tell_by_hand",
        DEEDS["tell_by_hand"],
        run=_tell,
        form=HowForm,
        permission=queries.SEND,
        icon="phone",
        when=offered(MOVES, "tell_by_hand"),
    ),
    Action[Notice](
        "drop",
        DEEDS["drop"],
        run=_drop,
        permission=queries.SEND,
        icon="x",
        tone=Tone.BAD,
        confirm=gettext_lazy("关闭后不再发送，读者的列表里也不再显示。"),
        when=lambda notice: notice.state in (State.UNREACHABLE, State.UNSURE),
    ),
)


def _channel(row: Notice | Attempt) -> str:
    return channels.name_of(row.channel) if row.channel else ""


def _kinds(request: StaffRequest) -> list[tuple[str, Words]]:
    return [(kind.code, kind.name) for kind in every_kind()]


def _ways(request: StaffRequest) -> list[tuple[str, Words]]:
    return [
        *((channel.code, channel.name) for channel in channels.every_channel()),
        (channels.BY_HAND, _("馆员告知")),
    ]


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return libraries_visible_to(staff_of(request))


@screen
class Notices(ListScreen[Notice]):
    """Everything that readers of one's libraries were owed."""

    name = "notices.notices"
    title = gettext_lazy("提醒")
    section = Section.PATRONS
    icon = "bell"
    order = 40
    permission = queries.VIEW
    words = (gettext_lazy("通知"), gettext_lazy("催还"), gettext_lazy("到书"), "tixing", "tongzhi")
    detail = "notices.notice"
    columns = (
        Column(gettext_lazy("标题"), "title", link=True),
        Column(gettext_lazy("读者"), "patron.name", sort="patron__name_key"),
        Column(gettext_lazy("种类"), "kind_name", sort="kind", narrow=False),
        Column(gettext_lazy("发出馆"), "library.label", sort="library__code", narrow=False),
        Column(gettext_lazy("渠道"), _channel, narrow=False),
        Column(gettext_lazy("产生时间"), "owed_at", kind=Kind.MOMENT, sort="owed_at", narrow=False),
        Column(gettext_lazy("发出时间"), "told_at", kind=Kind.MOMENT, sort="told_at"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=State.choices)
    filters = (
        ChoiceFilter("kind", gettext_lazy("种类"), choices=_kinds),
        ChoiceFilter("channel", gettext_lazy("渠道"), choices=_ways),
        RelatedFilter("library", gettext_lazy("发出馆"), field="library", rows=_libraries),
        DateFilter("owed", gettext_lazy("产生日期"), field="owed_at"),
        FlagFilter(
            "for_a_person",
            gettext_lazy("待馆员处理"),
            where=Q(state__in=(State.UNREACHABLE, State.UNSURE)),
        ),
    )
    search_fields = ("patron__name", "patron__cards__number", "title", "text")
    search_hint = gettext_lazy("读者姓名、卡号、标题")
    order_by = ("-owed_at",)
    empty = gettext_lazy("还没有提醒。借书到期、预约到书时会自动产生。")
    actions = ACTIONS[:1]

    def rows(self, request: StaffRequest) -> QuerySet[Notice]:
        return queries.notices_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return queries.for_a_person(staff_of(request)).count()


@screen
class NoticePage(DetailScreen[Notice]):
    """One notice: what was said, over which way, and why not another."""

    name = "notices.notice"
    title = gettext_lazy("提醒")
    listing = "notices.notices"
    facts = (
        Facts(
            gettext_lazy("提醒"),
            (
                Fact(gettext_lazy("读者"), "patron.name"),
                Fact(gettext_lazy("种类"), "kind_name"),
                Fact(gettext_lazy("发出馆"), "library.name"),
                Fact(gettext_lazy("标题"), "title"),
                Fact(gettext_lazy("内容"), "text"),
                Fact(gettext_lazy("紧急"), "urgent", kind=Kind.FLAG),
            ),
        ),
        Facts(
            gettext_lazy("经过"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("渠道"), _channel),
                Fact(gettext_lazy("产生时间"), "owed_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("等到"), "due_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("发出时间"), "told_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("阅读时间"), "read_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("说明"), "why"),
            ),
        ),
    )
    actions = ACTIONS

    def related(self, request: StaffRequest, row: Notice) -> "list[Related[Any]]":
        return [
            Related(
                gettext_lazy("发送记录"),
                rows=queries.attempts_at(row),
                columns=(
                    Column[Attempt](gettext_lazy("渠道"), _channel),
                    Column[Attempt](gettext_lazy("结果"), "state", kind=Kind.STATE),
                    Column[Attempt](gettext_lazy("开始"), "began_at", kind=Kind.MOMENT),
                    Column[Attempt](gettext_lazy("结束"), "ended_at", kind=Kind.MOMENT),
                    Column[Attempt](gettext_lazy("说明"), "reason"),
                ),
                empty=gettext_lazy("还没有尝试发送。"),
            )
        ]


@card(permission=queries.VIEW, order=35)
def unreachable(request: StaffRequest) -> Card | None:
    """Ask for a telephone call where no way is open."""
    waiting = queries.for_a_person(staff_of(request)).count()
    if not waiting:
        return None
    address = reverse("console:notices.notices") + "?for_a_person=on"
    return Card(_("提醒没有送达"), waiting, address, icon="bell-off", tone=Tone.BAD, note=_("请电话联系读者"))
