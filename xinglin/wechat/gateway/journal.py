"""The journal: every message is in the database before the platform is answered.

Group commit: while one batch is being committed the next one gathers, so that a thousand messages a second
cost some dozens of commits. One asynchronous connection; the unique key of the message is the authority on
what is a retry.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from xinglin.wechat.gateway.quick import Quick
from xinglin.wechat.gateway.statements import ADD_FOLLOWERS, ADD_MESSAGES, COUNT_TRY, WORKER_LOCK, array_text
from xinglin.wechat.messages.events import Event, MassJobFinished, PublishJobFinished, VerificationChanged
from xinglin.wechat.messages.kinds import Message, TextMessage
from xinglin.wechat.models import MessageState
from xinglin.wechat.replies import Reply, from_plain

log = logging.getLogger(__name__)

LARGEST_BATCH = 400
FOLLOWERS_REMEMBERED = 200_000
# The platform sends these in the name of somebody who follows nobody.
FROM_NO_FOLLOWER = (MassJobFinished, PublishJobFinished, VerificationChanged)
FAR_FUTURE = 253_402_300_800  # the year 10000, where datetime ends


@dataclass(frozen=True)
class Entering:
    """A message on its way into the journal."""

    account_id: int
    dedup_key: UUID
    message: Message
    received_at: datetime
    quick: Quick | None


@dataclass(frozen=True)
class Stored:
    """What the journal holds now. ``is_new``: this try was the first."""

    id: int
    is_new: bool
    state: str
    tries: int
    is_late: bool
    claimed_by: int | None
    reply: Reply | None
    lapsed: bool


class JournalBroken(Exception):
    """The database did not take the message: the platform is not answered and comes again."""


class Journal:
    """Writes messages in groups. ``open`` before, ``close`` after."""

    def __init__(self, conninfo: str, worker: int) -> None:
        self._conninfo, self._worker = conninfo, worker
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None
        self._waiting: asyncio.Queue[tuple[Entering, asyncio.Future[Stored]]] = asyncio.Queue()
        self._known: dict[tuple[int, str], None] = {}
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, take the lock that says this worker lives, and begin to write."""
        await self._connected()
        self._task = asyncio.create_task(self._write_forever())

    async def close(self) -> None:
        """Stop; whoever still waits is told that nothing was stored."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        while not self._waiting.empty():
            self._waiting.get_nowait()[1].cancel()
        if self._connection is not None:
            await self._connection.close()

    async def store(self, entering: Entering) -> Stored:
        """Store one message, and return when it is committed.

        Raises ``JournalBroken`` when it is not.
        """
        done: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((entering, done))
        return await done

    async def _write_forever(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            gathered = 0
            # A batch costs as much as a dozen of its messages: those that are being read just now come along.
            while gathered < len(batch) < LARGEST_BATCH:
                gathered = len(batch)
                await asyncio.sleep(0)
                while len(batch) < LARGEST_BATCH and not self._waiting.empty():
                    batch.append(self._waiting.get_nowait())
            await self._write(batch)

    async def _write(self, batch: Sequence[tuple[Entering, "asyncio.Future[Stored]"]]) -> None:
        try:
            results = await self._store([entering for entering, _done in batch])
        except psycopg.Error as error:
            log.exception("the journal could not store %d messages", len(batch))
            if self._connection is not None and self._connection.closed:
                self._connection = None
            for _entering, done in batch:
                if not done.done():
                    done.set_exception(JournalBroken(type(error).__name__))
            return
        for (_entering, done), result in zip(batch, results, strict=True):
            if done.done():
                continue
            if result is None:
                done.set_exception(JournalBroken("not stored"))
            else:
                done.set_result(result)

    async def _store(self, entering: Sequence[Entering]) -> list[Stored | None]:
        connection = await self._connected()
        await self._add_followers(connection, entering)
        new = await self._add(connection, entering)
        missing = [each for each in entering if each.dedup_key not in new]
        known = await self._count_tries(connection, missing)
        # Neither new nor known: the follower was erased since we last saw the openid.
        lost = [each for each in missing if each.dedup_key not in known]
        if lost:
            for each in lost:
                self._known.pop(_sender(each), None)
            await self._add_followers(connection, lost)
            new |= await self._add(connection, lost)
        results: list[Stored | None] = []
        for each in entering:
            # Of two tries in one batch the first is new and the second a retry.
            stored = new.pop(each.dedup_key, None) or known.get(each.dedup_key)
            if stored is None:
                known |= await self._count_tries(connection, [each])
                stored = known.get(each.dedup_key)
            results.append(stored)
        return results

    async def _connected(self) -> "psycopg.AsyncConnection[TupleRow]":
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, prepare_threshold=1
            )
            await self._connection.execute("select pg_advisory_lock(%s, %s)", [WORKER_LOCK, self._worker])
        return self._connection

    async def _add_followers(
        self, connection: "psycopg.AsyncConnection[TupleRow]", entering: Sequence[Entering]
    ) -> None:
        unknown = {_sender(each): each for each in entering if _sender(each) not in self._known}
        if not unknown:
            return
        # In one order, so that two gateways that add the same followers do not wait for each other in a circle.
        rows = [
            (*key, unknown[key].received_at, not isinstance(unknown[key].message, FROM_NO_FOLLOWER))
            for key in sorted(unknown)
        ]
        await connection.execute(ADD_FOLLOWERS, [array_text(column) for column in zip(*rows, strict=True)])
        if len(self._known) > FOLLOWERS_REMEMBERED:
            self._known.clear()
        self._known.update(dict.fromkeys(unknown))

    async def _add(
        self, connection: "psycopg.AsyncConnection[TupleRow]", entering: Sequence[Entering]
    ) -> dict[UUID, Stored]:
        columns = [array_text(column) for column in zip(*map(_row, entering), strict=True)]
        present = max(each.received_at for each in entering)
        cursor = await connection.execute(ADD_MESSAGES, [*columns, present, self._worker])
        quick = {each.dedup_key: each.quick for each in entering}
        added: dict[UUID, Stored] = {}
        for pk, key, state in await cursor.fetchall():
            answer = quick[key] if state != MessageState.HANDLING else None
            added[key] = Stored(
                id=pk,
                is_new=True,
                state=state,
                tries=1,
                is_late=False,
                claimed_by=None if answer else self._worker,
                reply=answer.reply if answer else None,
                lapsed=False,
            )
        return added

    async def _count_tries(
        self, connection: "psycopg.AsyncConnection[TupleRow]", entering: Sequence[Entering]
    ) -> dict[UUID, Stored]:
        if not entering:
            return {}
        cursor = await connection.execute(COUNT_TRY, [array_text(each.dedup_key for each in entering)])
        return {row[1]: _known(row) for row in await cursor.fetchall()}


def _sender(entering: Entering) -> tuple[int, str]:
    return entering.account_id, entering.message.from_user


def _row(entering: Entering) -> tuple[object, ...]:
    message, quick = entering.message, entering.quick
    is_event = isinstance(message, Event)
    return (
        entering.account_id,
        message.from_user,
        entering.dedup_key,
        message.kind,
        message.event if isinstance(message, Event) else "",
        message.key if isinstance(message, Event) else "",
        message.content if isinstance(message, TextMessage) and not is_event else "",
        json.dumps(message.fields, ensure_ascii=False),
        _moment(message.created, entering.received_at),
        entering.received_at,
        quick.kept if quick else "",
        quick.matched_by if quick else "",
    )


def _moment(seconds: int, otherwise: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < FAR_FUTURE else otherwise


def _known(row: TupleRow) -> Stored:
    pk, _dedup_key, state, tries, is_late, claimed_by, reply, lapsed_at = row
    return Stored(
        id=pk,
        is_new=False,
        state=state,
        tries=tries,
        is_late=is_late,
        claimed_by=claimed_by,
        reply=None if reply is None else from_plain(reply),
        lapsed=lapsed_at is not None,
    )
