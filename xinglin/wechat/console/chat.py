"""The chat around one message: what was said on both sides, whether the window is open, and the answer."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    RowScreen,
    screen,
)
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Staff
from xinglin.patrons.text import masked_name
from xinglin.wechat import queries, services
from xinglin.wechat.calling import client_for
from xinglin.wechat.client import Download
from xinglin.wechat.console.inbox import reader_of, says, shown_reply
from xinglin.wechat.jsonvalue import as_object, as_text
from xinglin.wechat.links import bound_patron
from xinglin.wechat.models import (
    Follower,
    IncomingMessage,
    Material,
    OutgoingMessage,
    OutgoingState,
)
from xinglin.wechat.replies import Image, Reply, Text, Video, Voice
from xinglin.wechat.resolving import OURS

MOST_LINES = 60


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
        return reader_of(row)

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
