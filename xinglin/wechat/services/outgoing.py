"""Sending to a follower: written down first, then sent by a job, and never twice by itself."""

import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.notices.channels import Fate, Outcome
from xinglin.notices.models import Attempt
from xinglin.notices.services import settle
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.client.errors import (
    FollowerUnreachable,
    NotAuthorised,
    PlatformBusy,
    PlatformNotReached,
    PlatformUnreachable,
    WeChatApiError,
)
from xinglin.wechat.errors import MayNotSend, NotCapable, WindowClosed, WindowUsedUp
from xinglin.wechat.jsonvalue import as_object
from xinglin.wechat.models import Follower, IncomingMessage, OutgoingMessage, OutgoingState
from xinglin.wechat.queries import window_of
from xinglin.wechat.replies import Reply, as_messages, from_plain, to_plain
from xinglin.wechat.resolving import resolved

log = logging.getLogger(__name__)

DELIVER = "xinglin.wechat.deliver"


@transaction.atomic
def tell(
    *, follower: Follower, reply: Reply, by: Staff | None = None, attempt: Attempt | None = None
) -> OutgoingMessage:
    """Send something to a follower as a customer-service message, by a job after the commit.

    Raises ``NotCapable``, ``WindowClosed`` or ``WindowUsedUp`` when it may not be sent, so that a notice can
    take another channel.
    """
    refuse_unless_open(follower)
    return _queue(follower, reply, by=by, attempt=attempt)


def refuse_unless_open(follower: Follower) -> None:
    """Raise the ``MayNotSend`` that stands against sending to a follower now."""
    window = window_of(follower)
    if window.is_open:
        return
    kind: type[MayNotSend] = WindowClosed
    if not follower.account.may(Capability.CUSTOMER_SERVICE):
        kind = NotCapable
    elif window.closes_at is not None:
        kind = WindowUsedUp
    raise kind(str(window.reason).replace("%", "%%"))


@transaction.atomic
def tell_or_keep(
    *, follower: Follower, reply: Reply, answers: IncomingMessage | None = None, by: Staff | None = None
) -> OutgoingMessage:
    """Send something now if that is possible, else keep it until the follower asks with 「1」."""
    if window_of(follower).is_open:
        return _queue(follower, reply, answers=answers, by=by)
    return keep(follower=follower, reply=reply, answers=answers, by=by)


@transaction.atomic
def keep(
    *,
    follower: Follower,
    reply: Reply,
    answers: IncomingMessage | None = None,
    by: Staff | None = None,
    attempt: Attempt | None = None,
) -> OutgoingMessage:
    """Keep an answer until the follower asks for it."""
    return OutgoingMessage.objects.create(
        account=follower.account,
        follower=follower,
        reply=to_plain(resolved(follower, reply)),
        answers=answers,
        sent_by=by,
        attempt=attempt,
        state=OutgoingState.WAITING,
    )


@transaction.atomic
def fetch_waiting(*, follower: Follower) -> tuple[Reply | None, int]:
    """Hand out the oldest answer that waits for a follower, and say how many are left."""
    waiting = OutgoingMessage.objects.filter(follower=follower, state=OutgoingState.WAITING)
    oldest = waiting.select_for_update().order_by("created_at", "pk").first()
    if oldest is None:
        return None, 0
    oldest.state, oldest.sent_at = OutgoingState.SENT, clock.now()
    oldest.save(update_fields=["state", "sent_at"])
    if oldest.attempt_id is not None:
        settle(attempt_id=oldest.attempt_id, outcome=Outcome(Fate.SENT))
    return from_plain(as_object(oldest.reply)), waiting.count()


@transaction.atomic
def call_back(*, follower: Follower, reason: str) -> None:
    """Take back the notices that wait for a follower who is this reader no more: they go another way."""
    waiting = OutgoingMessage.objects.select_for_update(of=("self",)).filter(
        follower=follower, state=OutgoingState.WAITING, attempt__isnull=False
    )
    for message in waiting:
        _settle(message, OutgoingState.FAILED, reason)


@transaction.atomic
def send_again(*, message: OutgoingMessage, by: Staff) -> None:
    """Queue once more what was refused, or what nobody knows the fate of: a person decides that.

    Raises ``MayNotSend`` when the window has closed meanwhile.
    """
    access.require(by, "wechat.answer_message", message.account.library_id)
    kept = OutgoingMessage.objects.select_for_update().select_related("follower__account").get(pk=message.pk)
    if kept.state not in (OutgoingState.UNSURE, OutgoingState.FAILED):
        raise MayNotSend(_("这条消息正在发送或已送达，不需要重发。"))
    refuse_unless_open(kept.follower)
    kept.state, kept.error = OutgoingState.QUEUED, ""
    kept.save(update_fields=["state", "error"])
    _defer(kept)


def deliver(*, message_id: int) -> None:
    """Send one queued message; run by the job, without a transaction around the calls.

    It is marked unsure before the first call and only then sent: whoever finds it marked leaves it alone. A
    busy platform did nothing, so the message goes back into the queue and the job is tried again.
    """
    message = _claimed(message_id)
    if message is None:
        return
    try:
        _send_parts(message)
    except (PlatformBusy, PlatformNotReached):
        _settle(message, OutgoingState.QUEUED, "")
        raise
    except (FollowerUnreachable, NotAuthorised) as error:
        # A notice takes another way at once; an answer waits until the reader asks for it.
        kept = OutgoingState.WAITING if message.attempt_id is None else OutgoingState.FAILED
        _settle(message, kept, error.words)
    except WeChatApiError as error:
        _settle(message, OutgoingState.FAILED, str(error))
    except PlatformUnreachable as error:
        _settle(message, OutgoingState.UNSURE, str(error))
    else:
        _settle(message, OutgoingState.SENT, "")


@transaction.atomic
def _claimed(message_id: int) -> OutgoingMessage | None:
    message = (
        OutgoingMessage.objects.select_for_update(of=("self",))
        .select_related("account", "follower")
        .filter(pk=message_id, state=OutgoingState.QUEUED)
        .first()
    )
    if message is None or message.follower.erased_at is not None:
        return None
    message.state = OutgoingState.UNSURE
    message.save(update_fields=["state"])
    return message


def _send_parts(message: OutgoingMessage) -> None:
    parts = as_messages(from_plain(as_object(message.reply)), message.follower.openid)
    custom = client_for(message.account).custom
    for part in parts[message.parts_sent :]:
        custom.send(part)
        message.parts_sent += 1
        message.save(update_fields=["parts_sent"])


_FATES = {
    OutgoingState.SENT: Fate.SENT,
    OutgoingState.UNSURE: Fate.UNSURE,
    OutgoingState.FAILED: Fate.REFUSED,
}


@transaction.atomic
def _settle(message: OutgoingMessage, state: OutgoingState, error: str) -> None:
    message.state, message.error = state, error
    if state == OutgoingState.SENT:
        message.sent_at = clock.now()
    message.save(update_fields=["state", "error", "sent_at"])
    if message.attempt_id is not None and state in _FATES:
        settle(attempt_id=message.attempt_id, outcome=Outcome(_FATES[state], error))
    if error:
        log.warning("a message was not delivered", extra={"outgoing": message.pk, "state": str(state)})


def _queue(
    follower: Follower,
    reply: Reply,
    *,
    answers: IncomingMessage | None = None,
    by: Staff | None = None,
    attempt: Attempt | None = None,
) -> OutgoingMessage:
    message = OutgoingMessage.objects.create(
        account=follower.account,
        follower=follower,
        reply=to_plain(resolved(follower, reply)),
        answers=answers,
        sent_by=by,
        attempt=attempt,
    )
    _defer(message)
    return message


def _defer(message: OutgoingMessage) -> None:
    # One message after the other for one follower: they arrive in the order in which they were written.
    app.configure_task(DELIVER, queue="wechat", lock=f"wechat-follower-{message.follower_id}").defer(
        message_id=message.pk
    )
