"""What followers are interested in, learned from what they open, finish, share and rate; explained, and off at a word.

A deed counts half after thirty days. A column scores against the follower's strongest one and against a floor, so that
one chance click is no interest.
"""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience.models import Dimension, Tag
from xinglin.commons import clock
from xinglin.newsroom.models import Column

DIMENSION = "interest"
HALF_LIFE_DAYS, WINDOW_DAYS = 30, 180
# Opened 1, read to the end 1.5, shared or rated useful 2, rated useless −2; three opened ones are half a weight.
FULL_WEIGHT = 6.0
LEAST_WEIGHT = 20
VALID_DAYS = 60

LEARN = """
    with scored as (
      select b.follower_id, b.column_id, count(*) as deeds,
             sum((case b.kind when 1 then 1.0 when 2 then 1.5 when 5 then -2.0 else 2.0 end)
                 * power(0.5, extract(epoch from %(now)s::timestamptz - b.at) / 86400.0 / %(half)s)) as points
      from audience_behaviour b
      where b.kind in (1, 2, 3, 4, 5) and b.column_id is not null and b.at > %(since)s::timestamptz
        and not exists (select from audience_profilingoff o where o.follower_id = b.follower_id)
        and exists (select from audience_profile p where p.follower_id = b.follower_id)
      group by b.follower_id, b.column_id
    ), weighed as (
      select s.follower_id, c.tag_id, s.deeds,
             least(100, greatest(0, round(100 * s.points / %(full)s)))::int as weight
      from scored s join unnest(%(columns)s::bigint[], %(tags)s::int[]) as c (column_id, tag_id)
           on c.column_id = s.column_id
    )
    insert into audience_followertag (tag_id, follower_id, source, weight, evidence, since, expires_at)
    select tag_id, follower_id, 1, weight, format(%(evidence)s, deeds), %(now)s, %(expires)s
    from weighed where weight >= %(least)s order by tag_id, follower_id
    on conflict (tag_id, follower_id) do update
    set weight = excluded.weight, evidence = excluded.evidence, since = excluded.since, expires_at = excluded.expires_at
    where audience_followertag.source = 1
"""

FORGET = """
    delete from audience_followertag where source = 1 and since < %(now)s and tag_id = any(%(tags)s::int[])
"""


@transaction.atomic
def learn() -> int:
    """Learn everybody's interests anew, and return how many tags stand."""
    tags = _tags_of_columns()
    now = clock.now()
    named: dict[str, Any] = {
        "now": now, "since": now - timedelta(days=WINDOW_DAYS), "half": HALF_LIFE_DAYS, "full": FULL_WEIGHT,
        "least": LEAST_WEIGHT, "expires": now + timedelta(days=VALID_DAYS),
        "columns": list(tags), "tags": [tag.pk for tag in tags.values()],
        "evidence": str(_("近半年读过或评过 %%s 次")).replace("%%", "%"),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(LEARN, named)
        learned = int(cursor.rowcount)
        cursor.execute(FORGET, named)
    return learned


def _tags_of_columns() -> dict[int, Tag]:
    """Return the interest tag of every column, made where there is none."""
    dimension, _made = Dimension.objects.get_or_create(
        code=DIMENSION,
        defaults={"name": str(_("阅读兴趣")), "question": "", "is_declared": False, "position": 80},
    )
    found = {}
    for column in Column.objects.filter(active=True):
        tag, _made = Tag.objects.get_or_create(dimension=dimension, name=column.name)
        found[column.pk] = tag
    return found
