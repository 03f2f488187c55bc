"""A reader keeps a search in the chat or on the phone, and is told once of what is new in it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from xinglin.catalog.asking import Asked
from xinglin.catalog.models import Record
from xinglin.catalog.tests.factories import a_record
from xinglin.catalog.watching import services
from xinglin.catalog.watching.errors import NothingToSave, SavedSearchUnknown, TooManySavedSearches
from xinglin.catalog.watching.models import SavedSearch
from xinglin.catalog.watching.news import tell_news
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db
Index = Callable[[], int]


@pytest.fixture(params=["F1", "S0"])
def follower(
    request: pytest.FixtureRequest, a_small_consortium: SmallConsortium, readers: Readers
) -> Follower:
    """A bound reader on a certified service account, and on a personal one that can only answer."""
    bound = a_follower(an_account(a_small_consortium.main, kind=request.param))
    bind_by_code(follower=bound, digits=issue_code(patron=readers.of_a, by=None))
    return bound


def hours_ago(hours: int, record: Record | None = None) -> None:
    """Let a record have entered, or all searches have been told, so many hours ago."""
    then = clock.now() - timedelta(hours=hours)
    if record is not None:
        Record.objects.filter(pk=record.pk).update(added_at=then)
    else:
        SavedSearch.objects.update(told_until=then)


def test_new_books_are_told_once_and_only_those_that_fit(follower: Follower, index: Index) -> None:
    hours_ago(5, a_record("心电图旧书"))
    assert "已订阅「心电图」" in text_of(say(follower, "订阅新书 心电图"))
    hours_ago(2)
    hours_ago(1, a_record("心电图图谱"))
    hours_ago(1, a_record("护理学基础"))
    a_record("心电图刚编")  # a moment ago: tomorrow's news
    index()
    assert tell_news() == 1
    told = Notice.objects.get()
    assert told.title == "「心电图」有 1 种新书" and told.link == "/m/searches/"
    assert "心电图图谱" in told.text and "护理" not in told.text
    assert tell_news() == 0 and Notice.objects.count() == 1

    assert "1. 心电图" in text_of(say(follower, "我的订阅"))
    assert "已退订" in text_of(say(follower, "退订新书 1"))
    hours_ago(2)
    assert tell_news() == 0


def test_who_is_not_bound_is_asked_to_bind(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    stranger = a_follower(an_account(a_small_consortium.main))
    assert "绑定" in text_of(say(stranger, "订阅新书 心电图"))
    assert not SavedSearch.objects.exists()


def test_the_journey_on_the_phone(follower: Follower, index: Index, client: Client) -> None:
    hours_ago(1, a_record("心电图图谱", classes=("R540.4",)))
    index()
    assert "保存并订阅" in client.get("/m/search/", {"q": "心电图"}).content.decode()
    assert client.get("/m/searches/").status_code == 403
    client.get(personal_link(follower, "/m/searches/"), follow=True)
    form = client.get("/m/searches/save/?q=心电图&class=R5&from=2010").content.decode()
    assert "心电图 · 内科学 R5 · 2010 年以来" in form
    client.post("/m/searches/save/?q=心电图&class=R5", {"name": "心内科新书", "watch": "1"})
    kept = SavedSearch.objects.get()
    assert kept.values == {"class": "R5", "q": "心电图"} and kept.is_watched
    page = client.get("/m/searches/").content.decode()
    assert "心内科新书" in page and "class=R5" in page
    client.post("/m/searches/", {"search": str(kept.pk), "deed": "stop"})
    assert SavedSearch.objects.filter(is_watched=False).count() == 1
    client.post("/m/searches/", {"search": str(kept.pk), "deed": "drop"})
    assert "还没有保存的检索" in client.get("/m/searches/").content.decode()


def test_what_is_refused_and_another_reader_changes_nothing(readers: Readers) -> None:
    with pytest.raises(NothingToSave):
        services.save_search(patron=readers.of_a, asked=Asked.read({"shelf": "1"}))
    kept = services.save_search(patron=readers.of_a, asked=Asked.read({"q": "心电图"}))
    again = services.save_search(patron=readers.of_a, asked=Asked.read({"q": "心电图"}), name="心电")
    assert again.pk == kept.pk and again.name == "心电"
    for deed in (services.drop_search, lambda **facts: services.watch(**facts, is_watched=False)):
        with pytest.raises(SavedSearchUnknown):
            deed(patron=readers.outsider, pk=kept.pk)
    assert SavedSearch.objects.get().is_watched
    for number in range(services.MOST - 1):
        services.save_search(patron=readers.of_a, asked=Asked.read({"q": f"词{number}"}))
    with pytest.raises(TooManySavedSearches):
        services.save_search(patron=readers.of_a, asked=Asked.read({"q": "再一个"}))


def test_an_erased_reader_leaves_no_search_behind(readers: Readers) -> None:
    services.save_search(patron=readers.of_a, asked=Asked.read({"q": "抑郁"}))
    services.stop_watching_for(patron_id=readers.of_a.pk)
    assert not SavedSearch.objects.get().is_watched
    services.forget_searches_of(patron_id=readers.of_a.pk)
    assert not SavedSearch.objects.exists()
