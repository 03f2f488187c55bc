"""The inbox: every reader's message, and those that wait for a person."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.patrons.text import masked_name
from xinglin.wechat import queries, services
from xinglin.wechat.jsonvalue import JsonObject, as_object, as_text
from xinglin.wechat.models import (
    IncomingMessage,
    MessageState,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Text, from_plain

colour_states(
    IncomingMessage,
    {MessageState.HANDLING: Tone.WAITING, MessageState.ANSWERED: Tone.GOOD, MessageState.FAILED: Tone.BAD},
)
colour_states(
    OutgoingMessage,
    {
        OutgoingState.QUEUED: Tone.WAITING,
        OutgoingState.UNSURE: Tone.BAD,
        OutgoingState.SENT: Tone.GOOD,
        OutgoingState.WAITING: Tone.ACTIVE,
        OutgoingState.FAILED: Tone.BAD,
    },
)

KIND_NAMES: dict[str, str | Promise] = {
    "text": lazy("文字"),
    "image": lazy("图片"),
    "voice": lazy("语音"),
    "video": lazy("视频"),
    "shortvideo": lazy("小视频"),
    "location": lazy("位置"),
    "link": lazy("链接"),
    "file": lazy("文件"),
    "event": lazy("事件"),
}
REPLY_NAMES: dict[str, str | Promise] = {
    **KIND_NAMES,
    "news": lazy("图文"),
    "music": lazy("音乐"),
    "article": lazy("文章"),
    "miniprogram": lazy("小程序"),
}
EVENT_NAMES: dict[str, str | Promise] = {
    "SUBSCRIBE": lazy("关注了公众号"),
    "UNSUBSCRIBE": lazy("取消了关注"),
    "SCAN": lazy("扫了二维码"),
    "ENTER": lazy("进入了对话"),
    "CLICK": lazy("点了菜单"),
    "VIEW": lazy("从菜单打开网页"),
    "VIEW_MINIPROGRAM": lazy("从菜单打开小程序"),
    "SCANCODE_PUSH": lazy("从菜单扫码"),
    "SCANCODE_WAITMSG": lazy("从菜单扫码"),
    "PIC_SYSPHOTO": lazy("从菜单拍照发图"),
    "PIC_PHOTO_OR_ALBUM": lazy("从菜单拍照或选图"),
    "PIC_WEIXIN": lazy("从菜单选图"),
    "LOCATION_SELECT": lazy("从菜单选了位置"),
    "LOCATION": lazy("上报了位置"),
    "SUBSCRIBE_MSG_POPUP_EVENT": lazy("答复了订阅通知弹窗"),
    "SUBSCRIBE_MSG_CHANGE_EVENT": lazy("改了订阅通知设置"),
    "SUBSCRIBE_MSG_SENT_EVENT": lazy("订阅通知的送达结果"),
    "TEMPLATESENDJOBFINISH": lazy("模板消息的送达结果"),
    "MASSSENDJOBFINISH": lazy("群发结果"),
    "PUBLISHJOBFINISH": lazy("发布结果"),
    "KF_CREATE_SESSION": lazy("微信客服接入会话"),
    "KF_CLOSE_SESSION": lazy("微信客服关闭会话"),
    "KF_SWITCH_SESSION": lazy("微信客服转接会话"),
    "USER_INFO_MODIFIED": lazy("改了个人资料"),
    "USER_AUTHORIZATION_REVOKE": lazy("撤回了授权"),
    "USER_AUTHORIZATION_CANCELLATION": lazy("注销了微信账号"),
    "QUALIFICATION_VERIFY_SUCCESS": lazy("资质认证通过"),
    "QUALIFICATION_VERIFY_FAIL": lazy("资质认证未通过"),
    "NAMING_VERIFY_SUCCESS": lazy("名称认证通过"),
    "NAMING_VERIFY_FAIL": lazy("名称认证未通过"),
    "ANNUAL_RENEW": lazy("认证该年审了"),
    "VERIFY_EXPIRED": lazy("认证已过期"),
}


def says(message: IncomingMessage) -> str:
    """Return what a message says, in a line."""
    payload = as_object(message.payload)
    if message.kind == "event":
        name = str(EVENT_NAMES.get(message.event, message.event))
        return f"[{name}] {message.event_key}".strip()
    if message.kind == "text":
        return message.text or _("（内容已按规定删除）")
    detail = (
        as_text(payload.get("Label")) or as_text(payload.get("Title")) or as_text(payload.get("Recognition"))
    )
    return f"[{KIND_NAMES.get(message.kind, message.kind)}] {detail}".strip()


def shown_reply(plain: JsonObject) -> str:
    """Return what was answered, in words."""
    if not plain:
        return ""
    reply = from_plain(plain)
    if isinstance(reply, Text):
        return reply.content
    titles = [as_text(plain.get("title"))] if plain.get("title") else []
    articles = plain.get("articles")
    if isinstance(articles, list):
        titles = [as_text(as_object(each).get("title")) for each in articles]
    kind = as_text(plain.get("type"))
    return f"[{REPLY_NAMES.get(kind, kind)}] {'；'.join(titles)}".strip()


def reader_of(message: IncomingMessage) -> str:
    """Return the family name of a bound reader (prefetched), else how a stranger is called."""
    bound = [each for each in message.follower.bindings.all() if each.unbound_at is None]
    return masked_name(bound[0].patron.name) if bound else str(message.follower)


def _star(request: StaffRequest, message: IncomingMessage, answers: Answers) -> None:
    services.star(message=message, starred=not message.starred, by=staff_of(request))


def _settle(request: StaffRequest, message: IncomingMessage, answers: Answers) -> str:
    services.settle(message=message, by=staff_of(request))
    return _("已标为不需要回复。")


star = Action[IncomingMessage](
    "star", lazy("星标"), run=_star, icon="star", permission="wechat.view_message", many=True
)
settle = Action[IncomingMessage](
    "settle",
    lazy("不需回复"),
    run=_settle,
    icon="check",
    permission="wechat.answer_message",
    when=lambda message: message.needs_person,
    many=True,
)


@screen
class Messages(ListScreen[IncomingMessage]):
    name = "wechat.messages"
    title = lazy("读者消息")
    section = Section.WECHAT
    icon = "message-circle"
    order = 10
    permission = "wechat.view_message"
    words = (lazy("收件箱"), lazy("留言"), "xiaoxi", "inbox")
    detail = "wechat.message"
    columns = (
        Column(lazy("内容"), says, link=True),
        Column(lazy("读者"), reader_of, narrow=False),
        Column(lazy("公众号"), "account.name", narrow=False),
        Column(lazy("收到时间"), "received_at", sort="received_at", kind=Kind.MOMENT),
        Column(lazy("待处理"), "needs_person", kind=Kind.FLAG),
        Column(lazy("星标"), "starred", kind=Kind.FLAG, narrow=False),
        Column(lazy("负责人"), "assigned_to.name", narrow=False),
    )
    filters = (
        FlagFilter("waiting", lazy("待馆员处理"), where=Q(needs_person=True)),
        FlagFilter("starred", lazy("有星标"), where=Q(starred=True)),
        RelatedFilter(
            "account",
            lazy("公众号"),
            field="account",
            rows=lambda request: queries.accounts_visible_to(staff_of(request)),
        ),
        ChoiceFilter("kind", lazy("类型"), field="kind", choices=tuple(KIND_NAMES.items())),
        DateFilter("received", lazy("收到日期"), field="received_at"),
    )
    search_fields = ("text", "follower__remark")
    search_hint = lazy("消息内容、读者备注")
    order_by = ("-received_at",)
    empty = lazy("还没有消息。读者在公众号里发来的文字、图片和语音会出现在这里。")
    actions = (star, settle)

    def rows(self, request: StaffRequest) -> QuerySet[IncomingMessage]:
        messages_seen = queries.messages_visible_to(staff_of(request)).prefetch_related(
            "follower__bindings__patron"
        )
        if request.GET.get("kind"):
            return messages_seen
        return messages_seen.exclude(kind="event")

    def badge(self, request: StaffRequest) -> int | None:
        return queries.messages_visible_to(staff_of(request)).filter(needs_person=True).count() or None


@card(order=15, permission="wechat.view_message")
def waiting_messages(request: StaffRequest) -> Card | None:
    """Show how many messages wait for a person."""
    number = queries.messages_visible_to(staff_of(request)).filter(needs_person=True).count()
    if not number:
        return None
    return Card(
        lazy("待回复的读者消息"),
        number=number,
        url=reverse("console:wechat.messages") + "?waiting=on",
        icon="message-circle",
        tone=Tone.WAITING,
        note=lazy("超过 48 小时就不能主动回复"),
    )
