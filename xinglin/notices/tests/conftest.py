"""Channels of the tests: each says what it is told to say."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.http import HttpRequest
from django.test import Client

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.mobile import identity
from xinglin.mobile.identity import Identity
from xinglin.notices import channels
from xinglin.notices.channels import Channel, Fate, Outcome, Way
from xinglin.notices.kinds import Field, NoticeKind, Topic, declare
from xinglin.notices.models import Attempt, Notice
from xinglin.patrons.mobile import KEY
from xinglin.patrons.models import Patron

KIND = "tests.book_ready"
AT_ONCE = "tests.at_once"
declare(NoticeKind(KIND, "到书", Topic.HOLDS, fields=(Field("book", "书名"),)))
declare(NoticeKind(AT_ONCE, "即时", Topic.REQUESTS, may_wait=False))


@dataclass
class Wire:
    """A channel that can be told what happens on it, and remembers what went over it."""

    code: str
    order: int
    way: Way = Way.WECHAT
    why_not: str = ""
    outcomes: list[Outcome | Exception] = field(default_factory=list)
    carried: list[int] = field(default_factory=list)

    def may(self, notice: Notice) -> str:
        return self.why_not

    def send(self, notice: Notice, attempt: Attempt) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome(Fate.SENT)
        if isinstance(outcome, Exception):
            self.carried.append(notice.pk)
            raise outcome
        if outcome.fate in (Fate.SENT, Fate.KEPT, Fate.UNSURE, Fate.UNDER_WAY):
            self.carried.append(notice.pk)
        return outcome

    def channel(self) -> Channel:
        return Channel(self.code, self.code, self.way, self.order, may=self.may, send=self.send)


@dataclass
class Wires:
    first: Wire
    second: Wire
    mail: Wire

    @property
    def carried(self) -> list[int]:
        return [*self.first.carried, *self.second.carried, *self.mail.carried]


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wires]:
    """Three ways instead of the real ones."""
    made = Wires(Wire("first", 1), Wire("second", 2), Wire("mail", 3, way=Way.EMAIL))
    table = {wire.code: wire.channel() for wire in (made.first, made.second, made.mail)}
    monkeypatch.setattr(channels, "_channels", table)
    yield made


def known_as(patron: Patron, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The phone of a reader, as ``wechat`` makes it known to the shell."""

    def provider(request: HttpRequest) -> Identity | None:
        return Identity(f"{KEY}{patron.pk}", patron.name)

    monkeypatch.setattr(identity, "_identity_provider", provider)
    return Client()
