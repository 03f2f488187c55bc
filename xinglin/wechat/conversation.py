"""What a room says in the chat: it leaves a ``wechat_replies.py`` that registers functions here.

    @command("搜", "查书", title=_("搜书"), example="搜 心电图")
    def search_books(incoming: Incoming, argument: str) -> Reply | None: ...

A function gets an ``Incoming`` and returns a reply, or None for "not mine, go on". It runs in one transaction
with the reply that is kept, so its changes and its answer stand or fall together. A ``Refusal`` is an answer:
its sentence is sent and the changes are rolled back. The order of asking is in ``answering.py``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.patrons.models import Patron
from xinglin.wechat import links
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.messages.kinds import Message
from xinglin.wechat.models import Account, Conversation, Follower
from xinglin.wechat.replies import Reply, Text, link
from xinglin.wechat.rules.wording import foldable, tidy

Words = str | Promise
CHOICES = "wechat.choices"


@dataclass(frozen=True)
class Choice:
    """A line of a text menu: what is shown, and the text that its digit stands for."""

    title: Words
    says: str


@dataclass
class Standing:
    """Where a follower stood when their message was taken up, read once behind their lock.

    ``conversation`` is kept true by ``Incoming.remember`` and ``forget``; ``waiting`` counts the answers that
    waited to be fetched.
    """

    is_bound: bool = False
    conversation: Conversation | None = None
    waiting: int = 0


@dataclass
class Incoming:
    """A message or event being answered: who sent it, to which account, and what it says.

    ``stored_id`` is the ``IncomingMessage`` that it is kept as.
    """

    account: Account
    follower: Follower
    message: Message
    standing: Standing
    text: str = ""
    event: str = ""
    event_key: str = ""
    received_at: datetime = field(default_factory=clock.now)
    stored_id: int = 0
    needs_person: bool = False

    @cached_property
    def patron(self) -> Patron | None:
        """The reader whom the follower is bound to; most messages never ask."""
        return links.bound_patron(self.follower) if self.standing.is_bound else None

    @property
    def conversation(self) -> Conversation | None:
        """What is remembered of the chat and has not run out."""
        kept = self.standing.conversation
        return kept if kept is not None and kept.expires_at > clock.now() else None

    def may(self, capability: Capability) -> bool:
        """Whether the account may use a capability."""
        return self.account.may(capability)

    def remember(self, name: str, state: JsonObject, *, minutes: int = 10) -> None:
        """Keep where the follower stands; ``@step(name)`` is asked next. One such state at a time."""
        kept = Conversation(
            follower=self.follower,
            name=name,
            state=state,
            expires_at=clock.now() + timedelta(minutes=minutes),
        )
        Conversation.objects.bulk_create(
            [kept],
            update_conflicts=True,
            unique_fields=["follower"],
            update_fields=["name", "state", "expires_at"],
        )
        self.standing.conversation = kept

    def recall(self, name: str) -> JsonObject | None:
        """Return the state kept under a name, for a command that refers to the last answer; None when it is gone."""
        kept = self.conversation
        return kept.state if kept is not None and kept.name == name else None

    def forget(self) -> None:
        """Drop where the follower stands."""
        Conversation.objects.filter(follower=self.follower).delete()
        self.standing.conversation = None

    def link(self, path: str, *, hours: int = 24) -> str:
        """Return a link to a page of ours that knows this follower and nobody else."""
        return links.personal_link(self.follower, path, hours=hours)

    def choices(self, heading: Words, choices: Sequence[Choice], *, minutes: int = 10) -> Text:
        """Return a text menu. The digit that comes back is read as the text that the choice says."""
        self.remember(CHOICES, {"says": [choice.says for choice in choices]}, minutes=minutes)
        lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)]
        return Text("\n".join([str(heading), *lines, _("（回复数字选择，回复「退出」结束）")]))

    def ask_to_bind(self) -> Text:
        """Return how to bind a card, for what only a known reader may see."""
        page = link(_("点这里绑定读者证"), self.link("/m/bind/", hours=1))
        return Text(
            _("这项服务需要先绑定读者证：\n%(page)s\n或者向馆员要 6 位绑定码，回复「绑定 123456」。")
            % {"page": page}
        )

    def hand_over(self) -> None:
        """Put the message before a librarian; the reply that is given meanwhile stays as it is."""
        self.needs_person = True

    def as_text(self, text: str) -> "Incoming":
        """Return the same message as if this text had been written: a digit of a menu, a button's key."""
        return Incoming(
            account=self.account,
            follower=self.follower,
            message=self.message,
            standing=self.standing,
            text=tidy(text),
            received_at=self.received_at,
            stored_id=self.stored_id,
        )


CommandFunction = Callable[[Incoming, str], Reply | None]
PlainFunction = Callable[[Incoming], Reply | None]
StepFunction = Callable[[Incoming, JsonObject], Reply | None]
SceneFunction = Callable[[Incoming, str], Reply | None]
C = TypeVar("C", bound=CommandFunction)
P = TypeVar("P", bound=PlainFunction)
St = TypeVar("St", bound=StepFunction)
Sc = TypeVar("Sc", bound=SceneFunction)


@dataclass(frozen=True)
class Command:
    """Words that begin a text. ``alone``: only when nothing follows them."""

    words: tuple[str, ...]
    title: Words
    example: str
    function: CommandFunction
    alone: bool
    order: int


@dataclass(frozen=True)
class MenuKey:
    key: str
    title: Words
    function: PlainFunction


@dataclass(frozen=True)
class Step:
    function: StepFunction
    free_text: bool


@dataclass
class Registry:
    """Everything that rooms have registered; one for the process."""

    commands: dict[str, Command] = field(default_factory=dict)
    menu_keys: dict[str, MenuKey] = field(default_factory=dict)
    events: dict[str, list[PlainFunction]] = field(default_factory=dict)
    messages: dict[str, list[PlainFunction]] = field(default_factory=dict)
    scenes: dict[str, SceneFunction] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    fallbacks: list[tuple[int, PlainFunction]] = field(default_factory=list)
    longest_word: int = 0

    def command_for(self, text: str) -> tuple[Command, str] | None:
        """Return the command that a text begins with, the longest word first, and what follows it."""
        folded = text.casefold()
        for word in self._beginnings(folded):
            command, rest = self.commands[word], text[len(word) :]
            argument = rest.strip(" 　,，:：")
            if command.alone and argument:
                continue
            # "cardiology" does not begin with the command "card": Latin words end where a letter does not follow.
            if word.isascii() and rest[:1].isascii() and rest[:1].isalnum():
                continue
            return command, argument
        return None

    def _beginnings(self, folded: str) -> Iterator[str]:
        for length in range(min(self.longest_word, len(folded)), 0, -1):
            if folded[:length] in self.commands:
                yield folded[:length]

    def scene_for(self, scene: str) -> tuple[SceneFunction, str] | None:
        """Return the function for a QR scene by its longest beginning, and the rest of the scene."""
        beginnings = [each for each in self.scenes if scene.startswith(each)]
        if not beginnings:
            return None
        longest = max(beginnings, key=len)
        return self.scenes[longest], scene[len(longest) :]

    def listed_commands(self) -> list[Command]:
        """Return the commands that have a title, each once, in the order of the help."""
        unique = {id(command): command for command in self.commands.values() if command.title}
        return sorted(unique.values(), key=lambda command: (command.order, command.words[0]))


registry = Registry()


def command(
    *words: str, title: Words = "", example: str = "", alone: bool = False, order: int = 50
) -> Callable[[C], C]:
    """Register a function for texts that begin with one of the words; with a title it is listed in 「帮助」."""

    def register(function: C) -> C:
        made = Command(words, title, example or words[0], function, alone, order)
        for word in words:
            registry.commands[foldable(word)] = made
            registry.longest_word = max(registry.longest_word, len(foldable(word)))
        return function

    return register


def menu_key(key: str, *, title: Words = "") -> Callable[[P], P]:
    """Register a function for a click on the menu button with this key; the menu editor offers the title."""

    def register(function: P) -> P:
        known = registry.menu_keys.get(key)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"two replies answer the menu key {key!r}: {known.function} and {function}")
        registry.menu_keys[key] = MenuKey(key, title or key, function)
        return function

    return register


def on_event(*events: str) -> Callable[[P], P]:
    """Register a function for events, in WeChat's spelling. All run; the first reply is the answer."""

    def register(function: P) -> P:
        for event in events:
            registry.events.setdefault(event.upper(), []).append(function)
        return function

    return register


def on_message(*kinds: str) -> Callable[[P], P]:
    """Register a function for messages other than text: image, voice, location …; the first reply is the answer."""

    def register(function: P) -> P:
        for kind in kinds:
            registry.messages.setdefault(kind.lower(), []).append(function)
        return function

    return register


def on_scene(beginning: str) -> Callable[[Sc], Sc]:
    """Register a function for QR codes whose scene begins so, scanned by followers or followed by."""

    def register(function: Sc) -> Sc:
        registry.scenes[beginning] = function
        return function

    return register


def step(name: str, *, free_text: bool = False) -> Callable[[St], St]:
    """Register what continues a conversation that was remembered under this name.

    ``free_text`` takes every text but the leave words, also commands: for steps that ask an open question.
    """

    def register(function: St) -> St:
        registry.steps[name] = Step(function, free_text)
        return function

    return register


def fallback(*, order: int) -> Callable[[P], P]:
    """Register a function for texts that nobody claimed, asked in ascending order."""

    def register(function: P) -> P:
        registry.fallbacks.append((order, function))
        registry.fallbacks.sort(key=lambda pair: pair[0])
        return function

    return register


def name_of(function: Callable[..., Reply | None]) -> str:
    """Return how a function is named in the log of who answered."""
    return f"{function.__module__.split('.')[1]}.{function.__name__}"
