"""The reader's way to a hold: in the chat of both kinds of account, and on the phone's pages."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from xinglin.catalog import indexer
from xinglin.circulation import services
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold
from xinglin.circulation.tests.factories import a_copy, a_hold, a_title
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, OutgoingMessage
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of

BOTH_KINDS = pytest.mark.parametrize("kind", ["F1", "S0"])


@pytest.fixture
def index(tmp_path: Path, settings: Settings) -> None:
    settings.INDEX_ROOT = tmp_path / "index"


def bound_follower(consortium: SmallConsortium, readers: Readers, kind: str = "F1") -> Follower:
    follower = a_follower(an_account(consortium.main, kind=kind))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


@BOTH_KINDS
@pytest.mark.django_db
def test_a_doctor_searches_and_reserves_by_the_number_of_the_answer(
    a_small_consortium: SmallConsortium, readers: Readers, index: None, kind: str
) -> None:
    record = a_title(a_small_consortium.main, title="实用心电图学")
    indexer.index_now()
    follower = bound_follower(a_small_consortium, readers, kind)
    assert "实用心电图学" in text_of(say(follower, "搜 心电图"))
    answer = text_of(say(follower, "预约 1"))
    assert "第 1 位" in answer
    assert "附一院馆" in answer
    hold = Hold.objects.get()
    assert (hold.record, hold.patron, hold.pickup_library) == (record, readers.of_a, a_small_consortium.a)
    assert "不用再次预约" in text_of(say(follower, "预约 1"))
    assert "实用心电图学" in text_of(say(follower, "我的预约"))
    assert "已取消" in text_of(say(follower, "取消预约 1"))
    assert "没有预约" in text_of(say(follower, "我的预约"))


@pytest.mark.django_db
def test_who_has_no_card_bound_is_shown_how_to_bind(
    a_small_consortium: SmallConsortium, readers: Readers, index: None
) -> None:
    a_title(a_small_consortium.main, title="实用心电图学")
    indexer.index_now()
    follower = a_follower(an_account(a_small_consortium.main, kind="S0"))
    say(follower, "搜 心电图")
    assert "绑定" in text_of(say(follower, "预约 1"))
    assert not Hold.objects.exists()


@pytest.mark.django_db
def test_a_number_without_a_search_before_it_reserves_nothing(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    follower = bound_follower(a_small_consortium, readers)
    assert "请先搜书" in text_of(say(follower, "预约 1"))
    assert not Hold.objects.exists()


@pytest.mark.django_db(transaction=True)
@BOTH_KINDS
def test_the_reader_hears_of_the_copy_once_and_only_when_it_is_there(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    bound_follower(a_small_consortium, readers, kind)
    hold = services.set_aside(hold=a_hold(readers.of_a, record, a_small_consortium.a), item=copy, by=None)
    run_errands()
    assert not OutgoingMessage.objects.exists(), "it is still on the road"
    services.arrive(hold=hold, by=None)
    run_errands()
    run_errands()
    (message,) = OutgoingMessage.objects.all()
    assert record.title in str(message.reply)
    assert "附一院馆" in str(message.reply)


def reader_page(follower: Follower, path: str) -> tuple[Client, str]:
    client = Client()
    link = personal_link(follower, path)
    client.get("/" + link.split("/", 3)[3], follow=True)
    return client, client.get(path).content.decode()


@pytest.mark.django_db
def test_the_reader_reserves_and_cancels_on_the_phone_page(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title(a_small_consortium.main, title="实用心电图学")
    follower = bound_follower(a_small_consortium, readers)
    client, page = reader_page(follower, f"/m/record/{record.pk}/hold/")
    assert "实用心电图学" in page
    client.post(f"/m/record/{record.pk}/hold/", {"pickup_library": a_small_consortium.a.pk})
    hold = Hold.objects.get()
    page = client.get("/m/holds/").content.decode()
    assert re.search("第 1 位", page)
    twice = client.post(f"/m/record/{record.pk}/hold/", {"pickup_library": a_small_consortium.a.pk})
    assert "不用再次预约" in twice.content.decode()
    client.post(f"/m/holds/{hold.pk}/cancel/")
    hold.refresh_from_db()
    assert hold.state == HoldState.CANCELLED


@pytest.mark.django_db
def test_the_reader_changes_where_to_fetch_the_copy_and_keeps_the_place(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    hold = a_hold(readers.of_a, a_title(a_small_consortium.main), a_small_consortium.a)
    client, page = reader_page(bound_follower(a_small_consortium, readers), "/m/holds/")
    assert f"/m/holds/{hold.pk}/pickup/" in page
    client.post(f"/m/holds/{hold.pk}/pickup/", {"pickup_library": a_small_consortium.main.pk})
    hold.refresh_from_db()
    assert (hold.pickup_library, hold.position) == (a_small_consortium.main, 1)


@pytest.mark.django_db
def test_another_readers_hold_cannot_be_cancelled_on_the_phone_page(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    hold = a_hold(readers.outsider, a_title(a_small_consortium.main), a_small_consortium.b)
    client, _page = reader_page(bound_follower(a_small_consortium, readers), "/m/holds/")
    assert client.post(f"/m/holds/{hold.pk}/cancel/").status_code == 404
    assert Client().post(f"/m/holds/{hold.pk}/cancel/").status_code in {200, 302, 403}
    hold.refresh_from_db()
    assert hold.state == HoldState.WAITING


@pytest.mark.django_db
def test_the_desk_sees_its_holds_and_another_desk_does_not(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title(title="实用心电图学")
    copy = a_copy(record, a_small_consortium.a)
    hold = a_hold(readers.of_a, record, a_small_consortium.a)
    desk = signed_in(a_small_consortium.librarian_a)
    assert "实用心电图学" in desk.get("/console/circulation/holds/").content.decode()
    assert copy.barcode in desk.get("/console/circulation/picks/").content.decode()
    assert "实用心电图学" in desk.get(f"/console/circulation/hold/{hold.pk}/").content.decode()
    outside = signed_in(a_small_consortium.outsider)
    assert "实用心电图学" not in outside.get("/console/circulation/holds/").content.decode()
    assert outside.get(f"/console/circulation/hold/{hold.pk}/").status_code == 404


@pytest.mark.django_db
def test_what_is_lent_most_stands_first(
    a_small_consortium: SmallConsortium, readers: Readers, client: Client
) -> None:
    here = a_small_consortium.a
    often, once = (a_copy(a_title(here, title=title), here) for title in ("心电图学", "护理学"))
    for copy in (often, once, often):
        services.lend(item=copy, patron=readers.of_a, library=a_small_consortium.a, by=None)
        services.check_in(item=copy, library=a_small_consortium.a, by=None)
    page = client.get("/m/popular/").content.decode()
    assert "借出 2 次" in page and page.index("借出 2 次") < page.index("借出 1 次")
