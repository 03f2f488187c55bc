"""The feed of published articles, read by another program's reader."""

import feedparser
import pytest
from django.test import Client

from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.tests.factories import a_draft, a_notice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_another_reader_understands_the_feed(kind: str, a_small_consortium: SmallConsortium) -> None:
    a_notice(a_small_consortium.a, title="开馆 <时间> & 调整")
    a_draft(a_small_consortium.a, title="还没发布")
    answer = Client().get(f"/m/feed.xml?library=A&as={kind}")
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert [entry.title for entry in read.entries] == ["开馆 <时间> & 调整"]
    assert "/m/articles/" in read.entries[0].link


def test_a_library_or_column_that_is_not_there_is_refused(a_small_consortium: SmallConsortium) -> None:
    assert Client().get("/m/feed.xml?library=NOWHERE").status_code == 404
    assert Client().get("/m/feed.xml?column=nothing").status_code == 404
    assert Client().get("/m/feed.xml?column=notices").status_code == 200
