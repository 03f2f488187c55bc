"""Two libraries that talk over a bad line: messages doubled, late and out of order; the tables hold on both sides.

``XINGLIN_ILL_SEQUENCES=10000`` plays ten thousand random sequences; a few hundred are played in every run.
"""

import os
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from xinglin.ill.lifecycle import (
    OUT,
    SUPPLIED_CLOSED,
    SUPPLIED_MOVES,
    WAITING,
    WANTED_CLOSED,
    WANTED_MOVES,
    Supplied,
    Wanted,
    wanted_goes_to,
)
from xinglin.ill.protocol import requester, supplier
from xinglin.ill.protocol.messages import Agency, Header, Message, RequesterMessage, SupplierMessage, digest
from xinglin.ill.protocol.reading import read
from xinglin.ill.protocol.requester import Standing
from xinglin.ill.protocol.supplier import Supply
from xinglin.ill.protocol.vocabulary import Action, Reason, Status
from xinglin.ill.protocol.writing import write

SEQUENCES = int(os.environ.get("XINGLIN_ILL_SEQUENCES", "400"))
START = datetime(2026, 1, 1, tzinfo=UTC)
OUR_DEEDS = ("receive", "lend", "give_back", "send_back", "accept", "time_out", "lose")
THEIR_DEEDS = (
    "expect", "will_supply", "set_condition", "offer_retry", "loan", "copy", "unfill", "agree_to_cancel",
    "check_in", "write_off", "call_overdue", "recall", "answer_renewal",
)  # fmt: skip


@dataclass
class Supplying:
    """One supplier with its own memory of what it has heard."""

    name: str
    supply: Supply | None = None
    heard: set[str] = field(default_factory=set)
    ever: set[Supplied] = field(default_factory=set)


@dataclass
class Play:
    """A requester, three suppliers and the line between them."""

    pick: random.Random
    standing: Standing = field(default_factory=Standing)
    suppliers: list[Supplying] = field(default_factory=lambda: [Supplying(f"S{n}") for n in range(3)])
    current: int = -1
    line: list[tuple[str, int, bytes]] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    clock: int = 0
    strays: int = 0
    effects: Counter[str] = field(default_factory=Counter)

    def header(self, at: int) -> Header:
        self.clock += 1
        return Header(
            supplier=Agency(self.suppliers[at].name), requester=Agency("R"), request_id="1",
            timestamp=START + timedelta(seconds=self.clock),
        )  # fmt: skip

    def post(self, to: str, at: int, message: Message) -> None:
        """Put a message on the line; now and then twice. It travels as bytes."""
        data = write(message)
        self.line += [(to, at, data)] * self.pick.choice((1, 1, 1, 2, 3))

    # -- what people do -----------------------------------------------------------------------------

    def ask_next(self) -> None:
        if self.standing.state != Wanted.SEEKING:
            return
        self.current += 1
        if self.current >= len(self.suppliers):
            self.move("exhaust")
            return
        self.suppliers[self.current].supply = Supply()
        self.move("send")

    def move(self, deed: str) -> bool:
        there = wanted_goes_to(self.standing.state, deed)
        if there is None:
            return False
        self.standing = replace(self.standing, state=there)
        return True

    def ours(self) -> None:
        at, deed = self.current, self.pick.choice((*OUR_DEEDS, "cancel", "renew", "ask_status"))
        if at < 0 or at >= len(self.suppliers):
            return
        say = {
            "receive": Action.RECEIVED, "send_back": Action.SHIPPED_RETURN, "time_out": Action.CANCEL,
        }.get(deed)  # fmt: skip
        if deed == "cancel" and self.standing.state in WAITING:
            self.standing = replace(self.standing, cancel_asked=True)
            say = Action.CANCEL
        elif deed == "renew" and self.standing.state in OUT:
            self.standing = replace(self.standing, renew_asked=True)
            say = Action.RENEW
        elif deed == "ask_status":
            say = Action.STATUS_REQUEST
        elif deed in OUR_DEEDS and not self.move(deed):
            return
        if (say is not None and deed not in ("cancel", "renew")) or say in (Action.CANCEL, Action.RENEW):
            self.post("supplier", at, RequesterMessage(header=self.header(at), action=say))

    def theirs(self) -> None:
        at = self.pick.randrange(len(self.suppliers))
        one, deed = self.suppliers[at], self.pick.choice(THEIR_DEEDS)
        if one.supply is None:
            return
        if deed == "answer_renewal" and not one.supply.renew_asked:
            return
        if deed == "agree_to_cancel" and not one.supply.cancel_asked:
            return
        due = START + timedelta(days=self.pick.randrange(1, 60))
        yes = self.pick.random() < 0.5
        moved = supplier.do(one.supply, deed, due=due, yes=yes)
        if moved is None:
            return
        self.change(one, moved)
        reason, answer = Reason.STATUS_CHANGE, None
        if deed == "answer_renewal":
            reason, answer = Reason.RENEW_RESPONSE, yes
        if deed == "agree_to_cancel":
            reason, answer = Reason.CANCEL_RESPONSE, True
        self.tell(at, reason, answer, condition="库内阅览" if deed == "set_condition" else "")

    def tell(self, at: int, reason: Reason, answer: bool | None, condition: str = "") -> None:
        supply = self.suppliers[at].supply
        assert supply is not None
        self.post(
            "requester",
            at,
            SupplierMessage(
                header=self.header(at), reason=reason, status=supply.status, answer=answer, due=supply.due,
                condition=condition,
            ),
        )  # fmt: skip

    def change(self, one: Supplying, moved: Supply) -> None:
        before = one.supply
        assert before is not None
        if before.is_closed:
            assert moved.state == before.state, "what is closed stays closed"
        if moved.state != before.state:
            assert any(
                there == moved.state
                for (here, _deed), (there, _hand) in SUPPLIED_MOVES.items()
                if here == before.state
            ), f"{before.state} -> {moved.state} is not in the table"
        one.supply = moved
        one.ever.add(moved.state)

    # -- the line -----------------------------------------------------------------------------------

    def deliver(self) -> None:
        to, at, data = self.line.pop(self.pick.randrange(len(self.line)))
        message = read(data)
        if to == "supplier":
            one = self.suppliers[at]
            if digest(message) in one.heard or one.supply is None:
                return
            one.heard.add(digest(message))
            assert isinstance(message, RequesterMessage)
            asked = supplier.hear(one.supply, message)
            self.change(one, asked.supply)
            if asked.answer is not None:
                self.tell(at, asked.answer.reason, asked.answer.answer)
            return
        if digest(message) in self.heard:
            return
        self.heard.add(digest(message))
        self.effects[digest(message)] += 1
        assert isinstance(message, SupplierMessage)
        before = self.standing
        heard = requester.hear(before, message, from_current=at == self.current)
        self.judge(before, heard.standing, at, message)
        self.standing = heard.standing
        self.strays += heard.stray

    def judge(self, before: Standing, now: Standing, at: int, message: SupplierMessage) -> None:
        """The invariants of the requesting side, after every message."""
        one = self.suppliers[at]
        if before.state in WANTED_CLOSED:
            assert now == before, "what is closed stays closed"
        if at != self.current:
            assert now == before, "a former supplier moves nothing"
        if now.state != before.state:
            allowed = {
                there for (here, _deed), (there, _hand) in WANTED_MOVES.items() if here == before.state
            }
            assert now.state in allowed, f"{before.state} -> {now.state} is not in the table"
            if now.state in OUT:
                assert Supplied.LOANED in one.ever, "nothing is under way that nobody sent"
            if now.state == Wanted.LOST:
                assert Supplied.LOST in one.ever
            if now.state == Wanted.CANCELLED:
                assert before.cancel_asked, "a supplier alone does not cancel our request"
        if message.reason == Reason.NOTIFICATION:
            assert now == before, "a notification moves nothing"
        if before.state in OUT:
            assert now.state in (*OUT, Wanted.COMPLETED, Wanted.LOST), "what was lent comes back or is lost"


def play(seed: int) -> Play:
    """Play one sequence to a quiet end, and return it."""
    pick = random.Random(seed)
    game = Play(pick)
    for _turn in range(pick.randrange(5, 60)):
        if game.standing.state == Wanted.SEEKING and pick.random() < 0.7:
            game.ask_next()
        chance = pick.random()
        if game.line and chance < 0.45:
            game.deliver()
        elif chance < 0.75:
            game.theirs()
        else:
            game.ours()
    while game.line:
        game.deliver()
    return game


def test_random_sequences_keep_the_tables_on_both_sides() -> None:
    ends: Counter[str] = Counter()
    for seed in range(SEQUENCES):
        game = play(seed)
        ends[game.standing.state] += 1
        assert all(count == 1 for count in game.effects.values()), "the same message twice has one effect"
    # A play in which nothing happens proves nothing: most ends are reached.
    reached = {Wanted(state) for state in ends}
    assert len(reached & {Wanted.COMPLETED, Wanted.UNFILLED, Wanted.CANCELLED, Wanted.LOST, *OUT}) >= 5, ends


@pytest.mark.parametrize("seed", range(5))
def test_a_play_is_the_same_whenever_it_is_played(seed: int) -> None:
    assert play(seed).standing == play(seed).standing


def message(status: Status, reason: Reason = Reason.STATUS_CHANGE, **more: object) -> SupplierMessage:
    head = Header(supplier=Agency("S"), requester=Agency("R"), timestamp=START, request_id="1")
    return SupplierMessage(header=head, reason=reason, status=status, **more)  # type: ignore[arg-type]


def test_loaned_before_will_supply_is_taken_and_the_late_word_changes_nothing() -> None:
    sent = Standing(Wanted.SENT)
    loaned = requester.hear(sent, message(Status.LOANED)).standing
    assert loaned.state == Wanted.SHIPPED
    assert requester.hear(loaned, message(Status.WILL_SUPPLY)).standing == loaned


def test_a_cancel_is_a_request() -> None:
    asked = Standing(Wanted.WILL_SUPPLY, cancel_asked=True)
    no = requester.hear(asked, message(Status.WILL_SUPPLY, Reason.CANCEL_RESPONSE, answer=False))
    assert (no.standing.state, no.news) == (Wanted.WILL_SUPPLY, "cancel_refused")
    yes = requester.hear(asked, message(Status.CANCELLED, Reason.CANCEL_RESPONSE, answer=True))
    assert yes.standing.state == Wanted.CANCELLED


def test_a_brokers_notification_of_a_refusal_moves_nothing_and_unfilled_goes_on() -> None:
    sent = Standing(Wanted.LOCATED)
    assert requester.hear(sent, message(Status.UNFILLED, Reason.NOTIFICATION)).standing == sent
    assert requester.hear(sent, message(Status.UNFILLED)).standing.state == Wanted.SEEKING


def test_what_a_former_supplier_sends_is_stray_and_a_person_is_told() -> None:
    heard = requester.hear(Standing(Wanted.SENT), message(Status.LOANED), from_current=False)
    assert heard.stray
    assert requester.hear(Standing(Wanted.CANCELLED), message(Status.LOANED)).stray


def test_the_house_answers_a_cancel_that_comes_too_late_by_itself() -> None:
    head = Header(supplier=Agency("S"), requester=Agency("R"), timestamp=START, request_id="1")
    cancel = RequesterMessage(header=head, action=Action.CANCEL)
    assert supplier.hear(Supply(Supplied.LOANED), cancel).answer == supplier.Answer(
        Reason.CANCEL_RESPONSE, False
    )
    assert supplier.hear(Supply(Supplied.WILL_SUPPLY), cancel).answer is None
    assert supplier.hear(Supply(), cancel).supply.state == Supplied.CANCELLED


def test_every_state_can_be_reached_and_none_is_a_trap() -> None:
    assert {there for there, _hand in WANTED_MOVES.values()} | {Wanted.SEEKING} == set(Wanted)
    assert {there for there, _hand in SUPPLIED_MOVES.values()} | {Supplied.RECEIVED} == set(Supplied)
    for state in set(Wanted) - set(WANTED_CLOSED):
        assert any(here == state for here, _deed in WANTED_MOVES)
    assert not any(here in WANTED_CLOSED for here, _deed in WANTED_MOVES)
    assert not any(here in SUPPLIED_CLOSED for here, _deed in SUPPLIED_MOVES)
