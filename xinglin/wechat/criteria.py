"""By what they did in the chat followers may be selected."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons.criteria import Days, Given, Param, ParamKind, Subject, criterion, since
from xinglin.wechat.models import Follower, IncomingMessage

CHAT = _("公众号互动")


@criterion(
    "wechat.wrote",
    title=_("发过消息"),
    group=CHAT,
    subject=Subject.FOLLOWER,
    params=(Days(30),),
    countable=True,
)
def wrote(given: Given) -> QuerySet[IncomingMessage]:
    """Messages of the last days, events not counted."""
    return IncomingMessage.objects.filter(received_at__gte=since(given)).exclude(kind="event")


@criterion(
    "wechat.clicked",
    title=_("点过菜单"),
    group=CHAT,
    subject=Subject.FOLLOWER,
    params=(Days(30),),
    countable=True,
)
def clicked(given: Given) -> QuerySet[IncomingMessage]:
    """Clicks on buttons of the menu."""
    return IncomingMessage.objects.filter(
        received_at__gte=since(given), kind="event", event__in=("CLICK", "VIEW", "view_miniprogram")
    )


@criterion(
    "wechat.followed",
    title=_("新关注"),
    group=CHAT,
    subject=Subject.FOLLOWER,
    key="pk",
    params=(Days(30),),
)
def followed(given: Given) -> QuerySet[Follower]:
    """Who began to follow in the last days."""
    return Follower.objects.filter(followed_at__gte=since(given))


@criterion(
    "wechat.came_by",
    title=_("关注来源"),
    group=CHAT,
    subject=Subject.FOLLOWER,
    key="pk",
    params=(Param("scene", _("二维码场景开头"), ParamKind.TEXT),),
)
def came_by(given: Given) -> QuerySet[Follower]:
    """Who came by a QR code whose scene begins so."""
    return Follower.objects.filter(scene__startswith=str(given["scene"]))
