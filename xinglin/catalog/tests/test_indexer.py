"""The index follows the catalogue, whatever the order of commits and whoever dies."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import psycopg
import pytest
from django.db import connection, transaction

from xinglin.catalog import discovery, documents, indexer, services
from xinglin.catalog.asking import Asked
from xinglin.catalog.changelog import log_changes
from xinglin.catalog.description import taken_from
from xinglin.catalog.indexer import Follower, index_directory
from xinglin.catalog.models import Record, RecordChange
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.catalog.search.writer import IndexWriter
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.consortium.tests.cast import SmallConsortium

Index = Callable[[], int]


def found(text: str) -> list[str]:
    return [hit.title for hit in discovery.engine().search_text(text).hits]


@pytest.mark.django_db
def test_a_node_that_starts_empty_catches_up_by_itself(index: Index) -> None:
    a_record("心电图诊断学")
    with pytest.raises(IndexNotReady):
        found("心电图")
    assert index() == 1
    assert found("心电图") == ["心电图诊断学"]


@pytest.mark.django_db
def test_changes_and_deletions_are_followed(index: Index) -> None:
    record, other = a_record("心电图诊断学"), a_record("护理学基础")
    index()
    services.amend_record(
        record=record, version=1, description=replace(taken_from(record), title="超声诊断学"), by=None
    )
    services.delete_record(record=other, by=None)
    index()
    assert found("超声") == ["超声诊断学"]
    assert found("护理学基础") == [] and discovery.engine().document_count == 1


@pytest.mark.django_db
def test_what_is_on_the_shelf_now_can_be_asked_for(index: Index, a_small_consortium: SmallConsortium) -> None:
    item = an_item(a_record("心电图诊断学"), a_small_consortium.a)
    index()

    def on_shelf(at: str) -> int:
        asked = Asked.read({"q": "心电图", "shelf": "1", "at": at})
        return discovery.discover(asked.query(size=10)).total

    assert (on_shelf("A"), on_shelf("MAIN"), on_shelf("")) == (1, 0, 1)
    services.set_available(item=item, available=False)
    index()
    assert (on_shelf("A"), on_shelf("")) == (0, 0)


@pytest.mark.django_db
def test_a_record_deleted_since_is_left_out_of_the_answer(index: Index) -> None:
    record = a_record("心电图诊断学")
    index()
    services.delete_record(record=record, by=None)
    assert discovery.discover(Asked.read({"q": "心电图"}).query(size=10)).found == ()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_slow_transaction_with_an_older_row_number_is_not_jumped_over(index: Index) -> None:
    """Row numbers are given out before the commit; a follower that counted rows would lose this one."""
    slow, quick = a_record("慢事务的书"), a_record("快事务的书")
    with IndexWriter(index_directory()) as writer:
        follower = Follower(writer)
        follower.catch_up()
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("update catalog_record set title = '慢事务的新书' where id = %s", [slow.pk])
            other.execute("insert into catalog_recordchange (record_id, at) values (%s, now())", [slow.pk])
            Record.objects.filter(pk=quick.pk).update(title="快事务的新书")
            log_changes([quick.pk])
            follower.catch_up()
            assert found("快事务的新书") == ["快事务的新书"]
            assert found("慢事务的书") == ["慢事务的书"]
            other.commit()
        follower.catch_up()
    assert found("慢事务的新书") == ["慢事务的新书"]


@pytest.mark.django_db(transaction=True)
def test_an_indexer_that_died_goes_on_from_its_last_commit(index: Index) -> None:
    a_record("第一本")
    index()
    a_record("第二本")
    with IndexWriter(index_directory()) as writer:
        writer.delete([Record.objects.get(title="第一本").pk])  # dies before the commit
    index()
    assert sorted(found("第一本") + found("第二本")) == ["第一本", "第二本"]


@pytest.mark.django_db(transaction=True)
def test_an_index_from_before_a_restored_backup_is_built_anew(index: Index) -> None:
    a_record("备份里的书")
    with IndexWriter(index_directory()) as writer, writer.rebuild(position=2**60):
        pass
    index()
    assert found("备份里的书") == ["备份里的书"]


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_is_not_logged() -> None:
    before = RecordChange.objects.count()
    with pytest.raises(ValueError), transaction.atomic():
        a_record("没有发生")
        raise ValueError
    assert RecordChange.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_the_process_follows_until_it_is_asked_to_stop(index: Index) -> None:
    a_record("开始前的书")
    stop, seen = threading.Event(), threading.Event()

    def watch() -> None:
        for _attempt in range(600):
            with suppress(IndexNotReady):
                if found("开始后的书"):
                    seen.set()
                    break
            stop.wait(0.05)

    def follow() -> None:
        try:
            indexer.run(stop)
        finally:
            connection.close()

    threads = [threading.Thread(target=follow), threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    a_record("开始后的书")
    threads[1].join()
    stop.set()
    threads[0].join()
    assert seen.is_set()
    assert found("开始前的书") == ["开始前的书"]


@pytest.mark.django_db
def test_shares_of_the_catalogue_hold_every_record_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH", 2)
    records = [a_record(f"护理学 {number}").pk for number in range(7)]
    services.delete_record(record=Record.objects.get(pk=records[3]), by=None)
    shares = [[each.record_id for each in documents.share_of_the_catalogue(number, 3)] for number in range(3)]
    assert sorted(pk for share in shares for pk in share) == sorted(set(records) - {records[3]})
    assert all(shares)
