"""Registrations on screen: who has a seat, who waits, who came, what they said."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
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
    FlagFilter,
    Kind,
    ListScreen,
    RelatedFilter,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.learning import queries, services
from xinglin.learning.lifecycle import REGISTRATION_MOVES, RegistrationState
from xinglin.learning.models import Lecture, Registration, Via
from xinglin.learning.queries import REGISTER, VIEW

colour_states(
    Registration,
    {
        RegistrationState.REGISTERED: Tone.ACTIVE,
        RegistrationState.WAITING: Tone.WAITING,
        RegistrationState.ATTENDED: Tone.GOOD,
        RegistrationState.CANCELLED: Tone.QUIET,
    },
)


def _from_where(registration: Registration) -> str:
    """Return library and department of a reader, the phone of a guest."""
    patron = registration.patron
    if patron is None:
        return f"{_('来宾')} {registration.guest_phone}".strip()
    return f"{patron.home_library.label} {patron.department}".strip()


# What a lecture's own page shows of them.
NARROW: tuple[Column[Any], ...] = (
    Column(gettext_lazy("姓名"), "name"),
    Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
    Column(gettext_lazy("馆、科室或电话"), _from_where),
    Column(gettext_lazy("报名时间"), "registered_at", kind=Kind.MOMENT),
    Column(gettext_lazy("签到时间"), "attended_at", kind=Kind.MOMENT),
)


def own_registrations(request: StaffRequest, lecture: Lecture) -> QuerySet[Registration]:
    """Return a lecture's registrations that still count, in the order in which they were made."""
    rows = queries.registrations_visible_to(staff_of(request)).filter(lecture=lecture)
    return rows.exclude(state=RegistrationState.CANCELLED).order_by(
        F("turn").asc(nulls_first=True), "registered_at", "pk"
    )


def _cancel(request: StaffRequest, registration: Registration, answers: Answers) -> str:
    services.cancel(registration=registration, by=staff_of(request))
    return _("已取消报名；有人候补的，名额已给下一位。")


def _attend(request: StaffRequest, registration: Registration, answers: Answers) -> str:
    services.attend_by_hand(registration=registration, by=staff_of(request))
    return _("已签到。")


def _undo(request: StaffRequest, registration: Registration, answers: Answers) -> str:
    services.undo_attend(registration=registration, by=staff_of(request))
    return _("已撤销签到。")


@screen
class Registrations(ListScreen[Registration]):
    name = "learning.registrations"
    title = gettext_lazy("讲座报名")
    section = Section.LEARNING
    icon = "users-group"
    order = 20
    permission = VIEW
    words = (gettext_lazy("签到"), gettext_lazy("候补"), gettext_lazy("评价"), "baoming", "qiandao")
    columns = (
        Column(gettext_lazy("姓名"), "name"),
        Column(
            gettext_lazy("讲座"),
            "lecture.title",
            link=lambda row: reverse("console:learning.lecture", args=[row.lecture_id]),
        ),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("馆、科室或电话"), _from_where, narrow=False),
        Column(
            gettext_lazy("报名时间"), "registered_at", kind=Kind.MOMENT, sort="registered_at", narrow=False
        ),
        Column(gettext_lazy("签到时间"), "attended_at", kind=Kind.MOMENT, sort="attended_at"),
        Column(gettext_lazy("评分"), "score", kind=Kind.NUMBER, sort="score"),
        Column(gettext_lazy("途径"), "get_via_display", narrow=False),
        Column(gettext_lazy("意见"), "words", narrow=False, roomy=True),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=RegistrationState.choices)
    filters = (
        RelatedFilter(
            "lecture",
            gettext_lazy("讲座"),
            field="lecture",
            rows=lambda request: queries.lectures_visible_to(staff_of(request)),
        ),
        ChoiceFilter("via", gettext_lazy("途径"), choices=Via.choices),
        DateFilter("registered", gettext_lazy("报名日期"), field="registered_at"),
        FlagFilter("rated", gettext_lazy("有评价"), where=Q(score__isnull=False)),
    )
    search_fields = ("patron__name", "guest_name", "guest_phone", "lecture__title", "words")
    search_hint = gettext_lazy("姓名、来宾电话、讲座题目、意见")
    order_by = ("-registered_at",)
    blank_last = frozenset({"attended_at", "score"})
    empty = gettext_lazy("还没有人报名。讲座发布后，读者在手机和公众号里报名；也可以在讲座的页面上代为登记。")
    actions = (
        Action(
            "attend",
            gettext_lazy("签到"),
            run=_attend,
            permission=REGISTER,
            icon="user-check",
            when=offered(REGISTRATION_MOVES, "attend"),
            many=True,
        ),
        Action(
            "undo_attend",
            gettext_lazy("撤销签到"),
            run=_undo,
            permission=REGISTER,
            icon="arrow-back-up",
            when=offered(REGISTRATION_MOVES, "undo_attend"),
            confirm=gettext_lazy("签到、评价和参加证明都会去掉，名额还在。"),
        ),
        Action(
            "cancel",
            gettext_lazy("取消报名"),
            run=_cancel,
            permission=REGISTER,
            icon="x",
            tone=Tone.BAD,
            when=offered(REGISTRATION_MOVES, "cancel"),
            confirm=gettext_lazy("这位读者会失去名额；有人候补的，名额给下一位。"),
            many=True,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Registration]:
        return queries.registrations_visible_to(staff_of(request))
