"""How the learning room speaks to those who registered. What is past is told to nobody; guests are telephoned."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.learning import notice_kinds as kinds
from xinglin.learning.lifecycle import RegistrationState
from xinglin.learning.models import Lecture, Registration
from xinglin.notices.services import owe, withdraw_owed

WEEKDAYS = "一二三四五六日"


def time_of(lecture: Lecture) -> str:
    """Return when a lecture is, as it is read aloud: 12月1日（星期二）14:30–16:30."""
    first, last = clock.local(lecture.begins_at), clock.local(lecture.ends_at)
    day = _("%(month)d月%(day)d日（星期%(weekday)s）%(begins)s") % {
        "month": first.month,
        "day": first.day,
        "weekday": WEEKDAYS[first.weekday()],
        "begins": f"{first:%H:%M}",
    }
    if last.date() == first.date():
        return f"{day}–{last:%H:%M}"
    return _("%(begins)s 至 %(month)d月%(day)d日 %(ends)s") % {
        "begins": day,
        "month": last.month,
        "day": last.day,
        "ends": f"{last:%H:%M}",
    }


def is_reminded_of(lecture: Lecture) -> bool:
    """Whether who gets a seat now is told the day before: not of a lecture of today or tomorrow."""
    return clock.local(lecture.begins_at).date() > clock.today() + timedelta(days=1)


def place_of(lecture: Lecture) -> str:
    """Return where a lecture is: the place, the live link's page, or both."""
    if lecture.place and lecture.live_link:
        return _("%(place)s，也可以看直播") % {"place": lecture.place}
    return lecture.place or _("线上直播")


def registered(registration: Registration) -> None:
    """Confirm a seat; who waits was told so by the page or the chat."""
    if registration.state == RegistrationState.REGISTERED:
        _tell(
            registration,
            kinds.REGISTERED,
            key=_key(registration),
            title=_("已报名《%(title)s》"),
            text=_("您已报名《%(title)s》：%(when)s，%(place)s。来不了请取消，把名额让给候补的人。"),
        )


def a_seat_came_free(registration: Registration) -> None:
    """Say that the first who waited has a seat now."""
    _tell(
        registration,
        kinds.SEAT_FREE,
        key=_key(registration),
        title=_("《%(title)s》有您的名额了"),
        text=_("您候补的《%(title)s》有名额了，已为您报名：%(when)s，%(place)s。来不了请取消，让给下一位。"),
    )


def tomorrow(registration: Registration) -> None:
    """Remind of a lecture of the next day; the day is named, for it may be read in the morning."""
    _tell(
        registration,
        kinds.TOMORROW,
        key=f"{_key(registration)} {registration.lecture.begins_at.isoformat()}",
        title=_("讲座 %(when)s"),
        text=_("您报名的《%(title)s》：%(when)s，%(place)s。到场请扫现场的二维码签到；来不了请取消。"),
    )


def moved(registration: Registration, *, version: int) -> None:
    """Say that time or place changed."""
    _tell(
        registration,
        kinds.MOVED,
        key=f"{registration.pk} {version}",
        title=_("《%(title)s》时间地点有变"),
        text=_("您报名的《%(title)s》改为：%(when)s，%(place)s。来不了请取消。"),
        version=version,
    )


def cancelled(registration: Registration) -> None:
    """Say that a lecture does not take place, and why."""
    _tell(
        registration,
        kinds.CANCELLED,
        key=str(registration.pk),
        title=_("《%(title)s》取消了"),
        text=_("您报名的《%(title)s》（%(when)s）取消了。原因：%(reason)s。"),
        reason=registration.lecture.cancelled_because.rstrip("。"),
    )


def take_back(registration: Registration) -> None:
    """Do not say any more that a seat is the reader's: they gave it back."""
    if registration.patron is not None:
        for kind in (kinds.REGISTERED, kinds.SEAT_FREE):
            withdraw_owed(patron=registration.patron, kind=kind, key=_key(registration))


def _key(registration: Registration) -> str:
    """Return what tells one seat from another of the same person, who may give it back and come again."""
    return f"{registration.pk} {registration.registered_at.isoformat()}"


def _tell(registration: Registration, kind: str, *, key: str, title: str, text: str, **more: object) -> None:
    lecture = registration.lecture
    if registration.patron is None or lecture.ends_at <= clock.now():
        return
    facts: dict[str, object] = {
        "registration": registration.pk,
        "title": lecture.title,
        "when": time_of(lecture),
        "begins": f"{clock.local(lecture.begins_at):%Y-%m-%d %H:%M}",
        "begins_moment": lecture.begins_at.isoformat(),
        "place": place_of(lecture),
        "library": lecture.library.label,
        **more,
    }
    owe(
        patron=registration.patron,
        kind=kind,
        key=key,
        title=title % facts,
        text=text % facts,
        link=reverse("mobile:lecture", args=[lecture.pk]),
        fields=facts,
        library=lecture.library,
    )
