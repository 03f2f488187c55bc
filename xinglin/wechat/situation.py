"""What has to be known to answer a message: read in one statement behind its follower's lock, closed in another.

Every message that no rule answers at once comes through here, some hundreds a second at the worst. So these are
prepared statements on the connection that Django holds, and not the look-ups that models would make one by one.
"""

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import psycopg
from django.db import connection
from django.db.models import Model
from psycopg.rows import TupleRow

from xinglin.commons import clock
from xinglin.wechat.conversation import Standing
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.models import Account, Conversation, Follower, IncomingMessage, OutgoingState

M = TypeVar("M", bound=Model)

# Names our lock among advisory locks: a chat with one follower is handled one message after the other.
FOLLOWER_LOCK = 0x58_4C_01

# In the order of the models, and named alike there and in the tables.
_MESSAGE = ("id", "account_id", "follower_id", "received_at", "claimed_by", "state")
_FOLLOWER = tuple(str(field.column) for field in Follower._meta.concrete_fields)

LOCK = """
    select pg_advisory_xact_lock(%s::int, (follower_id %% 2147483648)::int)
    from wechat_incomingmessage where id = %s
"""

# The places and ages of the rows of account and library: as long as they are the same, so are the rows.
SITUATION = f"""
    select m.payload::text, array[a.ctid::text, a.xmin::text, l.ctid::text, l.xmin::text],
           exists (select from wechat_binding b where b.follower_id = f.id and b.unbound_at is null),
           (select count(*) from wechat_outgoingmessage o
            where o.follower_id = f.id and o.state = '{OutgoingState.WAITING}'),
           c.name, c.state::text, c.expires_at,
           {", ".join(f"m.{name}" for name in _MESSAGE)}, {", ".join(f"f.{name}" for name in _FOLLOWER)}
    from wechat_incomingmessage m
    join wechat_follower f on f.id = m.follower_id
    join wechat_account a on a.id = m.account_id
    join consortium_library l on l.id = a.library_id
    left join wechat_conversation c on c.follower_id = f.id
    where m.id = %s
"""  # noqa: S608 -- put together from constants

# Whether something the follower wrote earlier is still being handled: asked of who comes to fetch it with 「1」.
STILL_HANDLING = """
    select exists (select from wechat_incomingmessage where follower_id = %s and state = 'handling' and is_late)
"""

# What comes back is as it is now: from here on the row is ours, and the gateway can no longer call it late.
FINISH = """
    update wechat_incomingmessage
    set state = 'answered', reply = %s::jsonb, matched_by = %s, needs_person = %s, answered_at = %s, claimed_by = null
    where id = %s and claimed_by = %s and state = 'handling'
    returning is_late
"""

_accounts: dict[int, tuple[Sequence[str], Account]] = {}


@dataclass(frozen=True)
class Situation:
    """A stored message, who wrote it, and where they stand."""

    row: IncomingMessage
    payload: JsonObject
    standing: Standing


def take_up(message_id: int) -> Situation:
    """Lock the follower's chat until the end of the transaction, then read what stands.

    Read behind the lock: an unfollow that was handled just before has emptied what stood here. The two
    statements are sent together, but each sees what was committed when it began.

    Raises ``IncomingMessage.DoesNotExist``.
    """
    raw = _raw()
    with raw.pipeline(), psycopg.Cursor(raw) as locking, psycopg.Cursor(raw) as reading:
        locking.execute(LOCK, [FOLLOWER_LOCK, message_id])
        reading.execute(SITUATION, [message_id])
        found = reading.fetchone()
    if found is None:
        raise IncomingMessage.DoesNotExist
    return _situation(found)


def is_still_handling(follower_id: int) -> bool:
    """Tell whether a message of a follower was called late and is not answered yet."""
    with psycopg.Cursor(_raw()) as cursor:
        found = cursor.execute(STILL_HANDLING, [follower_id]).fetchone()
    return bool(found and found[0])


def finish(
    *, message_id: int, worker: int, reply: JsonObject | None, matched_by: str, needs_person: bool
) -> bool | None:
    """Close a message that this worker still claims: whether it was called late, or None when it lost the claim."""
    kept = None if reply is None else json.dumps(reply, ensure_ascii=False)
    values = [kept, matched_by[:120], needs_person, clock.now(), message_id, worker]
    with psycopg.Cursor(_raw()) as cursor:
        found = cursor.execute(FINISH, values).fetchone()
    return None if found is None else bool(found[0])


def _raw() -> "psycopg.Connection[TupleRow]":
    """The connection under Django's, with prepared statements allowed for our own cursors."""
    connection.ensure_connection()
    raw = cast("psycopg.Connection[TupleRow]", connection.connection)
    raw.prepare_threshold = 1
    return raw


def _situation(found: TupleRow) -> Situation:
    payload, version, is_bound, waiting, name, state, expires_at, *rest = found
    row = _made(IncomingMessage, _MESSAGE, rest[: len(_MESSAGE)])
    row.account = _account(row.account_id, version)
    row.follower = _made(Follower, _FOLLOWER, rest[len(_MESSAGE) :])
    row.follower.account = row.account
    conversation = None
    if name is not None:
        conversation = Conversation(
            follower=row.follower, name=name, state=json.loads(state), expires_at=expires_at
        )
    standing = Standing(is_bound=is_bound, conversation=conversation, waiting=waiting)
    return Situation(row=row, payload=json.loads(payload), standing=standing)


def _made(kind: type[M], columns: Sequence[str], values: Sequence[Any]) -> M:
    return kind.from_db(connection.alias, columns, values)


def _account(pk: int, version: Sequence[str]) -> Account:
    """Return the account with its library as of these rows: a copy, which its taker may change."""
    kept = _accounts.get(pk)
    if kept is None or kept[0] != version:
        kept = _accounts[pk] = (version, Account.objects.select_related("library").get(pk=pk))
    return copy.copy(kept[1])
