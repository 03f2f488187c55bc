"""What can be answered without the database: a rule that nobody goes before, an event that nobody heeds.

The answer is stored in the same statement as the message. The journal takes it back where the follower has an
open conversation or an answer waiting, because those go before a rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xinglin.wechat.answering import FETCH_WORDS, LEAVE_WORDS, MORE_WORDS, written_in
from xinglin.wechat.conversation import registry
from xinglin.wechat.gateway.directory import Entry
from xinglin.wechat.messages.events import Click, Event, Scan, Subscribe
from xinglin.wechat.messages.kinds import Message, TextMessage
from xinglin.wechat.replies import Empty, Reply
from xinglin.wechat.resolving import needs_resolving
from xinglin.wechat.rules.book import Answers


@dataclass(frozen=True)
class Quick:
    """An answer and the rule that gave it."""

    reply: Reply
    matched_by: str


def quick_answer(entry: Entry, message: Message, now: datetime) -> Quick | None:
    """Return an answer that needs nobody, or None: then a handler is run."""
    if isinstance(message, Event):
        heeded = isinstance(message, Subscribe | Scan | Click) or message.event in registry.events
        return None if heeded else Quick(Empty(), "")
    if not isinstance(message, TextMessage):
        return None
    text = written_in(message)
    if not text or text.isdigit() or text.casefold() in FETCH_WORDS | LEAVE_WORDS | MORE_WORDS:
        return None
    exact = entry.book.exact(text, now)
    if exact is not None:
        return _single(exact)
    if registry.command_for(text) is not None:
        return None
    loose = entry.book.loose(text, now)
    return _single(loose) if loose is not None else None


def _single(answers: Answers) -> Quick | None:
    replies: Sequence[Reply] = answers.chosen()
    if len(replies) != 1 or needs_resolving(replies[0]):
        return None
    return Quick(replies[0], f"rule:{answers.rule_id}")
