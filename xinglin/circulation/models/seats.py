"""Reading rooms, their seats, and who sits when."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.lifecycle import SEAT_HELD, SeatState
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron


def new_code() -> str:
    """Return what stands in the QR code on a seat: not to be guessed from home."""
    return secrets.token_urlsafe(9)


class ReadingRoom(models.Model):
    """A room with seats, open as its library is."""

    library = models.ForeignKey(
        Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="reading_rooms"
    )
    name = models.CharField(_("名称"), max_length=60)
    place = models.CharField(_("位置"), max_length=120, blank=True, help_text=_("例如“三楼东侧”。"))
    longest_hours = models.PositiveSmallIntegerField(
        _("一次最长几小时"), default=4, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("迟到几分钟释放"), default=20, validators=[MinValueValidator(1)]
    )
    active = models.BooleanField(_("开放"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("阅览室")
        ordering = ["library__code", "name"]
        constraints = [
            models.UniqueConstraint(fields=["library", "name"], name="one_reading_room_of_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.library.label} {self.name}"


class Seat(models.Model):
    """One seat, with the code that sticks on it."""

    room = models.ForeignKey(
        ReadingRoom, verbose_name=_("阅览室"), on_delete=models.PROTECT, related_name="seats"
    )
    number = models.CharField(_("座位号"), max_length=20)
    code = models.CharField(_("二维码"), max_length=20, unique=True, default=new_code, editable=False)
    has_power = models.BooleanField(_("有电源"), default=False)
    active = models.BooleanField(_("可用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("座位")
        ordering = ["room", "pk"]
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="one_seat_of_a_number")]

    def __str__(self) -> str:
        return f"{self.room.name} {self.number}"


class SeatBooking(models.Model):
    """A reader has a seat from one time to another."""

    seat = models.ForeignKey(Seat, verbose_name=_("座位"), on_delete=models.PROTECT, related_name="bookings")
    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, on_delete=models.SET_NULL, related_name="seat_bookings"
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    state = models.CharField(_("状态"), max_length=10, choices=SeatState, default=SeatState.RESERVED)
    made_at = models.DateTimeField(_("预约时间"))
    seated_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("离座时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("座位预约")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_sitting_has_a_length"),
            # The last net under the locks: the database has no extension to forbid overlaps as such.
            models.UniqueConstraint(
                fields=["seat"], condition=Q(state=SeatState.SEATED), name="one_reader_sits_on_a_seat"
            ),
        ]
        indexes = [
            models.Index(fields=["seat", "starts_at"], condition=Q(state__in=SEAT_HELD), name="seats_held"),
            models.Index(fields=["patron", "-starts_at"], name="seats_of_a_patron"),
        ]

    def __str__(self) -> str:
        return f"{self.seat} · {self.patron}"
