"""What the newsroom does at night: links that lead nowhere, and what readers looked for in vain."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from xinglin.catalog import indexer
from xinglin.catalog.missing import services as missing
from xinglin.catalog.missing.models import MissedSearch
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom import services, tasks
from xinglin.newsroom.blocks import Content, Link, Text
from xinglin.newsroom.models import Article, LinkReport, Topic
from xinglin.newsroom.planning.lifecycle import Origin
from xinglin.newsroom.quality import link_rounds
from xinglin.newsroom.quality.links import Broken
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import ABOUT, a_column, a_draft, a_notice

pytestmark = pytest.mark.django_db


def linked(cast: SmallConsortium, title: str, *addresses: str) -> Article:
    """A published article with links."""
    blocks = (Text("<p>正文</p>"), *(Link("链接", each) for each in addresses))
    draft = services.write(
        library=cast.a, content=Content(title=title, blocks=blocks, about=ABOUT),
        arrangement=Arrangement(a_column()), by=None,
    )  # fmt: skip
    return services.publish(article=draft, version=draft.version, by=None)


def test_links_of_what_readers_see_are_tried_in_turn_and_listed_with_since_when(
    a_small_consortium: SmallConsortium,
) -> None:
    good, bad = "https://good.example/", "https://gone.example/"
    first, second = (
        linked(a_small_consortium, "两个链接", good, bad),
        linked(a_small_consortium, "好链接", good),
    )
    a_draft(a_small_consortium.a)
    tried: list[list[str]] = []

    def gone(addresses: list[str]) -> list[Broken]:
        tried.append(addresses)
        return [Broken(each, "打不开：对方回答 404") for each in addresses if "gone" in each]

    assert link_rounds.try_links(most=1, tried_by=gone) == 1
    since = LinkReport.objects.get(article=first).since
    clock.move(timedelta(days=1))
    assert link_rounds.try_links(most=1, tried_by=gone) == 0  # the one that was never tried
    assert link_rounds.try_links(most=1, tried_by=gone) == 1  # then the longest untried
    assert tried == [[good, bad], [good], [good, bad]]
    report = LinkReport.objects.get(article=first)
    assert (report.since, report.broken) == (since, [[bad, "打不开：对方回答 404"]])
    assert LinkReport.objects.get(article=second).number == 0

    client = signed_in(a_small_consortium.librarian_a)
    page = client.get("/console/newsroom/links/").content.decode()
    assert "两个链接" in page and "好链接" not in page
    assert bad in client.get(f"/console/newsroom/broken/{report.pk}/").content.decode()
    assert (
        signed_in(a_small_consortium.outsider).get(f"/console/newsroom/broken/{report.pk}/").status_code
        == 404
    )
    link_rounds.try_links_of(first, tried_by=lambda _addresses: [])
    assert not LinkReport.objects.filter(number__gt=0).exists()
    assert LinkReport.objects.get(article=first).since is None


def test_the_job_goes_to_no_address_inside_the_house(a_small_consortium: SmallConsortium) -> None:
    linked(a_small_consortium, "内网", "http://127.0.0.1:9/secret")
    assert tasks.try_links(timestamp=0) == 1
    assert "内部网络" in LinkReport.objects.get().broken[0][1]


def test_what_is_looked_for_in_vain_is_counted_without_a_name_and_becomes_a_topic(
    a_small_consortium: SmallConsortium, settings: Settings, tmp_path: Path
) -> None:
    settings.INDEX_ROOT = tmp_path
    a_notice(a_small_consortium.a)
    indexer.index_now()
    client = Client()
    for words in ("麻风病防治", "麻风病 防治", "麻风病防治", "蛇咬伤", "13900001111", "x", "好" * 60):
        client.get("/m/search/", {"q": words, "library": "A"})
    client.get("/m/search/", {"q": "麻风病防治", "page": "2"})
    client.get("/m/search/", {"q": "麻风病防治", "kind": "book"})
    client.head("/m/search/?q=麻风病防治")
    counted = set(MissedSearch.objects.values_list("library__code", "words", "times"))
    assert counted == {("A", "麻风病防治", 2), ("A", "麻风病 防治", 1), ("A", "蛇咬伤", 1)}
    assert {field.name for field in MissedSearch._meta.get_fields()} == {
        "id", "library", "words", "key", "on", "times"
    }  # fmt: skip
    page = signed_in(a_small_consortium.librarian_a).get("/console/catalog/missed/").content.decode()
    assert "蛇咬伤" in page

    clock.move(timedelta(days=1))
    assert tasks.take_up_searches(timestamp=0) == 1
    topic = Topic.objects.get()
    assert (topic.title, topic.origin, topic.asked, topic.library) == (
        "麻风病防治", Origin.SEARCH, 2, a_small_consortium.a
    )  # fmt: skip
    clock.move(missing.KEPT_FOR + timedelta(days=1))
    assert missing.forget_old() == 3


def test_a_flood_of_words_fills_no_table(
    a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinglin.catalog.asking import Asked

    monkeypatch.setattr(missing, "MOST_A_DAY", 2)
    for words in ("甲甲", "乙乙", "丙丙", "乙乙"):
        missing.note_missed(Asked.read({"q": words}), library_id=None)
    assert set(MissedSearch.objects.values_list("words", "times")) == {("甲甲", 1), ("乙乙", 2)}
