"""The desk: stores a push, has it answered within the platform's five seconds, and says what goes out.

The five-second rule (protocol sheet §6): a handler that is not ready after four seconds goes on, and its reply
goes another way. Where the account may send customer-service messages the platform is answered with nothing
and the reply is sent when it is ready. Where it may not, the try is let go: the platform comes again, twice,
and a ready answer is given to it then; the last try says 「回复 1 查看结果」.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

import psycopg
from django.db import connection, connections
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from xinglin.wechat import handling
from xinglin.wechat.gateway import directory
from xinglin.wechat.gateway.directory import Directory, Entry
from xinglin.wechat.gateway.journal import Entering, Journal, Stored
from xinglin.wechat.gateway.pushes import Push, body_of
from xinglin.wechat.gateway.quick import quick_answer
from xinglin.wechat.gateway.side import Side
from xinglin.wechat.messages import dedup_key
from xinglin.wechat.models import MessageState
from xinglin.wechat.replies import Empty, Reply, Text, from_plain

log = logging.getLogger(__name__)
T = TypeVar("T")

TRIES = 3
MOST_RUNS = 3
LOOK_AGAIN = 0.1
DIRECTORY_AGE = 1.0
MISS_PAUSE = 0.25
RESCUE_EVERY = 2.0


@dataclass(frozen=True)
class Pace:
    """The platform's patience. Tests shorten it together with the sandbox's."""

    deadline: float = 4.0
    cut_off: float = 5.0

    @property
    def all_tries_over(self) -> timedelta:
        return timedelta(seconds=TRIES * self.cut_off + 1)


class NothingInTime(Exception):
    """This try is let go; the platform comes again."""


class Desk:
    """One gateway process: its journal, its threads, its view of the accounts."""

    def __init__(
        self,
        *,
        pace: Pace | None = None,
        threads: int = 8,
        when_read: Callable[[], None] = lambda: None,
    ) -> None:
        """``when_read`` is called whenever the accounts and their rules were read anew."""
        self.pace = pace or Pace()
        self._when_read = when_read
        self.directory = Directory()
        self._worker = secrets.randbelow(2**31 - 2) + 1
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="wechat-reply")
        self._in_hand: dict[int, asyncio.Task[Reply]] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._refreshing = asyncio.Lock()
        self._looked_at = 0.0
        self._seen = ""

    async def open(self) -> None:
        """Connect and begin to keep watch."""
        conninfo = _conninfo()
        self._journal = Journal(conninfo, self._worker)
        self._side = Side(conninfo, self._worker)
        await self._journal.open()
        await self.refresh()
        self._loops = [
            asyncio.create_task(self._keep_directory()),
            asyncio.create_task(self._keep_rescuing()),
        ]

    async def close(self) -> None:
        """Stop taking messages, let the handlers in hand finish, and disconnect."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)
        self._threads.shutdown(wait=False)
        await self._journal.close()
        await self._side.close()

    async def entry_for(self, path: str) -> Entry | None:
        """Return the account with a callback path; one that was just added is looked for at once.

        Strangers who try paths make us look four times a second together, no oftener.
        """
        if path not in self.directory.entries:
            asked = _time()
            await asyncio.sleep(max(self._looked_at + MISS_PAUSE - asked, 0))
            await self.refresh(unless_since=asked)
        return self.directory.entries.get(path)

    async def refresh(self, *, unless_since: float | None = None) -> None:
        """Read the accounts anew, unless somebody else has since a moment."""
        async with self._refreshing:
            if unless_since is None or self._looked_at < unless_since:
                self._looked_at = _time()
                self.directory = await self._in_thread(partial(directory.read, self.directory))
                self._when_read()

    async def answer(self, entry: Entry, push: Push, gone: Callable[[], Awaitable[None]]) -> bytes:
        """Store a push and return the body that answers it. ``gone`` returns when the platform hangs up.

        Raises ``JournalBroken`` when it is not stored, ``NothingInTime`` when the try is let go.
        """
        started = _time()
        now = self.directory.now()
        stored = await self._journal.store(
            Entering(
                account_id=entry.account_id,
                dedup_key=dedup_key(entry.keys.appid, push.message),
                message=push.message,
                received_at=now,
                quick=quick_answer(entry, push.message, now),
            )
        )
        reply = _ready(stored)
        if reply is None:
            reply = await self._handled_in_time(entry, stored, started, gone)
        if stored.lapsed:
            await self._side.taken_after_all(stored.id)
        return body_of(
            entry.keys, push, reply, created=int(self.directory.now().timestamp()), nonce=secrets.token_hex(5)
        )

    async def _handled_in_time(
        self, entry: Entry, stored: Stored, started: float, gone: Callable[[], Awaitable[None]]
    ) -> Reply:
        work = self._work_on(stored)
        if await _done_by(work, started + self.pace.deadline):
            return self._result(work)
        if entry.may_send or stored.tries >= TRIES:
            if not await self._side.call_late(stored.id) and await _done_by(
                work, started + self.pace.cut_off
            ):
                return self._result(work)
            return Empty() if entry.may_send else Text(_("正在处理，请过一会儿回复 1 查看结果。"))
        # Until the platform hangs up there is still a chance to answer this try.
        leaving = asyncio.ensure_future(gone())
        await self._side.let_go(stored.id, self.directory.now())
        rest = started + self.pace.cut_off * 1.1 - _time()
        await asyncio.wait({work, leaving}, timeout=max(rest, 0), return_when=asyncio.FIRST_COMPLETED)
        answered = work.done() and not leaving.done()
        leaving.cancel()
        if answered and _time() < started + self.pace.cut_off:
            await self._side.taken_after_all(stored.id)
            return self._result(work)
        raise NothingInTime

    def _work_on(self, stored: Stored) -> "asyncio.Task[Reply]":
        """Return the one task of this process that handles a message, or that watches who does."""
        if stored.id in self._in_hand:
            return self._in_hand[stored.id]
        is_ours = stored.is_new or stored.claimed_by == self._worker
        return self._begin(stored.id, self._handle if is_ours else self._watch)

    def _begin(
        self, message_id: int, work: Callable[[int], Coroutine[None, None, Reply]]
    ) -> "asyncio.Task[Reply]":
        task = asyncio.create_task(work(message_id))
        self._in_hand[message_id] = task
        task.add_done_callback(partial(self._finished, message_id))
        return task

    def _finished(self, message_id: int, task: "asyncio.Task[Reply]") -> None:
        self._in_hand.pop(message_id, None)
        if not task.cancelled():
            task.exception()  # said in the log already; asked for, so that asyncio does not say it again

    async def _handle(self, message_id: int) -> Reply:
        try:
            return await self._in_thread(partial(_handle_and_disconnect, message_id, self._worker))
        except handling.ClaimLost:
            return await self._watch(message_id)
        except Exception:
            log.exception("a message could not be handled and is tried again", extra={"incoming": message_id})
            with suppress(psycopg.Error):
                await self._side.give_back(message_id)
            raise

    async def _watch(self, message_id: int) -> Reply:
        """Wait for another process to finish a message, and take it over if that process died."""
        while True:
            look = await self._side.look(message_id)
            if look.state != MessageState.HANDLING:
                return Empty() if look.is_late or look.reply is None else from_plain(look.reply)
            if await self._side.reclaim(message_id):
                return await self._handle(message_id)
            await asyncio.sleep(LOOK_AGAIN)

    @staticmethod
    def _result(work: "asyncio.Task[Reply]") -> Reply:
        """Return the reply, or let the try go when handling broke: the message is stored and is begun again."""
        if work.cancelled() or work.exception() is not None:
            raise NothingInTime
        return work.result()

    async def _keep_directory(self) -> None:
        while True:
            await asyncio.sleep(DIRECTORY_AGE)
            await _logged(self._look())

    async def _look(self) -> None:
        seen = await self._side.sight()
        if seen != self._seen:
            await self.refresh()
            self._seen = seen

    async def _keep_rescuing(self) -> None:
        while True:
            await _logged(self.rescue())
            await asyncio.sleep(RESCUE_EVERY)

    async def rescue(self) -> None:
        """Handle what dead workers left behind, and keep the answers that nobody came for."""
        before = self.directory.now() - self.pace.all_tries_over
        for message_id, runs in await self._side.rescue(before, 20):
            if runs > MOST_RUNS:
                await self._in_thread(partial(_give_up_and_disconnect, message_id))
            else:
                await asyncio.wait({self._begin(message_id, self._handle)})
        for message_id in await self._side.left_lying(before, 20):
            await self._in_thread(partial(_keep_and_disconnect, message_id))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _ready(stored: Stored) -> Reply | None:
    """Return the answer of a message that is handled. What went out another way is not said twice."""
    if stored.state == MessageState.HANDLING:
        return None
    if stored.is_late or stored.reply is None:
        return Empty()
    return stored.reply


async def _done_by(work: "asyncio.Task[Reply]", moment: float) -> bool:
    rest = moment - _time()
    done, _pending = await asyncio.wait({work}, timeout=max(rest, 0))
    return bool(done)


def _time() -> float:
    return asyncio.get_running_loop().time()


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("the gateway's watch stumbled and goes on")


def _handle_and_disconnect(message_id: int, worker: int) -> Reply:
    try:
        return handling.handle(message_id, worker)
    finally:
        connection.close()  # back to the pool


def _give_up_and_disconnect(message_id: int) -> None:
    try:
        handling.give_up(message_id)
    finally:
        connection.close()


def _keep_and_disconnect(message_id: int) -> None:
    try:
        handling.keep_what_was_let_go(message_id)
    finally:
        connection.close()


def _conninfo() -> str:
    """Return how Django reaches the database, for our own connections; read late, because tests change it."""
    settings = connections["default"].settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {name: str(settings[key]) for name, key in named.items() if settings.get(key)}
    return make_conninfo(**given, application_name="xinglin-gateway", options="-c timezone=UTC")
