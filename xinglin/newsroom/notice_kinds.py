"""What the newsroom tells people who are readers of ours, too."""

from django.utils.translation import gettext_lazy as _

from xinglin.commons.numbers import whole
from xinglin.newsroom.models import Review
from xinglin.newsroom.review.seats import turn_of
from xinglin.newsroom.review.telling import REVIEW_WAITS
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice


def _still_waits(notice: Notice) -> bool:
    """Whether the step that somebody was asked for is still the one that is waited for."""
    number, place = whole(str(notice.fields.get("review", ""))), str(notice.fields.get("place", ""))
    review = Review.objects.filter(pk=number).first() if number else None
    turn = turn_of(review) if review is not None else None
    return turn is not None and str(turn.place) == place


declare(
    NoticeKind(
        REVIEW_WAITS,
        _("请您审稿"),
        Topic.REQUESTS,
        fields=(Field("article", _("文章")),),
        still_true=_still_waits,
    )
)
