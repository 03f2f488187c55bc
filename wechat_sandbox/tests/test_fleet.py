"""The fleet: rhythm, faults, and a ledger that agrees with what the receiver has."""

from __future__ import annotations

import pytest

from wechat_sandbox.control import ControlError, SandboxClient
from wechat_sandbox.crypto import signature
from wechat_sandbox.tests.conftest import TOKEN, Bot, Received, text_reply


def honest(received: Received) -> bool:
    query = received.query
    return query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])


def name_of(received: Received) -> tuple[str | None, ...]:
    """What the protocol tells two pushes apart by."""
    return tuple(received[tag] for tag in ("FromUserName", "CreateTime", "MsgId", "Event", "EventKey"))


def name_in(line: dict[str, object]) -> tuple[str | None, ...]:
    event = line["msg_id"] == 0
    return (
        str(line["openid"]),
        str(line["create_time"]),
        None if event else str(line["msg_id"]),
        str(line["trigger"]) if event else None,
        str(line["key"]) if event else None,
    )


def test_the_ledger_agrees_with_the_receiver_under_faults(
    sandbox: SandboxClient, bot: Bot, service: str
) -> None:
    bot.answer = lambda received: text_reply(received, "ok") if honest(received) else 403
    sandbox.settings(pause=0.0, patience=5.0)
    sandbox.change_account(
        service, menu={"button": [{"type": "click", "name": "搜", "key": "SEARCH", "sub_button": []}]}
    )
    faults = {"drop": 0.1, "lose_answer": 0.05, "duplicate": 0.05, "bad_signature": 0.05, "reorder": 0.02}
    number = sandbox.start_fleet(service, size=40, rate=80, seconds=2.0, faults=faults)
    ledger = sandbox.wait_for_fleet(number)
    lines = sandbox.fleet_ledger(number)
    assert ledger["pushes"] == len(lines) > 50
    assert ledger["doubtful"] == 0
    assert ledger["faults"]
    got = {name_of(received) for received in bot.received if honest(received)}
    sent = {name_in(line) for line in lines if line["reached"]}
    assert got == sent
    assert len(sent) == sum(bool(line["reached"]) for line in lines)


def test_members_are_followers_like_any_other(sandbox: SandboxClient, bot: Bot, service: str) -> None:
    number = sandbox.start_fleet(service, size=500, rate=200, seconds=0.2, deeds={"text": 1.0})
    sandbox.wait_for_fleet(number)
    assert sandbox.account(service)["followers"] == 501
    assert {received["MsgType"] for received in bot.received} == {"text"}


@pytest.mark.parametrize(
    "plan",
    [{"size": 0}, {"size": 1_000_001}, {"rate": 0.0}, {"deeds": {"dance": 1.0}}, {"faults": {"x": 1.0}}],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(
    sandbox: SandboxClient, service: str, plan: dict[str, object]
) -> None:
    wanted: dict[str, object] = {"size": 10, "rate": 1.0, "seconds": 1.0, **plan}
    with pytest.raises(ControlError):
        sandbox.start_fleet(service, **wanted)  # type: ignore[arg-type]
