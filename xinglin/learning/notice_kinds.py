"""What the learning room tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.learning.lifecycle import EXPECTED, LectureState, RegistrationState
from xinglin.learning.models import Registration
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice

REGISTERED = "learning.registered"
SEAT_FREE = "learning.seat_free"
TOMORROW = "learning.tomorrow"
MOVED = "learning.moved"
CANCELLED = "learning.cancelled"

_FIELDS = (
    Field("title", _("题目")),
    Field("begins", _("开始时间")),
    Field("place", _("地点")),
    Field("library", _("主办馆")),
)


def _registration(notice: Notice) -> Registration | None:
    number = notice.fields.get("registration", "")
    if not number.isdigit():
        return None
    return Registration.objects.select_related("lecture").filter(pk=int(number)).first()


def _has_a_seat_ahead(notice: Notice) -> bool:
    """Whether the reader still has the seat, and the lecture is still ahead."""
    kept = _registration(notice)
    return (
        kept is not None
        and kept.state == RegistrationState.REGISTERED
        and kept.lecture.state == LectureState.ANNOUNCED
        and kept.lecture.begins_at > clock.now()
    )


def _begins_as_was_said(notice: Notice) -> bool:
    """Whether it is still ahead at the time that the notice names; of another time another notice tells."""
    kept = _registration(notice)
    return (
        kept is not None
        and _has_a_seat_ahead(notice)
        and kept.lecture.begins_at.isoformat() == notice.fields.get("begins_moment", "")
    )


def _is_the_last_change(notice: Notice) -> bool:
    kept = _registration(notice)
    return (
        kept is not None
        and kept.state in EXPECTED
        and kept.lecture.state == LectureState.ANNOUNCED
        and kept.lecture.ends_at > clock.now()
        and str(kept.lecture.version) == notice.fields.get("version", "")
    )


declare(
    NoticeKind(REGISTERED, _("讲座报名成功"), Topic.LEARNING, fields=_FIELDS, still_true=_has_a_seat_ahead)
)
declare(
    NoticeKind(SEAT_FREE, _("讲座候补到名额"), Topic.LEARNING, fields=_FIELDS, still_true=_has_a_seat_ahead)
)
declare(NoticeKind(TOMORROW, _("讲座快开始"), Topic.LEARNING, fields=_FIELDS, still_true=_begins_as_was_said))
declare(
    NoticeKind(MOVED, _("讲座时间地点有变"), Topic.LEARNING, fields=_FIELDS, still_true=_is_the_last_change)
)
declare(NoticeKind(CANCELLED, _("讲座取消"), Topic.LEARNING, fields=(*_FIELDS, Field("reason", _("原因")))))
