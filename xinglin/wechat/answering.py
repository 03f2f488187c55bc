"""Who answers a message: the order of asking.

For a text: the word that leaves a conversation → an answer that waits (「1」) → a step that takes every text →
an exact rule of the account → a command → an open step → a contains or pattern rule → the fallbacks → what the
account says to any message → the no-answer log and a short help.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from xinglin.commons.numbers import whole
from xinglin.wechat.conversation import CHOICES, Incoming, name_of, registry
from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object, as_text
from xinglin.wechat.messages.events import Click, Event, Scan, Subscribe
from xinglin.wechat.messages.kinds import Message, TextMessage, VoiceMessage
from xinglin.wechat.models import Occasion
from xinglin.wechat.queries import NOBODY_UNDERSTOOD
from xinglin.wechat.replies import Empty, Reply, Text, from_plain, link
from xinglin.wechat.rules.book import Answers, RuleBook, book_of
from xinglin.wechat.rules.wording import tidy
from xinglin.wechat.services.outgoing import fetch_waiting
from xinglin.wechat.situation import is_still_handling

LEAVE_WORDS = frozenset({"退出", "取消", "结束", "返回", "quit", "exit"})
FETCH_WORDS = frozenset({"1", "继续"})
MORE_WORDS = frozenset({"更多", "下一条"})
REST = "wechat.rest"


@dataclass
class Outcome:
    """What is said, by whom, and whether a person should look at it."""

    replies: Sequence[Reply] = field(default_factory=list)
    matched_by: str = ""

    @classmethod
    def of(cls, reply: Reply | None, matched_by: str) -> "Outcome | None":
        return cls([reply], matched_by) if reply is not None else None


def written_in(message: Message) -> str:
    """Return the text that a message says, tidy; a recording says what the platform recognised in it."""
    if isinstance(message, TextMessage):
        return tidy(message.content)
    return tidy(message.recognition) if isinstance(message, VoiceMessage) else ""


def converse(incoming: Incoming) -> Outcome:
    """Find the answer. Raises what a handler raises."""
    message = incoming.message
    if isinstance(message, Event):
        return _event(incoming, message)
    if incoming.text:
        return _text(incoming)
    return (
        _ask(registry.messages.get(message.kind, ()), incoming)
        or _any_message(incoming)
        or _unheard(incoming)
    )


# ---- texts ------------------------------------------------------------------------------------------------


def _text(incoming: Incoming) -> Outcome:
    book = book_of(incoming.account.pk, incoming.account.version)
    asked: Iterable[Callable[[], Outcome | None]] = (
        lambda: _leave(incoming),
        lambda: _waiting(incoming),
        lambda: _rest(incoming),
        lambda: _step(incoming, free_text=True),
        lambda: _by_rule(book.exact(incoming.text, incoming.received_at)),
        lambda: _command(incoming),
        lambda: _step(incoming, free_text=False),
        lambda: _by_rule(book.loose(incoming.text, incoming.received_at)),
        lambda: _ask([function for _order, function in registry.fallbacks], incoming, "fallback"),
        lambda: _any_message(incoming),
    )
    for ask in asked:
        outcome = ask()
        if outcome is not None:
            return outcome
    return _not_understood(incoming)


def _leave(incoming: Incoming) -> Outcome | None:
    if incoming.text.casefold() not in LEAVE_WORDS or incoming.conversation is None:
        return None
    incoming.forget()
    return Outcome([Text(_("已退出。回复「帮助」看能做什么。"))], "leave")


def _waiting(incoming: Incoming) -> Outcome | None:
    if incoming.text not in FETCH_WORDS:
        return None
    reply, left = fetch_waiting(follower=incoming.follower) if incoming.standing.waiting else (None, 0)
    if reply is not None:
        if left and isinstance(reply, Text):
            reply = Text(reply.content + "\n\n" + _("（还有 %(left)d 条，回复 1 继续）") % {"left": left})
        return Outcome([reply], "waiting")
    if is_still_handling(incoming.follower.pk):
        return Outcome([Text(_("还在处理，请过一会儿再回复 1。"))], "waiting")
    return None


def _rest(incoming: Incoming) -> Outcome | None:
    """Give the next of several replies to somebody whom the account may not send them to."""
    open_now = incoming.conversation
    if open_now is None or open_now.name != REST or incoming.text not in MORE_WORDS:
        return None
    replies = [from_plain(as_object(each)) for each in as_list(as_object(open_now.state).get("replies"))]
    incoming.forget()
    return Outcome(replies, "rest")


def _step(incoming: Incoming, *, free_text: bool) -> Outcome | None:
    open_now = incoming.conversation
    if open_now is None:
        return None
    state = as_object(open_now.state)
    if open_now.name == CHOICES:
        return None if free_text else _chosen(incoming, state)
    found = registry.steps.get(open_now.name)
    if found is None or found.free_text != free_text:
        return None
    return Outcome.of(found.function(incoming, state), f"step:{open_now.name}")


def _chosen(incoming: Incoming, state: JsonObject) -> Outcome | None:
    says = [as_text(each) for each in as_list(state.get("says"))]
    number = whole(incoming.text) or 0
    if not 1 <= number <= len(says):
        return None
    chosen = says[number - 1]
    if chosen in registry.menu_keys:
        return Outcome.of(registry.menu_keys[chosen].function(incoming), f"menu:{chosen}")
    if chosen.startswith(("http://", "https://")):
        return Outcome([Text(link(_("点这里打开"), chosen))], "menu:view")
    return _text(incoming.as_text(chosen))


def _command(incoming: Incoming) -> Outcome | None:
    found = registry.command_for(incoming.text)
    if found is None:
        return None
    command, argument = found
    return Outcome.of(command.function(incoming, argument), f"command:{command.words[0]}")


def _not_understood(incoming: Incoming) -> Outcome:
    incoming.hand_over()
    reply = Text(
        _("没有找到与「%(text)s」对应的服务。回复「帮助」看能做什么；您的留言已转给馆员，会尽快回复。")
        % {"text": incoming.text[:20]}
    )
    return Outcome([reply], NOBODY_UNDERSTOOD)


# ---- rules and what is said to anything -------------------------------------------------------------------


def _by_rule(answers: Answers | None) -> Outcome | None:
    if answers is None:
        return None
    return Outcome(answers.chosen(), f"rule:{answers.rule_id}")


def _any_message(incoming: Incoming) -> Outcome | None:
    book = _book(incoming)
    answers = book.on(Occasion.ANY_MESSAGE, incoming.received_at)
    if answers is None:
        return None
    incoming.hand_over()
    return Outcome(answers.chosen(), NOBODY_UNDERSTOOD)


def _book(incoming: Incoming) -> RuleBook:
    return book_of(incoming.account.pk, incoming.account.version)


def _unheard(incoming: Incoming) -> Outcome:
    """Say thanks for a picture or a recording that no room takes: a librarian will see it."""
    incoming.hand_over()
    return Outcome([Text(_("已收到，馆员看到后会回复您。回复「帮助」看能做什么。"))], NOBODY_UNDERSTOOD)


# ---- events -----------------------------------------------------------------------------------------------


def _event(incoming: Incoming, event: Event) -> Outcome:
    heard = _ask(registry.events.get(event.event, ()), incoming, "event")
    return _scene(incoming, event) or heard or _special(incoming, event) or Outcome([Empty()], "")


def _scene(incoming: Incoming, event: Event) -> Outcome | None:
    scene = event.scene if isinstance(event, Subscribe | Scan) else ""
    found = registry.scene_for(scene) if scene else None
    if found is None:
        return None
    function, rest = found
    return Outcome.of(function(incoming, rest), f"scene:{name_of(function)}")


def _special(incoming: Incoming, event: Event) -> Outcome | None:
    if isinstance(event, Subscribe):
        return _by_rule(_book(incoming).on(Occasion.FOLLOW, incoming.received_at))
    if isinstance(event, Click):
        return _click(incoming, event)
    return None


def _click(incoming: Incoming, event: Click) -> Outcome:
    """A button's key is a room's, or else a text: what the reader would have typed."""
    known = registry.menu_keys.get(event.key)
    if known is not None:
        outcome = Outcome.of(known.function(incoming), f"menu:{event.key}")
        if outcome is not None:
            return outcome
    return _text(incoming.as_text(event.key)) if event.key else Outcome([Empty()], "")


def _ask(
    functions: Sequence[Callable[[Incoming], Reply | None]], incoming: Incoming, by: str = "message"
) -> Outcome | None:
    """Ask every function for a fallback until one answers; events and messages are told to all of them."""
    first: Outcome | None = None
    for function in functions:
        reply = function(incoming)
        if reply is not None and first is None:
            first = Outcome([reply], f"{by}:{name_of(function)}")
        if first is not None and by == "fallback":
            break
    return first
