"""The inbox: every reader's message, the chat it belongs to, and an answer by hand."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.errors import Refusal
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
    RowScreen,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Staff
from xinglin.patrons.text import masked_name
from xinglin.wechat import queries, services
from xinglin.wechat.calling import client_for
from xinglin.wechat.client import Download
from xinglin.wechat.jsonvalue import JsonObject, as_object, as_text
from xinglin.wechat.links import bound_patron
from xinglin.wechat.models import (
    Follower,
    IncomingMessage,
    Material,
    MessageState,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Image, Reply, Text, Video, Voice, from_plain
from xinglin.wechat.resolving import OURS

MOST_LINES = 60
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
EVENT_NAMES: dict[str, str | Promise] = {
    "SUBSCRIBE": lazy("关注了公众号"),
    "UNSUBSCRIBE": lazy("取消了关注"),
    "CLICK": lazy("点了菜单"),
    "VIEW": lazy("从菜单打开网页"),
    "SCAN": lazy("扫了二维码"),
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
    return f"[{plain['type']}] {'；'.join(titles)}".strip()


def _reader(message: IncomingMessage) -> str:
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
        Column(lazy("读者"), _reader, narrow=False),
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


@dataclass(frozen=True)
class Line:
    """One bubble of a chat."""

    at: datetime
    text: str
    is_ours: bool
    by: str = ""
    state: OutgoingMessage | None = None
    message: IncomingMessage | None = None
    picture: str = ""
    has_media: bool = False


class AnswerByHand(forms.Form):
    """A text, or a material of the account."""

    text = forms.CharField(
        label=lazy("回复"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    material = forms.ModelChoiceField(
        label=lazy("或发送素材"),
        queryset=Material.objects.none(),
        required=False,
        empty_label=lazy("不发送素材"),
    )

    def reply(self) -> Reply | None:
        """Return what was chosen."""
        material: Material | None = self.cleaned_data["material"]
        if material is not None:
            named = f"{OURS}{material.pk}"
            if material.kind == "voice":
                return Voice(named)
            return (
                Video(named, material.title, material.introduction)
                if material.kind == "video"
                else Image(named)
            )
        text = self.cleaned_data["text"].strip()
        return Text(text) if text else None


@screen
class MessagePage(RowScreen[IncomingMessage]):
    """The chat around one message: what was said on both sides, whether the window is open, and the answer."""

    name = "wechat.message"
    title = lazy("读者消息")
    listing = "wechat.messages"
    template_name = "wechat/console/chat.html"

    def rows(self, request: StaffRequest) -> QuerySet[IncomingMessage]:
        return queries.messages_visible_to(staff_of(request))

    def heading(self, row: IncomingMessage) -> str:
        return _reader(row)

    def context(self, request: StaffRequest, row: IncomingMessage) -> dict[str, object]:
        staff = staff_of(request)
        patron = bound_patron(row.follower)
        sees_name = patron is not None and patron.home_library_id in libraries_of(
            staff, "patrons.view_patron"
        )
        may_answer = row.account.library_id in libraries_of(staff, "wechat.answer_message")
        return {
            "lines": chat_of(row.follower),
            "window": queries.window_of(row.follower),
            "patron": patron,
            "patron_name": patron.name
            if patron and sees_name
            else masked_name(patron.name if patron else ""),
            "form": self._form(row) if may_answer else None,
            "colleagues": _colleagues(row) if may_answer else [],
        }

    def post(self, request: StaffRequest, row: IncomingMessage) -> HttpResponse:
        """Do one of the deeds of the page; a refusal is shown and nothing typed is lost."""
        staff, deed = staff_of(request), request.POST.get("deed", "")
        if deed == "media":
            return _download(row)
        if deed == "answer":
            return self._answer_by_hand(request, row, staff)
        if deed == "assign":
            to = _colleagues(row).filter(pk=request.POST.get("to") or 0).first()
            services.assign(message=row, to=to, by=staff)
            messages.success(
                request, _("已转给 %(name)s。") % {"name": to.name} if to else _("已放回公共列表。")
            )
        elif deed == "hand_over":
            services.hand_over(message=row, by=staff)
            messages.success(request, _("已转给参考咨询台。"))
        elif deed == "star":
            services.star(message=row, starred=not row.starred, by=staff)
        elif deed == "settle":
            services.settle(message=row, by=staff)
            messages.success(request, _("已标为不需要回复。"))
        elif deed == "again":
            services.send_again(message=_outgoing(request, staff), by=staff)
            messages.success(request, _("已重新发送。"))
        return redirect(request.get_full_path())

    def _answer_by_hand(self, request: StaffRequest, row: IncomingMessage, staff: Staff) -> HttpResponse:
        form = self._form(row, request)
        reply = form.reply() if form.is_valid() else None
        if reply is None:
            messages.error(request, _("请写回复内容，或选择一个素材。"))
        else:
            try:
                sent = services.answer_message(message=row, reply=reply, by=staff)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                waits = sent.state == OutgoingState.WAITING
                messages.success(
                    request, _("已保存：读者下次来信时会提示回复 1 查看。") if waits else _("已发送给读者。")
                )
                return redirect(request.get_full_path())
        context = {"row": row, "title": self.heading(row), **self.context(request, row), "form": form}
        return self.page(request, context, status=422)

    def _form(self, row: IncomingMessage, request: StaffRequest | None = None) -> AnswerByHand:
        form = AnswerByHand(request.POST if request else None)
        field = form.fields["material"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared so above
        field.queryset = (
            Material.objects.filter(account=row.account).exclude(media_id="").exclude(kind="thumb")
        )
        return form


def chat_of(follower: Follower) -> list[Line]:
    """Return the last lines of a chat on both sides, oldest first."""
    lines: list[Line] = []
    for message in IncomingMessage.objects.filter(follower=follower).order_by("-received_at")[:MOST_LINES]:
        payload = as_object(message.payload)
        lines.append(
            Line(
                at=message.received_at,
                text=says(message),
                is_ours=False,
                message=message,
                picture=as_text(payload.get("PicUrl")).replace("http://", "https://", 1),
                has_media=bool(payload.get("MediaId")),
            )
        )
        answered = shown_reply(as_object(message.reply))
        if answered:
            lines.append(
                Line(
                    at=message.answered_at or message.received_at,
                    text=answered,
                    is_ours=True,
                    by=_("自动回复"),
                )
            )
    sent = OutgoingMessage.objects.filter(follower=follower).select_related("sent_by__user")
    for each in sent.order_by("-created_at")[:MOST_LINES]:
        by = each.sent_by.name if each.sent_by else _("系统")
        lines.append(
            Line(at=each.created_at, text=shown_reply(as_object(each.reply)), is_ours=True, by=by, state=each)
        )
    return sorted(lines, key=lambda line: line.at)[-MOST_LINES:]


def _colleagues(row: IncomingMessage) -> QuerySet[Staff]:
    return Staff.objects.filter(active=True, library=row.account.library).select_related("user")


def _outgoing(request: StaffRequest, staff: Staff) -> OutgoingMessage:
    return queries.outgoing_visible_to(staff).get(pk=request.POST.get("message", 0))


def _download(row: IncomingMessage) -> HttpResponse:
    """Fetch what a reader sent, which the platform keeps for three days."""
    payload = as_object(row.payload)
    media_id = as_text(payload.get("MediaId"))
    found = client_for(row.account).media.get(media_id)
    if not isinstance(found, Download):
        return redirect(as_text(found.get("video_url")) or reverse("console:wechat.message", args=[row.pk]))
    # Never shown in our own pages: a stranger made it.
    response = HttpResponse(found.content, content_type="application/octet-stream")
    name = found.name or f"{row.kind}-{row.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "ignore").decode()}"'
    return response


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
