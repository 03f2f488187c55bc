"""What can be answered without the database: a rule that nobody goes before, an event that nobody heeds.

The answer is stored in the same statement as the message. The journal takes it back where the follower has an
open conversation or an answer waiting, because those go before a rule.
"""

from dataclasses import dataclass
from datetime import datetime

from xinglin.wechat.answering import FETCH_WORDS, LEAVE_WORDS, MORE_WORDS, written_in
from xinglin.wechat.conversation import registry
from xinglin.wechat.gateway.directory import Entry
from xinglin.wechat.messages.events import Click, Event, Scan, Subscribe
from xinglin.wechat.messages.kinds import Message, TextMessage
from xinglin.wechat.replies import Empty, Reply
from xinglin.wechat.resolving import needs_resolving
from xinglin.wechat.rules.book import Answers, as_kept

NOT_FOR_RULES = FETCH_WORDS | LEAVE_WORDS | MORE_WORDS


@dataclass(frozen=True)
class Quick:
    """An answer, as it is kept, and the rule that gave it."""

    reply: Reply
    kept: str
    matched_by: str


NOTHING = Quick(Empty(), as_kept(Empty()), "")


def quick_answer(entry: Entry, message: Message, now: datetime) -> Quick | None:
    """Return an answer that needs nobody, or None: then a handler is run."""
    if isinstance(message, Event):
        heeded = isinstance(message, Subscribe | Scan | Click) or message.event in registry.events
        return None if heeded else NOTHING
    if not isinstance(message, TextMessage):
        return None
    text = written_in(message)
    if not text or text.isdigit() or text.casefold() in NOT_FOR_RULES:
        return None
    exact = entry.book.exact(text, now)
    if exact is not None:
        return _single(exact)
    if registry.command_for(text) is not None:
        return None
    loose = entry.book.loose(text, now)
    return _single(loose) if loose is not None else None


def _single(answers: Answers) -> Quick | None:
    single = answers.single
    if single is None or needs_resolving(single):
        return None
    return Quick(single, answers.single_kept, f"rule:{answers.rule_id}")
