"""Reading rooms and seats on screen: rooms, their codes to print, who sits where."""

from typing import Any

import segno
from django import forms
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import SEAT_HELD, SEAT_MOVES, SeatState
from xinglin.circulation.models import ReadingRoom, SeatBooking
from xinglin.commons import clock
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
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    RowScreen,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of

MOST_SEATS = 500

colour_states(
    SeatBooking,
    {
        SeatState.RESERVED: Tone.WAITING,
        SeatState.SEATED: Tone.GOOD,
        SeatState.LEFT: Tone.QUIET,
        SeatState.MISSED: Tone.BAD,
        SeatState.CANCELLED: Tone.QUIET,
    },
)


def _seated_now() -> Q:
    now = clock.now()
    held = Q(seats__bookings__state__in=SEAT_HELD)
    return held & Q(seats__bookings__starts_at__lte=now, seats__bookings__ends_at__gt=now)


@screen
class Rooms(ListScreen[ReadingRoom]):
    name = "circulation.rooms"
    title = gettext_lazy("阅览室")
    section = Section.CIRCULATION
    icon = "armchair"
    order = 46
    permission = "circulation.release_seat"
    words = (gettext_lazy("座位"), "zuowei", "yuelanshi")
    detail = "circulation.room"
    create = "circulation.room.new"
    create_title = gettext_lazy("开一间阅览室")
    columns = (
        Column(gettext_lazy("名称"), "name", link=True),
        Column(gettext_lazy("馆"), "library.label"),
        Column(gettext_lazy("位置"), "place", narrow=False),
        Column(gettext_lazy("座位"), "number_of_seats", kind=Kind.NUMBER),
        Column(gettext_lazy("现在有人"), "taken", kind=Kind.NUMBER),
    )
    search_fields = ("name",)
    search_hint = gettext_lazy("名称")
    order_by = ("library__code", "name")
    empty = gettext_lazy("还没有阅览室。开一间，打印座位码贴上，读者就能在手机上预约、扫码入座。")

    def rows(self, request: StaffRequest) -> QuerySet[ReadingRoom]:
        return queries.rooms_visible_to(staff_of(request)).annotate(
            number_of_seats=Count("seats", filter=Q(seats__active=True), distinct=True),
            taken=Count("seats", filter=_seated_now(), distinct=True),
        )


class RoomForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    place = forms.CharField(label=gettext_lazy("位置"), max_length=120, required=False)
    seats = forms.IntegerField(
        label=gettext_lazy("座位数"),
        min_value=1,
        max_value=MOST_SEATS,
        help_text=gettext_lazy("座位号从 1 编起。"),
    )
    longest_hours = forms.IntegerField(
        label=gettext_lazy("一次最长几小时"), min_value=1, max_value=24, initial=4
    )


@screen
class NewRoom(FormScreen[ReadingRoom]):
    name = "circulation.room.new"
    title = gettext_lazy("开一间阅览室")
    listing = "circulation.rooms"
    detail = "circulation.room"
    permission = "circulation.change_room"
    form = RoomForm

    def save(self, request: StaffRequest, form: forms.Form, row: ReadingRoom | None) -> ReadingRoom:
        staff, answers = staff_of(request), form.cleaned_data
        return services.open_room(
            library=staff.library,
            name=answers["name"],
            place=answers["place"],
            longest_hours=answers["longest_hours"],
            seats=[str(number) for number in range(1, answers["seats"] + 1)],
            by=staff,
        )


@screen
class RoomPage(DetailScreen[ReadingRoom]):
    name = "circulation.room"
    title = gettext_lazy("阅览室")
    listing = "circulation.rooms"
    facts = (
        Facts(
            gettext_lazy("阅览室"),
            (
                Fact(gettext_lazy("馆"), "library.label"),
                Fact(gettext_lazy("位置"), "place"),
                Fact(gettext_lazy("座位"), "number_of_seats", kind=Kind.NUMBER),
                Fact(gettext_lazy("一次最长几小时"), "longest_hours", kind=Kind.NUMBER),
                Fact(gettext_lazy("迟到几分钟释放"), "grace_minutes", kind=Kind.NUMBER),
            ),
        ),
    )
    panel_template = "circulation/console/room_panel.html"

    def related(self, request: StaffRequest, row: ReadingRoom) -> list[Related[Any]]:
        sittings = queries.sittings_visible_to(staff_of(request)).filter(seat__room=row, state__in=SEAT_HELD)
        return [
            Related(
                gettext_lazy("现在和接下来"),
                rows=sittings.order_by("starts_at"),
                columns=(
                    Column(gettext_lazy("座位号"), "seat.number"),
                    Column(gettext_lazy("读者"), "patron.name"),
                    Column(gettext_lazy("开始"), "starts_at", kind=Kind.MOMENT),
                    Column(gettext_lazy("结束"), "ends_at", kind=Kind.MOMENT),
                    Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
                ),
                empty=gettext_lazy("没有人预约或在座。"),
            )
        ]


@screen
class SeatCodes(RowScreen[ReadingRoom]):
    """A sheet of codes to cut out and stick on the seats."""

    name = "circulation.room.codes"
    title = gettext_lazy("座位码")
    listing = "circulation.rooms"
    template_name = "circulation/console/seat_codes.html"

    def context(self, request: StaffRequest, row: ReadingRoom) -> dict[str, object]:
        codes = []
        for seat in row.seats.filter(active=True):
            address = settings.PUBLIC_URL + reverse("mobile:seat", args=[seat.code])
            codes.append((seat, segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2)))
        return {"codes": codes}


def _release(request: StaffRequest, booking: SeatBooking, answers: Answers) -> str:
    services.leave_seat(booking=booking, by=staff_of(request))
    return _("座位已释放。")


@screen
class Sittings(ListScreen[SeatBooking]):
    name = "circulation.sittings"
    title = gettext_lazy("座位使用")
    section = Section.CIRCULATION
    icon = "calendar-time"
    order = 47
    permission = "circulation.release_seat"
    words = (gettext_lazy("座位"), "zuowei")
    columns = (
        Column(gettext_lazy("阅览室"), "seat.room.name"),
        Column(gettext_lazy("座位号"), "seat.number"),
        Column(gettext_lazy("读者"), "patron.name"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("开始"), "starts_at", kind=Kind.MOMENT, sort="starts_at"),
        Column(gettext_lazy("结束"), "ends_at", kind=Kind.MOMENT, narrow=False),
        Column(gettext_lazy("签到时间"), "seated_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=SeatState.choices)
    filters = (
        RelatedFilter(
            "room",
            gettext_lazy("阅览室"),
            field="seat__room",
            rows=lambda request: queries.rooms_visible_to(staff_of(request)),
        ),
        DateFilter("starts", gettext_lazy("日期"), field="starts_at"),
    )
    search_fields = ("patron__name", "seat__number")
    search_hint = gettext_lazy("读者姓名、座位号")
    order_by = ("-starts_at",)
    empty = gettext_lazy("还没有人预约或入座。")
    actions = (
        Action(
            "release",
            gettext_lazy("释放座位"),
            run=_release,
            permission="circulation.release_seat",
            icon="x",
            when=lambda booking: (
                (SeatState(booking.state), "leave_seat") in SEAT_MOVES
                or (SeatState(booking.state), "cancel") in SEAT_MOVES
            ),
            many=True,
            confirm=gettext_lazy("读者会失去这个座位。"),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[SeatBooking]:
        return queries.sittings_visible_to(staff_of(request))
