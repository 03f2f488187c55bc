"""What a librarian does with a reader's message."""

from django.db import transaction

from xinglin.commons import history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.wechat.events import MessageHandedOver
from xinglin.wechat.models import IncomingMessage, OutgoingMessage
from xinglin.wechat.replies import Reply
from xinglin.wechat.services.outgoing import tell_or_keep


@transaction.atomic
def answer_message(*, message: IncomingMessage, reply: Reply, by: Staff) -> OutgoingMessage:
    """Answer a reader by hand: at once where the window is open, else when the reader next asks with 「1」."""
    access.require(by, "wechat.answer_message", message.account.library_id)
    sent = tell_or_keep(follower=message.follower, reply=reply, answers=message, by=by)
    _settled(message)
    history.record(message, "answer", by=by.user, changes={"delivery": sent.state})
    return sent


@transaction.atomic
def settle(*, message: IncomingMessage, by: Staff) -> None:
    """Take a message off the list of those that wait for a person, without an answer."""
    access.require(by, "wechat.answer_message", message.account.library_id)
    _settled(message)
    history.record(message, "settle", by=by.user)


@transaction.atomic
def star(*, message: IncomingMessage, starred: bool, by: Staff) -> None:
    """Mark a message to be found again, or take the mark away."""
    access.require(by, "wechat.view_message", message.account.library_id)
    IncomingMessage.objects.filter(pk=message.pk).update(starred=starred)


@transaction.atomic
def assign(*, message: IncomingMessage, to: Staff | None, by: Staff) -> None:
    """Give a message to a colleague, or back to everybody."""
    access.require(by, "wechat.answer_message", message.account.library_id)
    if to is not None:
        access.require(to, "wechat.answer_message", message.account.library_id)
    IncomingMessage.objects.filter(pk=message.pk).update(assigned_to=to)
    history.record(message, "assign", by=by.user, changes={"to": to.name if to else ""})


@transaction.atomic
def hand_over(*, message: IncomingMessage, by: Staff | None, reason: str = "") -> None:
    """Hand a message over to the reference desk, which listens for it."""
    access.require(by, "wechat.answer_message", message.account.library_id)
    IncomingMessage.objects.filter(pk=message.pk).update(needs_person=True)
    history.record(message, "hand_over", by=by.user if by else "", reason=reason)
    announce(MessageHandedOver(message_id=message.pk))


def _settled(message: IncomingMessage) -> None:
    IncomingMessage.objects.filter(pk=message.pk).update(needs_person=False)
