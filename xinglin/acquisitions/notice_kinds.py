"""What acquisitions tell readers."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.lifecycle import SuggestionState
from xinglin.acquisitions.models import Suggestion
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice

APPROVED = "acquisitions.suggestion_approved"
DECLINED = "acquisitions.suggestion_declined"
ARRIVED = "acquisitions.suggestion_arrived"

_WORK = (Field("number", _("编号")), Field("title", _("题名")))


def _stands_at(*states: SuggestionState) -> Callable[[Notice], bool]:
    def still_true(notice: Notice) -> bool:
        number = str(notice.fields.get("number", ""))
        return Suggestion.objects.filter(number=number, state__in=states).exists()

    return still_true


declare(
    NoticeKind(
        APPROVED,
        _("荐购已采纳"),
        Topic.REQUESTS,
        fields=_WORK,
        still_true=_stands_at(SuggestionState.APPROVED, SuggestionState.ORDERED),
    )
)
declare(
    NoticeKind(
        DECLINED,
        _("荐购未采纳"),
        Topic.REQUESTS,
        fields=_WORK,
        still_true=_stands_at(SuggestionState.DECLINED),
    )
)
declare(NoticeKind(ARRIVED, _("荐购的书到了"), Topic.REQUESTS, fields=_WORK))
