"""What document delivery tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.delivery.lifecycle import State
from xinglin.delivery.models import DocumentRequest
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice

ASKED_BACK = "delivery.asked_back"
DELIVERED = "delivery.delivered"
DECLINED = "delivery.declined"
ACCESS_DECIDED = "delivery.access_decided"
LATE = "delivery.late"

_NUMBER = Field("number", _("编号"))
_TITLE = Field("title", _("题名"))


def _still_asked(notice: Notice) -> bool:
    return _in_state(notice, State.ASKED_BACK)


def _still_there(notice: Notice) -> bool:
    return _in_state(notice, State.DELIVERED)


def _in_state(notice: Notice, state: State) -> bool:
    number = str(notice.fields.get("number", ""))
    return DocumentRequest.objects.filter(number=number, state=state).exists()


declare(
    NoticeKind(
        ASKED_BACK, _("文献传递：请补充"), Topic.REQUESTS, fields=(_NUMBER, _TITLE), still_true=_still_asked
    )
)
declare(
    NoticeKind(DELIVERED, _("文献已送达"), Topic.REQUESTS, fields=(_NUMBER, _TITLE), still_true=_still_there)
)
declare(NoticeKind(DECLINED, _("文献未能提供"), Topic.REQUESTS, fields=(_NUMBER, _TITLE)))
declare(NoticeKind(ACCESS_DECIDED, _("数据库访问申请"), Topic.REQUESTS, fields=(Field("name", _("数据库")),)))
declare(NoticeKind(LATE, _("文献传递超时（给馆员）"), Topic.REQUESTS, fields=(_NUMBER, _TITLE)))
