"""Counting visits to the reader's pages."""

import secrets

from django.db import connection

from xinglin.commons import clock

SHARDS = 16

COUNT = """
    insert into stats_pagevisits (day, page, library, shard, count) values (%s, %s, %s, %s, 1)
    on conflict (day, page, library, shard) do update set count = stats_pagevisits.count + 1
"""


def count_visit(page: str, library: str) -> None:
    """Count that a page was opened today."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [clock.today(), page[:60], library[:20], secrets.randbelow(SHARDS)])
