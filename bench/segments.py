"""``make bench NAME=segments``: counting, materialising and logging over a million followers.

    1 000 000 followers · 8 million tags · 20 million deeds of a year; QUICK=1 is a fiftieth.

Thirty drawn segments of five tag conditions, and thirty of four and one deed of the last thirty days, counted by our
compiler (arrays with GIN, ``EXISTS``) and, interleaved in the same run, by the straightforward SQL over the join table.
Both must find the same numbers. Then 200 000 members are written into a table, and the log of a campaign to everybody.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.installation import installation
from bench.report import is_quick, print_last_line, print_table, share_of

FOLLOWERS = int(os.environ.get("FOLLOWERS", 20_000 if is_quick() else 1_000_000))
TAGS_OF_EACH, DEEDS_OF_EACH = 8, 20
DIMENSIONS, VALUES = 12, 10
SEGMENTS, ROUNDS = (10, 2) if is_quick() else (30, 3)
MEMBERS = FOLLOWERS // 5
SEED = 7
BAR = {"five tags p95 ms": 150.0, "four tags and a deed p95 ms": 300.0, "materialise s": 1.0, "log s": 3.0}

# Values are skewed as in life: the first of ten is carried by a quarter, the last by a fiftieth.
FILL = f"""
set session_replication_role = replica;
insert into wechat_follower
  (account_id, openid, unionid, is_following, first_seen_at, followed_at, scene, remark, starred)
select %(account)s, 'bench' || n, '', true, now(), now(), '', '', false from generate_series(1, {FOLLOWERS}) n;
insert into audience_followertag (tag_id, follower_id, source, weight, evidence, since)
select (%(tags)s::int[])[d * {VALUES} + 1 + floor({VALUES} * power(random(), 1.7))::int], f.id, 2, 100, '', now()
from wechat_follower f cross join lateral (
  select x.d from generate_series(0, {DIMENSIONS - 1}) as x (d)
  order by hashint8extended(f.id, x.d) limit {TAGS_OF_EACH}) k
where f.account_id = %(account)s;
insert into audience_behaviour (follower_id, kind, at, column_id)
select f.id, 1 + floor(6 * power(random(), 1.5))::int, now() - random() * interval '365 days',
       1 + floor(random() * 7)::int
from wechat_follower f cross join generate_series(1, {DEEDS_OF_EACH}) where f.account_id = %(account)s;
insert into audience_profile (follower_id, account_id, tags)
select f.id, f.account_id, coalesce(t.tags, '{{}}') from wechat_follower f left join (
  select follower_id, array_agg(tag_id::int order by tag_id) as tags from audience_followertag group by 1) t
  on t.follower_id = f.id;
set session_replication_role = origin;
"""


@dataclass
class Asked:
    """One drawn segment: our rule, and what somebody would write over the join table."""

    rule: object
    straight: str
    values: list[Any]


def main() -> int:
    """Fill, measure, and say whether the bar is met."""
    with installation("segments"):
        return _measure()


def _measure() -> int:
    from django.db import connection

    from xinglin.audience.models import Tag
    from xinglin.audience.rules.compiling import members
    from xinglin.consortium import services as consortium
    from xinglin.wechat.services.accounts import AccountFile, connect

    library = consortium.add_library(code="BENCH", name="测试馆", kind="main", by=None)
    file = AccountFile(name="百万人", kind="F1", appid="wxsegmentsbench01", secret="x", token="tokenforbench",
                       aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")  # fmt: skip
    account = connect(library=library, file=file, by=None)
    tags = _tags(Tag)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"account": account.pk, "tags": tags})
        cursor.execute("vacuum analyze")
    filled = time.perf_counter() - began
    draw = random.Random(SEED)
    five = [_drawn(draw, tags, deed=False) for _each in range(SEGMENTS)]
    four = [_drawn(draw, tags, deed=True) for _each in range(SEGMENTS)]

    def ours(asked: Asked) -> int:
        return int(members(account, asked.rule).count())  # type: ignore[arg-type]

    def straight(asked: Asked) -> int:
        with connection.cursor() as cursor:
            cursor.execute(asked.straight, [account.pk, *asked.values])
            return int(cursor.fetchone()[0])

    times: dict[str, list[float]] = {}
    differences = 0
    for _round in range(ROUNDS):
        for name, drawn in (("five tags", five), ("four tags and a deed", four)):
            for asked in drawn:
                mine = _timed(times.setdefault(f"{name} ours", []), lambda one=asked: ours(one))  # type: ignore[misc]
                theirs = _timed(times.setdefault(f"{name} straight", []), lambda one=asked: straight(one))  # type: ignore[misc]
                differences += mine != theirs
    materialise, written = _materialised(account)
    log, logged = _logged(account)
    return _told(times, differences, filled, materialise, written, log, logged)


def _tags(tag_model: Any) -> list[int]:
    from xinglin.audience.models import Dimension

    numbers = []
    for place in range(DIMENSIONS):
        dimension = Dimension.objects.create(code=f"bench{place}", name=f"维度{place}")
        numbers += [
            tag_model.objects.create(dimension=dimension, name=str(value)).pk for value in range(VALUES)
        ]
    return numbers


def _drawn(draw: random.Random, tags: Sequence[int], *, deed: bool) -> Asked:
    """Draw one tag that is had, two "any of two", one that is not had, and a fifth had or a deed."""
    from xinglin.audience.models import Did
    from xinglin.audience.rules.tree import All, AnyOf, Behaved, HasTag, Node, Not

    places = draw.sample(range(DIMENSIONS), 5)

    def of(place: int, number: int) -> list[int]:
        return draw.sample(list(tags[place * VALUES : (place + 1) * VALUES]), number)

    had, one, other, absent = of(places[0], 1)[0], of(places[1], 3), of(places[2], 4), of(places[3], 1)[0]
    parts: list[Node] = [
        HasTag(had), AnyOf(tuple(map(HasTag, one))), AnyOf(tuple(map(HasTag, other))), Not(HasTag(absent)),
    ]  # fmt: skip
    has = " and f.id in (select follower_id from audience_followertag where tag_id = any(%s))"
    text = "select count(*) from wechat_follower f where f.account_id = %s and f.is_following and f.erased_at is null"
    text += has * 3 + has.replace(" in ", " not in ")
    values: list[Any] = [[had], one, other, [absent]]
    if deed:
        kind = draw.choice(list(Did)[:6])
        parts.append(Behaved(kind, 30))
        text += " and f.id in (select follower_id from audience_behaviour where kind = %s"
        text += " and at >= now() - interval '30 days')"
        values.append(int(kind))
    else:
        fifth = of(places[4], 1)[0]
        parts.append(Not(HasTag(fifth)))
        text += has.replace(" in ", " not in ")
        values.append([fifth])
    return Asked(All(tuple(parts)), text, values)


def _timed(kept: list[float], work: Callable[[], int]) -> int:
    began = time.perf_counter()
    found = work()
    kept.append((time.perf_counter() - began) * 1000)
    return found


def _materialised(account: object) -> tuple[float, int]:
    """Write the members of a segment of a fifth of all into a table of members."""
    from django.db import connection

    from xinglin.audience.models import Segment
    from xinglin.audience.rules.compiling import members
    from xinglin.audience.rules.tree import All

    segment = Segment.objects.create(account=account, name="五分之一", rule={"all": []})  # type: ignore[misc]
    people = members(account, All()).order_by("follower_id").values("follower_id")[:MEMBERS]  # type: ignore[arg-type]
    inner, values = people.query.sql_with_params()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into audience_segmentmember (segment_id, follower_id) select %s, m.follower_id from ({inner}) m",
            [segment.pk, *values],
        )
        written = cursor.rowcount
    return time.perf_counter() - began, written


def _logged(account: object) -> tuple[float, int]:
    """Write the log of a campaign to everybody, by the same deed that sends one."""
    from xinglin.audience.models import Campaign, Delivery, Segment
    from xinglin.audience.services.preparing import prepare
    from xinglin.newsroom import services as newsroom
    from xinglin.newsroom.blocks import Content, Text, from_plain
    from xinglin.newsroom.models import Column

    segment = Segment.objects.get()
    column = Column.objects.get(code="notices")
    content = Content(title="告全体读者", digest="", cover="", blocks=(Text(from_plain("测试")),))
    article = newsroom.write(
        library=segment.account.library, content=content,
        arrangement=newsroom.Arrangement(column, for_branches=False, expires_on=None), by=None,
    )  # fmt: skip
    campaign = Campaign.objects.create(
        account=segment.account, name="全体", segment=segment, article=article, topic=column, channel="in_app",
        title_a="告全体读者", state="sending", rule={"all": []},
    )  # fmt: skip
    began = time.perf_counter()
    prepare(campaign=campaign)
    taken = time.perf_counter() - began
    return taken, Delivery.objects.filter(campaign=campaign).count()


def _told(
    times: dict[str, list[float]], differences: int, filled: float, materialise: float, written: int, log: float,
    logged: int,
) -> int:  # fmt: skip
    rows = [
        [name, f"{share_of(0.5, taken):.1f}", f"{share_of(0.95, taken):.1f}", f"{max(taken):.1f}"]
        for name, taken in times.items()
    ]
    print(
        f"{FOLLOWERS:,} followers, {TAGS_OF_EACH} tags and {DEEDS_OF_EACH} deeds each, filled in {filled:.0f} s"
    )
    print_table(["count (ms)", "p50", "p95", "worst"], rows)
    print(f"{written:,} members written in {materialise:.2f} s; log of {logged:,} in {log:.2f} s")
    print(f"numbers that differ between the two ways: {differences}")
    figures = {
        "five tags p95 ms": share_of(0.95, times["five tags ours"]),
        "four tags and a deed p95 ms": share_of(0.95, times["four tags and a deed ours"]),
        "materialise s": materialise,
        "log s": log,
        "differences": float(differences),
    }
    ratios = {
        name: share_of(0.5, times[f"{name} straight"]) / share_of(0.5, times[f"{name} ours"])
        for name in ("five tags", "four tags and a deed")
    }
    holds = not differences and all(figures[name] <= most for name, most in BAR.items())
    holds = holds and written == MEMBERS and logged == FOLLOWERS
    print_last_line("segments", figures=figures, ratios=ratios, bar=BAR, holds=holds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
