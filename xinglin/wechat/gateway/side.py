"""The gateway's second connection: the rare questions, kept apart so that they never hold up the journal."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import TupleRow

from xinglin.wechat.gateway import statements
from xinglin.wechat.jsonvalue import JsonObject


@dataclass(frozen=True)
class Look:
    """Where a message stands that somebody else handles."""

    state: str
    reply: JsonObject | None
    is_late: bool


class Side:
    """Claims of dead workers, late and abandoned answers. One statement at a time."""

    def __init__(self, conninfo: str, worker: int) -> None:
        self._conninfo, self._worker = conninfo, worker
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def sight(self) -> str:
        """Return what differs as soon as an account or the clock does."""
        ((seen,),) = await self._run(statements.SIGHT, [])
        return str(seen)

    async def call_late(self, message_id: int) -> bool:
        """Say that a message is answered another way; False when its handler was faster."""
        return bool(await self._run(statements.CALL_LATE, [message_id]))

    async def let_go(self, message_id: int, now: datetime) -> None:
        """Note that a try was let go without an answer."""
        await self._run(statements.LET_GO, [now, message_id])

    async def taken_after_all(self, message_id: int) -> None:
        """Note that a later try got the answer."""
        await self._run(statements.TAKEN_AFTER_ALL, [message_id])

    async def look(self, message_id: int) -> Look:
        """Read where a message stands."""
        rows = await self._run(statements.LOOK, [message_id])
        state, reply, is_late = rows[0]
        return Look(str(state), dict(reply) if isinstance(reply, dict) else None, bool(is_late))

    async def reclaim(self, message_id: int) -> bool:
        """Take a message over if its worker is dead."""
        values = {"worker": self._worker, "id": message_id, "lock": statements.WORKER_LOCK}
        return bool(await self._run(statements.RECLAIM, values))

    async def rescue(self, before: datetime, most: int) -> list[tuple[int, int]]:
        """Take over what dead workers left, older than a moment: ids and how often each was begun."""
        values = {"worker": self._worker, "lock": statements.WORKER_LOCK, "before": before, "most": most}
        return [(int(pk), int(runs)) for pk, runs in await self._run(statements.RESCUE, values)]

    async def give_back(self, message_id: int) -> None:
        """Drop our claim on a message that we could not handle."""
        await self._run(statements.GIVE_BACK, [message_id, self._worker])

    async def left_lying(self, before: datetime, most: int) -> list[int]:
        """Return answered messages whose tries were all let go."""
        return [int(pk) for (pk,) in await self._run(statements.LEFT_LYING, [before, most])]

    async def _run(self, statement: str, values: Sequence[object] | Mapping[str, object]) -> list[TupleRow]:
        async with self._lock:
            if self._connection is None or self._connection.closed:
                self._connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
            cursor = await self._connection.execute(statement, values)
            return await cursor.fetchall() if cursor.description else []
