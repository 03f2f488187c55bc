"""Seats on the phone: which are free, reserve, sit down by the code on the seat, leave."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.circulation import errors, services
from xinglin.circulation.lifecycle import SEAT_HELD
from xinglin.circulation.mobile.readers import reader_of
from xinglin.circulation.models import ReadingRoom, Seat, SeatBooking
from xinglin.circulation.seating import rooms_shown, sitting_of
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.mobile.registry import Tile, add_tile, page


def _any_room(request: HttpRequest) -> bool:
    return ReadingRoom.objects.filter(active=True).exists()


add_tile(Tile(gettext_lazy("座位"), icon="armchair", url="mobile:seats", order=45, shown_to=_any_room))


@page("seats/", name="seats", title=gettext_lazy("座位"), tab="me", needs_identity=True)
def seats(request: HttpRequest) -> HttpResponse:
    """Show the reader's own seat, and the rooms with what is free."""
    context = {"rooms": rooms_shown(), "sitting": sitting_of(reader_of(request))}
    return render(request, "circulation/mobile/seats.html", context)


class SeatField(forms.ModelChoiceField[Seat]):
    """Seats by their number, and whether somebody sits there now."""

    busy: frozenset[int] = frozenset()

    def label_from_instance(self, obj: Any) -> str:
        power = _("有电源") if obj.has_power else ""
        standing = _("现在有人") if obj.pk in self.busy else _("空")
        return " · ".join(part for part in (obj.number, power, standing) if part)


class ReserveForm(forms.Form):
    """Which seat, from when, for how long; the choices are the room's."""

    seat = SeatField(label=gettext_lazy("座位"), queryset=Seat.objects.none(), empty_label=None)
    starts = forms.ChoiceField(label=gettext_lazy("开始"))
    hours = forms.TypedChoiceField(label=gettext_lazy("几小时"), coerce=int)


def _starts() -> list[tuple[str, str]]:
    """Return the half hours of today and tomorrow that may be chosen, and now."""
    now = clock.local(clock.now())
    first = now.replace(minute=30 if now.minute < 30 else 0, second=0, microsecond=0)
    if now.minute >= 30:
        first += timedelta(hours=1)
    moments = [first + timedelta(minutes=30 * step) for step in range(72)]
    words = {0: _("今天"), 1: _("明天")}
    return [
        ("now", _("现在")),
        *(
            (moment.isoformat(), f"{words[(moment.date() - now.date()).days]} {moment:%H:%M}")
            for moment in moments
            if (moment.date() - now.date()).days in words and 6 <= moment.hour < 24
        ),
    ]


@page("seats/room/<int:pk>/", name="room", title=gettext_lazy("预约座位"), tab="me", needs_identity=True)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the reader choose a seat and a time in a room."""
    patron = reader_of(request)
    found = get_object_or_404(ReadingRoom.objects.select_related("library"), pk=pk, active=True)
    form = ReserveForm(request.POST or None)
    seat_field, starts_field, hours_field = form.fields["seat"], form.fields["starts"], form.fields["hours"]
    assert isinstance(seat_field, SeatField)  # noqa: S101 (declared so above)
    assert isinstance(starts_field, forms.ChoiceField)  # noqa: S101
    assert isinstance(hours_field, forms.TypedChoiceField)  # noqa: S101
    now = clock.now()
    busy = SeatBooking.objects.filter(state__in=SEAT_HELD, starts_at__lte=now, ends_at__gt=now)
    seat_field.queryset = found.seats.filter(active=True)
    seat_field.busy = frozenset(busy.values_list("seat", flat=True))
    starts_field.choices = _starts()
    hours_field.choices = [(hours, str(hours)) for hours in range(1, found.longest_hours + 1)]
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        begin = now if answers["starts"] == "now" else datetime.fromisoformat(answers["starts"])
        try:
            booking = services.reserve_seat(
                seat=answers["seat"],
                patron=patron,
                starts_at=begin,
                ends_at=begin + timedelta(hours=answers["hours"]),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("已预约 %(seat)s，%(start)s 起；请在 %(grace)d 分钟内到座位扫码签到。")
            facts = {
                "seat": str(booking.seat),
                "start": f"{clock.local(booking.starts_at):%H:%M}",
                "grace": found.grace_minutes,
            }
            messages.success(request, said % facts)
            return redirect("mobile:seats")
    return render(request, "circulation/mobile/room.html", {"room": found, "form": form})


@page("seat/<str:code>/", name="seat", title=gettext_lazy("入座"), tab="me", needs_identity=True)
def seat(request: HttpRequest, code: str) -> HttpResponse:
    """Sit down on the seat whose code was scanned; asked first, so that a preview of the link sits on nothing."""
    patron = reader_of(request)
    found = Seat.objects.select_related("room__library").filter(code=code, active=True).first()
    if found is None:
        raise errors.SeatUnknown(_("没有这个座位，或已停用；请换一个。"))
    refusal = None
    if request.method == "POST":
        try:
            booking = services.take_seat(code=code, patron=patron)
        except Refusal as refused:
            refusal = refused
        else:
            said = _("已入座 %(seat)s，到 %(end)s。离开时请点“离座”。")
            end = f"{clock.local(booking.ends_at):%H:%M}"
            messages.success(request, said % {"seat": str(booking.seat), "end": end})
            return redirect("mobile:seats")
    context = {"seat": found, "refusal": refusal}
    return render(request, "circulation/mobile/seat.html", context, status=refusal.status if refusal else 200)


@page("seats/<int:pk>/leave/", name="seat.leave", title=gettext_lazy("离座"), tab="me", needs_identity=True)
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own seat back, or cancel; another reader's is not found."""
    booking = get_object_or_404(
        SeatBooking.objects.select_related("seat__room"), pk=pk, patron=reader_of(request)
    )
    services.leave_seat(booking=booking)
    messages.success(request, _("座位 %(seat)s 已释放，谢谢。") % {"seat": str(booking.seat)})
    return redirect("mobile:seats")
