"""Delivers messages and events to an account's server as the platform does.

Five seconds for each try, three tries in all with exactly the same body and a fresh timestamp, nonce
and signature; a reply to any of them counts (page "接收普通消息", "被动回复用户消息").
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from wechat_sandbox import chat, statistics
from wechat_sandbox.courier import Undelivered
from wechat_sandbox.crypto import envelope_of, signature
from wechat_sandbox.faults import PUSH_FAULTS, Fault
from wechat_sandbox.replies import BadReply, Reply, read_reply
from wechat_sandbox.state import Account, Follower, Mode
from wechat_sandbox.timeline import Entry
from wechat_sandbox.wire import XmlFields, to_json, to_xml
from wechat_sandbox.world import World

OF_A_TRY = frozenset(PUSH_FAULTS.keys() - {"reorder"})
SHOWN = 20_000
XML_HEADERS = {"Content-Type": "text/xml"}
JSON_HEADERS = {"Content-Type": "application/json"}
TRANSFER = "transfer_customer_service"
FAILURE_LINE = "该公众号提供的服务出现故障，请稍后再试"
REPLY_IGNORED = frozenset(
    {
        "unsubscribe",
        "TEMPLATESENDJOBFINISH",
        "MASSSENDJOBFINISH",
        "PUBLISHJOBFINISH",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_sent_event",
        "kf_create_session",
        "kf_close_session",
        "kf_switch_session",
        "user_info_modified",
        "user_authorization_revoke",
        "user_authorization_cancellation",
    }
)
"""Events after which nobody is there to read a reply."""


@dataclass
class Try:
    """One HTTP request to the callback and what came of it."""

    url: str
    body: str
    status: int | None = None
    milliseconds: int = 0
    raw: bytes = b""
    error: str = ""
    sent: bool = False
    honest: bool = True

    def shown(self) -> dict[str, object]:
        """For the inspector."""
        return {
            "url": self.url,
            "status": self.status,
            "milliseconds": self.milliseconds,
            "answer": self.raw[:SHOWN].decode(errors="replace"),
            "error": self.error,
        }


@dataclass
class Outcome:
    """What became of a push. ``verdict`` is delivered, malformed or failed."""

    verdict: str
    tries: list[Try] = field(default_factory=list)
    reply: Reply | None = None
    problem: str = ""


@dataclass(frozen=True)
class Parcel:
    """A push before it is signed: the same body for every try."""

    account: Account
    openid: str
    trigger: str
    plain: str
    body: str
    sealed: str

    def signed(self, world: World, *, spoiled: bool = False) -> tuple[str, str]:
        """Address and body of one try, with a timestamp, nonce and signatures of its own."""
        stamp, nonce = str(world.clock.seconds()), str(world.random.randrange(10**8, 10**10))
        token = self.account.callback.token + ("?" if spoiled else "")
        query = {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        query["openid"] = self.openid
        if self.sealed:
            query["encrypt_type"] = "aes"
            query["msg_signature"] = signature(token, stamp, nonce, self.sealed)
        url = self.account.callback.url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}", self.body


def pack(world: World, account: Account, openid: str, trigger: str, fields: XmlFields) -> Parcel:
    """Write and, by the account's mode, encrypt a push."""
    callback = account.callback
    write = to_json if callback.format == "json" else to_xml
    plain = write(fields)
    if callback.mode is Mode.PLAIN:
        return Parcel(account, openid, trigger, plain, plain, "")
    random16 = f"{world.random.getrandbits(64):016x}"
    sealed = envelope_of(callback.encoding_aes_key, account.appid).seal(plain, random16)
    outer: XmlFields = {"ToUserName": account.gh_id, "Encrypt": sealed}
    if callback.mode is Mode.COMPATIBLE:
        outer = {**fields, "Encrypt": sealed}
    return Parcel(account, openid, trigger, plain, write(outer), sealed)


async def push(
    world: World, account: Account, follower: Follower, trigger: str, fields: XmlFields
) -> Outcome | None:
    """Deliver one message or event and show its reply in the conversation.

    ``None`` when the account has no verified callback: then the platform pushes nothing.
    """
    if not account.callback.url or not account.callback.verified:
        return None
    parcel = pack(world, account, follower.openid, trigger, fields)
    entry = world.timeline.begin(
        "push", trigger, world.clock.now(), appid=account.appid, person=follower.person
    )
    entry.detail = {
        "mode": account.callback.mode.value,
        "openid": follower.openid,
        "plain": parcel.plain,
        "body": parcel.body,
    }
    outcome = await deliver(world, parcel, entry)
    _show(world, follower, trigger, outcome)
    _conclude(world, entry, outcome)
    statistics.pushed(
        account,
        world.clock.now(),
        milliseconds=outcome.tries[-1].milliseconds,
        failed=outcome.verdict != "delivered",
    )
    return outcome


async def deliver(
    world: World,
    parcel: Parcel,
    entry: Entry | None = None,
    draw: Callable[[], Fault | None] | None = None,
) -> Outcome:
    """Try up to three times; stop at the first answer. ``draw`` brings faults besides the ordered ones."""
    outcome = Outcome("failed")
    held = draw() if draw else None
    await _hold_back(world, parcel.account.appid, wanted=held is not None and held.action == "reorder")
    for number in range(world.settings.tries):
        if number:
            await asyncio.sleep(world.settings.pause)
        fault = world.faults.draw("push", appid=parcel.account.appid, path=parcel.trigger, actions=OF_A_TRY)
        if fault is None and draw is not None:
            fault = held if number == 0 else draw()
        attempt = await _attempt(world, parcel, fault)
        outcome.tries.append(attempt)
        if entry:
            entry.detail["tries"] = [one.shown() for one in outcome.tries]
            world.timeline.touch(entry)
        if attempt.status == 200 and not attempt.error:
            return _judged(world, parcel, outcome, attempt)
    outcome.problem = outcome.tries[-1].error
    return outcome


async def _hold_back(world: World, appid: str, *, wanted: bool) -> None:
    """Let go a push that a ``reorder`` fault held back, or hold this one back until the next."""
    waiting = world.held.pop(appid, None)
    if waiting:
        waiting.set()
    elif wanted or world.faults.draw("push", appid=appid, actions=frozenset({"reorder"})):
        held = world.held[appid] = asyncio.Event()
        try:
            await asyncio.wait_for(held.wait(), timeout=world.settings.patience)
            await asyncio.sleep(0.05)
        except TimeoutError:
            world.held.pop(appid, None)


async def _attempt(world: World, parcel: Parcel, fault: Fault | None) -> Try:
    action = fault.action if fault else ""
    honest = action != "bad_signature"
    url, body = parcel.signed(world, spoiled=not honest)
    attempt = Try(url=url, body=body, honest=honest)
    if action == "drop":
        attempt.error = "dropped on the way (fault)"
        return attempt
    if fault and action == "slow":
        await asyncio.sleep(fault.seconds)
    if action == "duplicate":
        twin_url, twin_body = parcel.signed(world)
        world.spawn(_request(world, Try(url=twin_url, body=twin_body), parcel))
    await _request(world, attempt, parcel)
    if action == "lose_answer":
        attempt.error = "the answer was lost (fault)"
    return attempt


async def _request(world: World, attempt: Try, parcel: Parcel) -> None:
    json = parcel.account.callback.format == "json"
    headers = JSON_HEADERS if json else XML_HEADERS
    began = time.monotonic()
    attempt.sent = True
    try:
        async with asyncio.timeout(world.settings.patience):
            answer = await world.courier.post(attempt.url, attempt.body.encode(), headers)
        attempt.status, attempt.raw = answer.status, answer.body
        if answer.status != 200:
            attempt.error = f"HTTP {answer.status}"
    except TimeoutError:
        attempt.error = f"no answer within {world.settings.patience:g} s"
    except Undelivered as error:
        attempt.error = str(error)
    attempt.milliseconds = int((time.monotonic() - began) * 1000)


def _judged(world: World, parcel: Parcel, outcome: Outcome, attempt: Try) -> Outcome:
    outcome.verdict = "delivered"
    if parcel.trigger in REPLY_IGNORED:
        return outcome
    try:
        outcome.reply = read_reply(world, parcel.account, parcel.openid, parcel.trigger, attempt.raw)
    except BadReply as problem:
        outcome.verdict, outcome.problem = "malformed", str(problem)
    return outcome


def _show(world: World, follower: Follower, trigger: str, outcome: Outcome) -> None:
    if trigger in REPLY_IGNORED:
        return
    if outcome.verdict != "delivered":
        chat.tell(world, follower, FAILURE_LINE)
    elif outcome.reply is not None and outcome.reply.type != TRANSFER:
        chat.show(
            world,
            follower,
            by="account",
            type=outcome.reply.type,
            content=outcome.reply.content,
            source="reply",
        )


def _conclude(world: World, entry: Entry, outcome: Outcome) -> None:
    count = len(outcome.tries)
    if outcome.reply:
        entry.detail["reply"] = outcome.reply.plain
        entry.detail["warnings"] = outcome.reply.warnings
    entry.detail["problem"] = outcome.problem
    if outcome.verdict != "delivered":
        world.timeline.finish(entry, "error", outcome.problem)
        return
    said = f"回复 {outcome.reply.type}" if outcome.reply else "无回复"
    again = f" · 第 {count} 次才成功" if count > 1 else ""
    warned = bool(outcome.reply and outcome.reply.warnings) or count > 1
    world.timeline.finish(
        entry, "warn" if warned else "ok", f"{said} · {outcome.tries[-1].milliseconds} ms{again}"
    )
