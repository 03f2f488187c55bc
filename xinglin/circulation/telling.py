"""How circulation speaks of seats and of books that are brought: owed in the transaction of the deed itself.

What is said of loans, holds and fees follows their events (``reminders.py``).
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.circulation import notice_kinds as kinds
from xinglin.circulation.models import Bringing, SeatBooking
from xinglin.commons import clock
from xinglin.notices.services import owe


def seat_soon(booking: SeatBooking) -> None:
    """Remind of a seat that waits soon, and say until when it is kept."""
    if booking.patron is None:
        return
    facts = _of_a_seat(booking)
    owe(
        patron=booking.patron,
        kind=kinds.SEAT_SOON,
        key=f"{booking.pk} {booking.starts_at.isoformat()}",
        title=_("座位 %(seat)s %(starts)s 开始") % facts,
        text=_(
            "您预约的座位 %(seat)s（%(library)s）%(starts)s 开始，请到座位扫码签到；迟到 %(grace)d 分钟会释放给别人。"
            "不来请取消，或发“离座”。"
        )
        % facts,
        link=reverse("mobile:seats"),
        fields=facts,
        library=booking.seat.room.library,
    )


def seat_released(booking: SeatBooking, *, missed: int, most: int, days: int) -> None:
    """Say that a seat was given to others because nobody came, and what happens when that is often."""
    if booking.patron is None:
        return
    facts = {**_of_a_seat(booking), "missed": missed, "most": most, "days": days}
    text = _("您预约的座位 %(seat)s（%(library)s，%(starts)s 起）没有签到，已释放。") % facts
    if missed >= most:
        text += (
            _("30 天内已有 %(missed)d 次没有签到，%(days)d 天内不能预约；到馆扫空座位的码仍可入座。") % facts
        )
    else:
        text += _("30 天内满 %(most)d 次没有签到，%(days)d 天不能预约；现在是 %(missed)d 次。") % facts
    owe(
        patron=booking.patron,
        kind=kinds.SEAT_RELEASED,
        key=str(booking.pk),
        title=_("座位 %(seat)s 已释放") % facts,
        text=text,
        link=reverse("mobile:seats"),
        fields=facts,
        library=booking.seat.room.library,
    )


def bringing_moved(bringing: Bringing, deed: str) -> None:
    """Say that a book is on its way, has arrived, or could not be brought."""
    said = {
        "set_out": (
            kinds.BRINGING_ON_ITS_WAY,
            _("《%(title)s》正在送来"),
            _("您预约的《%(title)s》已从%(library)s出发，送到%(place)s。请留意电话，或请同事代收。"),
        ),
        "deliver": (
            kinds.BRINGING_ARRIVED,
            _("《%(title)s》已送到"),
            _("《%(title)s》已送到%(place)s，同时借给了您，%(due)s 前归还；各馆都可以还，书车也收。"),
        ),
        "fail": (
            kinds.BRINGING_FAILED,
            _("《%(title)s》没有送到"),
            _(
                "《%(title)s》没有送到：%(reason)s。书回到%(library)s的预约架，保留到 %(until)s；"
                "可以再请求送书，或自己来取。"
            ),
        ),
    }.get(deed)
    if said is None:
        return
    kind, title, text = said
    facts = _of_a_bringing(bringing)
    owe(
        patron=bringing.hold.patron,
        kind=kind,
        key=str(bringing.pk),
        title=title % facts,
        text=text % facts,
        link=reverse("mobile:loans" if deed == "deliver" else "mobile:holds"),
        fields=facts,
        library=bringing.hold.pickup_library,
    )


def _of_a_seat(booking: SeatBooking) -> dict[str, object]:
    return {
        "booking": booking.pk,
        "seat": str(booking.seat),
        "library": booking.seat.room.library.label,
        "starts": f"{clock.local(booking.starts_at):%H:%M}",
        "grace": booking.seat.room.grace_minutes,
    }


def _of_a_bringing(bringing: Bringing) -> dict[str, object]:
    hold = bringing.hold
    loan = hold.item.loans.order_by("-pk").first() if hold.item is not None else None
    return {
        "bringing": bringing.pk,
        "title": hold.record.title,
        "library": hold.pickup_library.label,
        "place": bringing.address,
        "reason": bringing.reason.rstrip("。"),
        "due": f"{clock.local(loan.due_at):%Y-%m-%d}" if loan is not None else "",
        "until": f"{hold.kept_until:%Y-%m-%d}" if hold.kept_until else "",
    }
