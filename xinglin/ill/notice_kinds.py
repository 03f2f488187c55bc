"""What inter-library loan tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.notices.kinds import Field, NoticeKind, Topic, declare

MOVED = "ill.moved"

declare(
    NoticeKind(
        MOVED, _("馆际互借"), Topic.REQUESTS, fields=(Field("number", _("编号")), Field("title", _("书名")))
    )
)
