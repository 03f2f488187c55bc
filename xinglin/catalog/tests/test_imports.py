"""Files of other people's MARC: counted, matched, resumed, taken back."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from xinglin.catalog import services, tasks
from xinglin.catalog.description import taken_from
from xinglin.catalog.errors import AlreadyDecided, AlreadyImported, MoveNotOffered, NothingToImport
from xinglin.catalog.importing import chunks, running
from xinglin.catalog.importing.running import import_some
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.marc import read_record, write_marcxml
from xinglin.catalog.models import (
    Holding,
    ImportBatch,
    ImportProfile,
    ImportRow,
    Item,
    OnMatch,
    Record,
    RecordState,
)
from xinglin.catalog.tests.factories import a_record, cnmarc
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def previewed(
    data: bytes, library: Library, *, by: Staff | None = None, on_match: OnMatch = OnMatch.KEEP
) -> ImportBatch:
    """Upload and preview a file."""
    batch = services.upload(file=io.BytesIO(data), name="file.mrc", library=library, on_match=on_match, by=by)
    tasks.preview_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED
    return batch


def imported(
    data: bytes, library: Library, *, by: Staff | None = None, on_match: OnMatch = OnMatch.KEEP
) -> ImportBatch:
    """Upload, preview and import a file."""
    batch = previewed(data, library, by=by, on_match=on_match)
    services.start(batch=batch, by=by)
    tasks.run_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    return batch


def undone(batch: ImportBatch) -> ImportBatch:
    services.undo(batch=batch, by=None)
    tasks.undo_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    return batch


def outcomes(batch: ImportBatch) -> dict[str, int]:
    counted: dict[str, int] = {}
    for outcome in batch.rows.values_list("outcome", flat=True):
        counted[outcome] = counted.get(outcome, 0) + 1
    return counted


def active() -> list[str]:
    return sorted(Record.objects.filter(state=RecordState.ACTIVE).values_list("title", flat=True))


def _marc_files(shared: Path) -> list[Path]:
    folder = shared / "data" / "library"
    return [
        path
        for kind in ("marc21", "unimarc", "cnmarc")
        for path in sorted((folder / kind).iterdir())
        if path.suffix != ".json"
    ]


@pytest.mark.corpus
def test_every_record_of_every_file_is_in_the_catalogue_or_in_the_report(
    shared: Path, a_small_consortium: SmallConsortium
) -> None:
    for path in _marc_files(shared):
        batch = imported(path.read_bytes(), a_small_consortium.main)
        counted = outcomes(batch)
        assert sum(counted.values()) == batch.records, path.name
        assert Outcome.WAITING not in counted, path.name
        for row in batch.rows.filter(outcome=Outcome.REFUSED):
            assert row.reason and row.code and bytes(row.raw), f"{path.name} {row.number}"
        for row in batch.rows.filter(outcome=Outcome.ADDED).select_related("record"):
            assert row.record is not None
            assert bytes(row.record.marc) == bytes(row.raw), f"{path.name} {row.number}"


FIVE = [cnmarc(f"n{n}", f"急诊心电图 {n}册", barcode=f"B{n}", call=f"R540.4/{n}") for n in "一二三四五"]


def test_copies_named_in_905_are_registered(a_small_consortium: SmallConsortium) -> None:
    imported(cnmarc("n1", "心电图诊断学", isbn="978-7-117-26678-9", barcode="B1"), a_small_consortium.main)
    item = Item.objects.get()
    assert (item.library, item.barcode, item.price_fen) == (a_small_consortium.main, "B1", 4800)
    assert item.holding.call_number == "R540.4/1"
    assert item.holding.record.title == "心电图诊断学"
    assert item.available


def test_the_preview_foresees_and_changes_nothing(a_small_consortium: SmallConsortium) -> None:
    a_record("另一本书", isbns=("9787117266789",))
    data = b"".join(FIVE) + cnmarc("n9", "心电图诊断学", isbn="9787117266789") + b"garbage" * 9 + b"\x1d"
    batch = previewed(data, a_small_consortium.main)
    foreseen = list(batch.rows.order_by("number").values_list("foreseen", flat=True))
    assert foreseen == [Outcome.ADDED] * 5 + [Outcome.REVIEW, Outcome.REFUSED]
    assert active() == ["另一本书"]
    assert not Item.objects.exists()


def test_a_file_sent_twice_has_one_effect(a_small_consortium: SmallConsortium) -> None:
    cast, data = a_small_consortium, b"".join(FIVE)
    first = imported(data, cast.main)
    with pytest.raises(AlreadyImported):
        services.upload(file=io.BytesIO(data), name="again.mrc", library=cast.main, by=None)
    # In another file, the same records are recognised; nothing is registered twice.
    again = imported(data + cnmarc("n6", "第六本"), cast.main)
    assert outcomes(again) == {Outcome.MATCHED: 5, Outcome.ADDED: 1}
    assert (Record.objects.count(), Item.objects.count(), Holding.objects.count()) == (6, 5, 5)
    # Once it is taken back it may be sent in again.
    undone(again)
    undone(first)
    assert active() == []
    assert len(active()) == 0 and not Item.objects.exists()
    imported(data, cast.main)
    assert len(active()) == 5


def test_another_librarys_copies_join_the_same_record(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    imported(cnmarc("n1", "心电图诊断学", isbn="9787117266789", barcode="B1"), cast.main)
    theirs = cnmarc("x77", "心电图诊断学", isbn="9787117266789", barcode="B1").replace(b"MAIN", b"A   ")
    batch = imported(theirs, cast.a)
    assert outcomes(batch) == {Outcome.MATCHED: 1}
    record = Record.objects.get()
    # The barcode is each library's own: both stay.
    assert sorted(record.holdings.values_list("library__code", flat=True)) == ["A", "MAIN"]
    assert Item.objects.filter(barcode="B1").count() == 2


def test_an_import_that_was_killed_goes_on_where_it_was(
    a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    batch = previewed(b"".join(FIVE), a_small_consortium.main)
    services.start(batch=batch, by=None)
    assert import_some(batch.pk)  # the worker dies after its first chunk
    batch.refresh_from_db()
    assert (batch.checkpoint, Record.objects.count()) == (2, 2)
    tasks.run_import(batch_id=batch.pk)  # another one is given the job
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    assert outcomes(batch) == {Outcome.ADDED: 5}
    assert Item.objects.count() == 5
    tasks.run_import(batch_id=batch.pk)  # and the first one's job comes back too
    assert Item.objects.count() == 5


def test_what_breaks_an_import_off_is_told_and_it_can_be_continued(
    a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    batch = previewed(b"".join(FIVE), a_small_consortium.main)
    services.start(batch=batch, by=None)
    assert import_some(batch.pk)

    def broken(_chunk: object, _batch: object) -> None:
        raise MemoryError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(running, "_take_in", broken)
        with pytest.raises(MemoryError):
            tasks.run_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.checkpoint) == (BatchState.FAILED, 2)
    assert "disk full" in batch.failure
    services.start(batch=batch, by=None)
    tasks.run_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert outcomes(batch) == {Outcome.ADDED: 5}


def test_undoing_leaves_what_others_built_on(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    batch = imported(b"".join(FIVE), cast.main)
    lent = Item.objects.get(barcode="B一")
    services.set_available(item=lent, available=False)
    amended = Record.objects.get(title="急诊心电图 三册")
    description = replace(taken_from(amended), subtitle="修订")
    services.amend_record(record=amended, version=1, description=description, by=None)
    undone(batch)
    assert active() == ["急诊心电图 一册", "急诊心电图 三册"]
    assert list(Item.objects.values_list("barcode", flat=True)) == ["B一"]
    stayed = ImportRow.objects.exclude(undo_remark="").order_by("number")
    assert ["流通" in row.undo_remark or "修改" in row.undo_remark for row in stayed] == [True, True]
    with pytest.raises(MoveNotOffered):
        services.undo(batch=batch, by=None)


def test_a_replaced_record_keeps_local_fields_and_comes_back_byte_for_byte(
    a_small_consortium: SmallConsortium,
) -> None:
    cast = a_small_consortium
    old = cnmarc("n1", "心电图诊断学", isbn="9787117266789", barcode="B1")
    imported(old, cast.main)
    newer = cnmarc("n1", "心电图诊断学", isbn="9787117266789", extra=(("330", "新写的摘要"),))
    batch = imported(newer, cast.main, by=cast.manager, on_match=OnMatch.REPLACE)
    assert outcomes(batch) == {Outcome.REPLACED: 1}
    record = Record.objects.get()
    assert record.abstract == "新写的摘要"
    assert b"B1" in bytes(record.marc), "the local 905 was overwritten"
    assert Item.objects.count() == 1
    undone(batch)
    record.refresh_from_db()
    assert bytes(record.marc) == old
    assert record.abstract == ""


def test_a_shared_record_is_not_replaced_by_one_branch(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    old = cnmarc("n1", "心电图诊断学", isbn="9787117266789", barcode="B1")
    imported(old, cast.main)
    newer = cnmarc("n1", "心电图诊断学", isbn="9787117266789", extra=(("330", "分馆的摘要"),))
    batch = imported(newer, cast.a, by=cast.librarian_a, on_match=OnMatch.REPLACE)
    row = batch.rows.get()
    assert row.outcome == Outcome.MATCHED
    assert "其他馆" in " ".join(row.remarks)
    assert bytes(Record.objects.get().marc) == old


class TestDoubtfulPairs:
    """The same ISBN on another title is a librarian's to decide."""

    @pytest.fixture
    def row(self, a_small_consortium: SmallConsortium) -> ImportRow:
        imported(cnmarc("n1", "心电图诊断学（上册）", isbn="9787117266789"), a_small_consortium.main)
        batch = imported(
            cnmarc("n2", "心电图诊断学（下册）", isbn="9787117266789", barcode="B2"), a_small_consortium.main
        )
        row = batch.rows.get()
        assert row.outcome == Outcome.REVIEW
        assert row.candidates == [Record.objects.get().pk]
        return row

    def test_it_can_be_the_same(self, row: ImportRow) -> None:
        services.decide_same(row=row, record=Record.objects.get(), by=None)
        assert len(active()) == 1
        assert Item.objects.get().holding.record == Record.objects.get()

    def test_it_can_be_a_work_of_its_own(self, row: ImportRow) -> None:
        services.decide_new(row=row, by=None)
        assert len(active()) == 2
        assert Item.objects.get().holding.record.title == "心电图诊断学（下册）"

    def test_it_can_be_dropped_and_its_bytes_stay(self, row: ImportRow) -> None:
        services.drop(row=row, by=None)
        row.refresh_from_db()
        assert row.outcome == Outcome.DROPPED and bytes(row.raw)
        assert len(active()) == 1

    def test_it_is_decided_once(self, row: ImportRow) -> None:
        services.drop(row=row, by=None)
        with pytest.raises(AlreadyDecided):
            services.decide_new(row=row, by=None)
        assert len(active()) == 1

    def test_an_outsider_decides_nothing(self, row: ImportRow, a_small_consortium: SmallConsortium) -> None:
        decisions: list[Callable[[], object]] = [
            lambda: services.decide_same(
                row=row, record=Record.objects.get(), by=a_small_consortium.outsider
            ),
            lambda: services.decide_new(row=row, by=a_small_consortium.outsider),
            lambda: services.drop(row=row, by=a_small_consortium.outsider),
        ]
        for decide in decisions:
            with pytest.raises(NotAllowed):
                decide()
        row.refresh_from_db()
        assert row.outcome == Outcome.REVIEW and len(active()) == 1


def test_a_control_number_alone_is_not_trusted(a_small_consortium: SmallConsortium) -> None:
    imported(cnmarc("n1", "心电图诊断学"), a_small_consortium.main)
    batch = imported(cnmarc("n1", "护理学基础"), a_small_consortium.main)
    assert outcomes(batch) == {Outcome.REVIEW: 1}


def test_bad_files_are_refused_in_words(a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(NothingToImport):
        services.upload(file=io.BytesIO(b"\r\n"), name="empty.mrc", library=a_small_consortium.main, by=None)
    assert not ImportBatch.objects.exists()
    batch = imported(b"\x89PNG\r\n\x1a\n" + bytes(2000), a_small_consortium.main)
    assert outcomes(batch) == {Outcome.REFUSED: 1}
    cut = b"".join(FIVE)[:-40]
    assert outcomes(imported(cut, a_small_consortium.main)) == {Outcome.ADDED: 4, Outcome.REFUSED: 1}


def test_an_outsider_imports_for_no_other_library(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    with pytest.raises(NotAllowed):
        services.upload(file=io.BytesIO(FIVE[0]), name="x.mrc", library=cast.main, by=cast.outsider)
    # A file of their own that names another library's copies does not register them there.
    batch = imported(FIVE[0], cast.b, by=cast.outsider)
    assert not Item.objects.exists() and not Holding.objects.exists()
    assert "不由您管理" in " ".join(batch.rows.get().remarks)
    for deed in (services.undo, services.start):
        with pytest.raises(NotAllowed):
            deed(batch=batch, by=cast.librarian_a)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_a_library_says_where_its_copies_stand(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    ImportProfile.objects.create(
        library=cast.main, holdings_tag="905", call_number_subfield="s", library_codes={"BNU": "A"}
    )
    theirs = cnmarc("n1", "心电图诊断学", barcode="B1").replace(b"MAIN", b"BNU ")
    imported(theirs, cast.main)
    item = Item.objects.get()
    assert item.library == cast.a
    assert item.holding.call_number == "R540.4/1"


def test_marcxml_in_a_chinese_charset_is_read_again_from_its_kept_bytes(
    a_small_consortium: SmallConsortium,
) -> None:
    read = read_record(cnmarc("n1", "心电图诊断学", barcode="B1"))
    for charset in ("gb18030", "utf-16"):
        whole = "".join(write_marcxml([read.record], flavour=read.flavour)).replace("UTF-8", charset)
        imported(whole.replace("n1", charset).replace("B1", charset).encode(charset), a_small_consortium.main)
    assert active() == ["心电图诊断学"]  # the second is recognised by its description
    assert Item.objects.count() == 2
