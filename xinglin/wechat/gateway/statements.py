"""The SQL of the gateway. Names of tables and columns are those of ``models``; a test runs every statement."""

from collections.abc import Iterable

# Names our locks among the advisory locks of the database. A worker holds (WORKER_LOCK, its number) as long
# as its journal is connected: a claim whose lock nobody holds belongs to a dead worker.
WORKER_LOCK = 0x58_4C_00


def array_text(column: Iterable[object]) -> str:
    """Write a column as PostgreSQL reads an array, each element quoted."""
    escaped = (str(each).replace("\\", "\\\\").replace('"', '\\"') for each in column)
    written = '","'.join(escaped)
    return '{"' + written + '"}'


ADD_FOLLOWERS = """
    insert into wechat_follower
        (account_id, openid, unionid, is_following, first_seen_at, scene, remark, starred)
    select account_id, openid, '', follows, seen, '', '', false
    from unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::bool[]) as t (account_id, openid, seen, follows)
    on conflict (account_id, openid) do nothing
"""

# Arrays come in as text that ``array_text`` writes: psycopg, element by element, took half of what a message costs.
# No array holds NULL: an empty reply is no reply.
# A quick answer stands unless the follower is in the middle of a conversation or has an answer waiting.
ADD_MESSAGES = """
    insert into wechat_incomingmessage
        (account_id, follower_id, dedup_key, kind, event, event_key, text, payload, sent_at, received_at,
         tries, runs, is_late, needs_person, starred, state, claimed_by, reply, matched_by, answered_at)
    select m.account_id, f.id, m.dedup_key, m.kind, m.event, m.event_key, m.text, m.payload::jsonb, m.sent_at,
           m.received_at, 1, 1, false, false, false,
           case when q.stands then 'answered' else 'handling' end,
           case when q.stands then null else w.worker end,
           case when q.stands then m.reply::jsonb end,
           case when q.stands then m.matched_by else '' end,
           case when q.stands then m.received_at end
    from unnest(%s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])
        as m (account_id, openid, dedup_key, kind, event, event_key, text, payload, sent_at, received_at,
              reply, matched_by)
    join wechat_follower f on f.account_id = m.account_id and f.openid = m.openid
    cross join (select %s::timestamptz as present, %s::int as worker) w
    cross join lateral (
        select m.reply <> ''
           and (m.kind = 'event'
                or not exists (select from wechat_conversation c
                               where c.follower_id = f.id and c.expires_at > w.present)
               and not exists (select from wechat_outgoingmessage o
                               where o.follower_id = f.id and o.state = 'waiting')) as stands
    ) q
    on conflict (dedup_key) do nothing
    returning id, dedup_key, state
"""

COUNT_TRY = """
    update wechat_incomingmessage set tries = least(tries + 1, 1000)
    where dedup_key = any(%s::uuid[])
    returning id, dedup_key, state, tries, is_late, claimed_by, reply, lapsed_at
"""

# Changes whenever an account is added, changed or taken away, or the clock is moved. Once a second; a thread reads
# the accounts themselves only when it differs.
SIGHT = """
    select concat_ws('@',
        (select string_agg(id::text || ctid::text || xmin::text, ' ' order by id) from wechat_account),
        (select string_agg("offset"::text, ' ') from commons_clockoffset))
"""

# From here on the reply goes another way; no row comes back when the handler was faster.
CALL_LATE = """
    update wechat_incomingmessage set is_late = true where id = %s and state = 'handling' returning id
"""

LET_GO = "update wechat_incomingmessage set lapsed_at = %s where id = %s"
TAKEN_AFTER_ALL = "update wechat_incomingmessage set lapsed_at = null where id = %s"

LOOK = "select state, reply, is_late from wechat_incomingmessage where id = %s"

_ITS_WORKER_IS_DEAD = """
    (m.claimed_by is null or not exists (
        select from pg_locks l
        where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
          and l.database = (select oid from pg_database where datname = current_database())
          and l.classid = %(lock)s::oid and l.objid = m.claimed_by::bigint::oid))
"""

RECLAIM = f"""
    update wechat_incomingmessage m set claimed_by = %(worker)s, runs = runs + 1
    where m.id = %(id)s and m.state = 'handling' and {_ITS_WORKER_IS_DEAD}
    returning m.id
"""  # noqa: S608 -- put together from constants

# The platform has ended its tries: what is answered now goes another way.
RESCUE = f"""
    update wechat_incomingmessage m set claimed_by = %(worker)s, runs = runs + 1, is_late = true
    where m.id in (
        select m.id from wechat_incomingmessage m
        where m.state = 'handling' and m.received_at < %(before)s and {_ITS_WORKER_IS_DEAD}
        order by m.received_at limit %(most)s for update skip locked)
    returning m.id, m.runs
"""  # noqa: S608 -- put together from constants

GIVE_BACK = """
    update wechat_incomingmessage set claimed_by = null where id = %s and claimed_by = %s and state = 'handling'
"""

LEFT_LYING = """
    select id from wechat_incomingmessage
    where lapsed_at < %s and state = 'answered' order by lapsed_at limit %s
"""
