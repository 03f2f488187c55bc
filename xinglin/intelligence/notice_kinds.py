"""What intelligence tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.products.services import NOTICE
from xinglin.intelligence.watching.lifecycle import CopyState
from xinglin.intelligence.watching.models import Copy
from xinglin.intelligence.watching.services.briefs import REMINDER, SENT_NOTICE
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Notice


def _still_sent(notice: Notice) -> bool:
    return Product.objects.filter(pk=int(notice.key), state=ProductState.SENT).exists()


def _still_unread(notice: Notice) -> bool:
    copy = Copy.objects.filter(pk=int(notice.key.split("-")[0]), product__state=ProductState.SENT)
    return copy.exclude(state=CopyState.RECEIPTED).exists()


declare(
    NoticeKind(
        NOTICE,
        _("情报产品推送"),
        Topic.INTELLIGENCE,
        fields=(Field("title", _("标题")), Field("papers", _("篇数"))),
        still_true=_still_sent,
    )
)
for code, name in ((SENT_NOTICE, _("决策简报")), (REMINDER, _("决策简报催阅"))):
    declare(
        NoticeKind(
            code,
            name,
            Topic.INTELLIGENCE,
            fields=(Field("title", _("标题")),),
            still_true=_still_unread,
        )
    )
