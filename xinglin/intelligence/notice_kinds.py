"""What intelligence tells readers."""

from django.utils.translation import gettext_lazy as _

from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.products.services import NOTICE
from xinglin.intelligence.sdi.lifecycle import MemberState, ProfileState
from xinglin.intelligence.sdi.models import Member, Push
from xinglin.intelligence.sdi.telling import OFFERED, PUSHED, RETRACTED
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


def _still_wanted(notice: Notice) -> bool:
    """Whoever paused or switched off overnight is not pushed to in the morning."""
    push = Push.objects.filter(pk=int(notice.key), profile__state=ProfileState.RUNNING).first()
    if push is None:
        return False
    return Member.objects.filter(
        profile=push.profile_id, patron=push.patron_id, state=MemberState.ACTIVE
    ).exists()


def _still_offered(notice: Notice) -> bool:
    return Member.objects.filter(
        profile=int(notice.key), patron=notice.patron_id, state=MemberState.OFFERED
    ).exists()


declare(
    NoticeKind(
        PUSHED,
        _("定题推送"),
        Topic.INTELLIGENCE,
        fields=(Field("name", _("推送名称")), Field("papers", _("篇数")), Field("title", _("第一篇题名"))),
        still_true=_still_wanted,
    )
)
declare(
    NoticeKind(
        OFFERED,
        _("定题推送征求同意"),
        Topic.INTELLIGENCE,
        fields=(Field("name", _("推送名称")),),
        still_true=_still_offered,
    )
)
declare(NoticeKind(RETRACTED, _("推送的文献撤稿"), Topic.INTELLIGENCE, fields=(Field("title", _("题名")),)))
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
