"""Handling one stored message: the answer and everything it changed, in one transaction.

The gateway claims a message when it stores it. Only the holder of the claim may finish it: who lost the claim
(its process was taken for dead) finds that out at the end, and everything it did is rolled back. So a message
is handled once, whoever is killed and whenever.
"""

import logging
from collections.abc import Callable, Sequence

import psycopg
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from xinglin.commons.bulletin import announce
from xinglin.commons.errors import Refusal
from xinglin.wechat.answering import REST, Outcome, converse, written_in
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.conversation import Incoming
from xinglin.wechat.events import MessageHandedOver, MessageUnanswered
from xinglin.wechat.jsonvalue import as_object
from xinglin.wechat.messages import from_fields
from xinglin.wechat.messages.events import Event
from xinglin.wechat.models import IncomingMessage, MessageState, OutgoingMessage, OutgoingState
from xinglin.wechat.queries import NOBODY_UNDERSTOOD
from xinglin.wechat.replies import Empty, PageLink, Reply, Text, from_plain, link, to_plain
from xinglin.wechat.resolving import resolved
from xinglin.wechat.services.outgoing import keep, tell_or_keep
from xinglin.wechat.situation import Situation, finish, take_up

log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another process took the message over; what was done here is rolled back."""


def handle(message_id: int, worker: int) -> Reply:
    """Handle a message that this worker has claimed, and return what the platform is answered.

    A refusal and a bug leave no half-done change behind: all is rolled back, and the sentence that is said
    instead is kept in a transaction of its own.

    Raises ``ClaimLost``. A database that is lost or deadlocked goes through: the claim is then given back.
    """
    try:
        with transaction.atomic():
            return _answered(message_id, worker, converse)
    except ClaimLost:
        raise
    except Refusal as refusal:
        said = Outcome([Text(str(refusal))], f"refusal:{refusal.code}")
        return _answered_instead(message_id, worker, lambda incoming: said)
    except (OperationalError, InterfaceError, psycopg.Error):
        raise  # the database's trouble, not the handler's
    except Exception:
        log.exception("a reply handler failed", extra={"incoming": message_id})
        return _answered_instead(message_id, worker, _apologise)


@transaction.atomic
def _answered_instead(message_id: int, worker: int, answer: Callable[[Incoming], Outcome]) -> Reply:
    return _answered(message_id, worker, answer)


def _answered(message_id: int, worker: int, answer: Callable[[Incoming], Outcome]) -> Reply:
    found = take_up(message_id)
    row = found.row
    if row.state != MessageState.HANDLING or row.claimed_by != worker:
        raise ClaimLost
    if not found.payload:
        return _close_erased(row, worker)
    incoming = _incoming(found)
    return _finish(row, incoming, answer(incoming), worker)


def _apologise(incoming: Incoming) -> Outcome:
    incoming.hand_over()
    return Outcome([Text(_("抱歉，系统刚才出了点问题，您的消息已转给馆员。请稍后再试。"))], "error")


def _close_erased(row: IncomingMessage, worker: int) -> Reply:
    """Close a message whose writer left before it was handled: its content is erased, nobody is to be answered."""
    closed = finish(message_id=row.pk, worker=worker, reply=None, matched_by="erased", needs_person=False)
    if closed is None:
        raise ClaimLost
    return Empty()


def _incoming(found: Situation) -> Incoming:
    message, row = from_fields(found.payload), found.row
    return Incoming(
        account=row.account,
        follower=row.follower,
        message=message,
        standing=found.standing,
        text=written_in(message),
        event=message.event if isinstance(message, Event) else "",
        event_key=message.key if isinstance(message, Event) else "",
        received_at=row.received_at,
        stored_id=row.pk,
    )


def _finish(row: IncomingMessage, incoming: Incoming, outcome: Outcome, worker: int) -> Reply:
    first, rest = _passive(incoming, list(outcome.replies))
    if outcome.matched_by != "waiting":
        first = _with_hint(incoming, first)
    is_late = finish(
        message_id=row.pk,
        worker=worker,
        reply=to_plain(first),
        matched_by=outcome.matched_by,
        needs_person=incoming.needs_person,
    )
    if is_late is None:
        raise ClaimLost
    if is_late:
        _deliver_otherwise(row, [first, *rest])
        return Empty()
    for reply in rest:
        tell_or_keep(follower=row.follower, reply=reply, answers=row)
    _tell_upstairs(row, incoming, outcome)
    return first


def _passive(incoming: Incoming, replies: Sequence[Reply]) -> tuple[Reply, Sequence[Reply]]:
    """Return what goes into the one passive answer, and what is sent after it.

    An account that may only answer says several texts as one, and gives the rest when asked with 「更多」.
    """
    if len(replies) <= 1:
        return (resolved(incoming.follower, replies[0]) if replies else Empty()), []
    if incoming.may(Capability.CUSTOMER_SERVICE):
        return resolved(incoming.follower, replies[0]), replies[1:]
    texts = [text for reply in replies if (text := _as_text(incoming, reply))]
    if len(texts) == len(replies):
        return Text("\n\n".join(texts)), []
    first, *rest = [resolved(incoming.follower, reply) for reply in replies]
    incoming.remember(REST, {"replies": [to_plain(reply) for reply in rest]}, minutes=30)
    if isinstance(first, Text):
        first = Text(
            first.content + "\n\n" + _("（还有 %(left)d 条，回复「更多」查看）") % {"left": len(rest)}
        )
    return first, []


def _as_text(incoming: Incoming, reply: Reply) -> str:
    if isinstance(reply, PageLink):
        return f"{link(reply.title, incoming.link(reply.path))}\n{reply.description}".strip()
    return reply.content if isinstance(reply, Text) else ""


def _with_hint(incoming: Incoming, first: Reply) -> Reply:
    """Add to a text that an answer of a librarian, or a late one, waits to be fetched."""
    if not (isinstance(first, Text) and incoming.standing.waiting) or incoming.follower.erased_at is not None:
        return first
    waiting = OutgoingMessage.objects.filter(follower=incoming.follower, state=OutgoingState.WAITING).count()
    if not waiting:
        return first
    return Text(
        first.content + "\n\n" + _("（有 %(waiting)d 条给您的回复，回复 1 查看）") % {"waiting": waiting}
    )


def _deliver_otherwise(row: IncomingMessage, replies: Sequence[Reply]) -> None:
    for reply in replies:
        if not isinstance(reply, Empty):
            tell_or_keep(follower=row.follower, reply=reply, answers=row)


def _tell_upstairs(row: IncomingMessage, incoming: Incoming, outcome: Outcome) -> None:
    if outcome.matched_by == NOBODY_UNDERSTOOD:
        announce(MessageUnanswered(message_id=row.pk))
    elif incoming.needs_person:
        announce(MessageHandedOver(message_id=row.pk))


@transaction.atomic
def keep_what_was_let_go(message_id: int) -> None:
    """Keep an answer whose tries were all let go: the platform did not come again for it."""
    row = (
        IncomingMessage.objects.select_for_update(of=("self",), no_key=True)
        .select_related("follower__account")
        .filter(pk=message_id, state=MessageState.ANSWERED, lapsed_at__isnull=False)
        .first()
    )
    if row is None:
        return
    row.lapsed_at = None
    row.save(update_fields=["lapsed_at"])
    reply = from_plain(as_object(row.reply))
    if not isinstance(reply, Empty) and row.follower.erased_at is None:
        keep(follower=row.follower, reply=reply, answers=row)


@transaction.atomic
def give_up(message_id: int) -> None:
    """Put a message that failed again and again before a librarian."""
    IncomingMessage.objects.filter(pk=message_id, state=MessageState.HANDLING).update(
        state=MessageState.FAILED, needs_person=True, claimed_by=None
    )
    announce(MessageHandedOver(message_id=message_id))
