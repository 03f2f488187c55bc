"""Tags by rule from readers' files: department, title and research topic, where the words fit."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock

# dimension -> (field of the reader's file, words between which the field is cut)
FIELDS = {"department": "department", "title": "title", "topic": "research_topics"}
VALID_DAYS = 3

# A tag fits when its name stands in the field. Expiry is short: who changes department loses the tag by itself.
FIT = """
    insert into audience_followertag (tag_id, follower_id, source, weight, evidence, since, expires_at, patron_id)
    select t.id, b.follower_id, 2, 100, %(evidence)s, %(now)s, %(expires)s, r.id
    from audience_tag t
    join audience_dimension d on d.id = t.dimension_id and d.code = %(dimension)s and d.active and not d.is_sensitive
    join patrons_patron r on position(lower(t.name) in lower(r.{field})) > 0 and r.state in ('active', 'suspended')
    join wechat_binding b on b.patron_id = r.id and b.unbound_at is null
    join audience_profile p on p.follower_id = b.follower_id
    where t.active
    order by t.id, b.follower_id
    on conflict (tag_id, follower_id) do update
    set expires_at = excluded.expires_at, patron_id = excluded.patron_id, evidence = excluded.evidence
    where audience_followertag.source <= 2
"""


@transaction.atomic
def tag_by_files() -> int:
    """Give followers the tags that their readers' files say, and return how many stand."""
    now = clock.now()
    total = 0
    with connection.cursor() as cursor:
        for dimension, field in FIELDS.items():
            cursor.execute(
                FIT.format(field=field),
                {
                    "dimension": dimension, "evidence": str(_("读者档案")), "now": now,
                    "expires": now + timedelta(days=VALID_DAYS),
                },
            )  # fmt: skip
            total += cursor.rowcount
    return total
