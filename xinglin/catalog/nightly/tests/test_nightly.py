"""Another library system leaves its files at night: what is new, changed and gone enters by itself, and can go back."""

import os
import time
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog import services, tasks
from xinglin.catalog.checks import drop_folder
from xinglin.catalog.lifecycle import BatchState, Condition, Outcome
from xinglin.catalog.models import ImportBatch, ImportProfile, Item, Record, RecordState
from xinglin.catalog.nightly.dropping import take_in_drops
from xinglin.catalog.tests.factories import cnmarc
from xinglin.commons.checkups import Health
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


@pytest.fixture
def drop(settings: Settings, tmp_path: Path, a_small_consortium: SmallConsortium) -> Path:
    """The folder of the main library."""
    settings.DROP_FOLDER = str(tmp_path)
    place = tmp_path / a_small_consortium.main.code.lower()
    place.mkdir()
    return place


def leave(place: Path, name: str, content: bytes) -> None:
    """Leave a file that nobody writes any more."""
    path = place / name
    path.write_bytes(content)
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))


def night() -> None:
    """Let one night pass: the files are taken in and their jobs run."""
    take_in_drops()
    for batch in ImportBatch.objects.filter(state=BatchState.UPLOADED):
        tasks.preview_import(batch_id=batch.pk)
        tasks.run_import(batch_id=batch.pk)


def deleted(record: bytes) -> bytes:
    return record[:5] + b"d" + record[6:]


def outcomes(library: Library) -> list[str]:
    newest = ImportBatch.objects.filter(library=library).latest("pk")
    return list(newest.rows.order_by("number").values_list("outcome", flat=True))


FIRST = cnmarc("1", "心电图学", isbn="9787117266666", barcode="A1")
SECOND = cnmarc("2", "超声诊断", isbn="9787030000033", barcode="A2")


def test_what_is_new_changed_and_gone_enters_by_itself(
    drop: Path, a_small_consortium: SmallConsortium
) -> None:
    main = a_small_consortium.main
    leave(drop, "0101.mrc", FIRST + SECOND)
    night()
    assert outcomes(main) == [Outcome.ADDED, Outcome.ADDED] and Item.objects.count() == 2
    assert not list(drop.glob("*.mrc")) and len(list(drop.glob("done/*/0101.mrc"))) == 1

    changed = cnmarc("1", "心电图学", isbn="9787117266666", barcode="A1", extra=(("330", "新的摘要"),))
    leave(drop, "0102.mrc", changed + deleted(SECOND) + deleted(cnmarc("9", "没有的书")))
    night()
    assert outcomes(main) == [Outcome.REPLACED, Outcome.REMOVED, Outcome.REFUSED]
    assert Record.objects.get(control_number="1").abstract == "新的摘要"
    assert Record.objects.get(control_number="2").state == RecordState.DELETED
    assert Item.objects.get(barcode="A2").condition == Condition.WITHDRAWN

    batch = ImportBatch.objects.latest("pk")
    services.undo(batch=batch, by=None)
    tasks.undo_import(batch_id=batch.pk)
    assert Record.objects.get(control_number="2").state == RecordState.ACTIVE
    assert Item.objects.get(barcode="A2").condition == Condition.ON_SHELF
    assert Record.objects.get(control_number="1").abstract == ""


def test_a_copy_that_is_out_and_a_work_that_others_hold_stay(
    drop: Path, a_small_consortium: SmallConsortium
) -> None:
    leave(drop, "1.mrc", FIRST + SECOND)
    night()
    out = Item.objects.get(barcode="A1")
    services.set_available(item=out, available=False)
    other = Record.objects.get(control_number="2")
    services.add_holding(record=other, library=a_small_consortium.b, call_number="R4", by=None)
    leave(drop, "2.mrc", deleted(FIRST) + deleted(SECOND))
    night()
    out.refresh_from_db()
    assert out.condition == Condition.ON_SHELF and out.holding.record.state == RecordState.ACTIVE
    assert Item.objects.get(barcode="A2").condition == Condition.WITHDRAWN
    other.refresh_from_db()
    assert other.state == RecordState.ACTIVE
    remarks = [row.remarks for row in ImportBatch.objects.latest("pk").rows.order_by("number")]
    assert "正借出" in remarks[0][0] and "其他馆" in remarks[1][0]


def test_a_night_touches_no_other_library(drop: Path, a_small_consortium: SmallConsortium) -> None:
    foreign = cnmarc("1", "心电图学", barcode="A1").replace(
        b"MAIN", a_small_consortium.b.code.encode().ljust(4)[:4]
    )
    leave(drop, "1.mrc", foreign)
    night()
    assert not Item.objects.filter(library=a_small_consortium.b).exists()


def test_a_table_of_copies_adds_moves_and_withdraws(drop: Path, a_small_consortium: SmallConsortium) -> None:
    ImportProfile.objects.create(library=a_small_consortium.main, agency="MED")
    leave(drop, "1.mrc", FIRST)
    night()
    lines = [
        "控制号,ISBN,条码,索书号,馆藏地点,状态,删除",
        "1,,B1,R540.4/7,二楼,在架,",
        ",9787117266666,B2,R540.4/7,二楼,破损,",
        "1,,A1,R540.4/9,,,",
        "404,,B3,,,,",
        "1,,B4,,,飞了,",
        "1,,B5,,,,是",
    ]
    leave(drop, "2.csv", "\n".join(lines).encode())
    night()
    assert set(Item.objects.values_list("barcode", "holding__call_number", "condition")) == {
        ("A1", "R540.4/9", "on_shelf"), ("B1", "R540.4/7", "on_shelf"), ("B2", "R540.4/7", "damaged"),
    }  # fmt: skip
    (report,) = drop.glob("done/*/2.csv.refused.txt")
    assert [line.split("\t")[0] for line in report.read_text("utf-8").splitlines()] == ["5", "6", "7"]
    leave(drop, "3.csv", "条码,删除\nB1,是\n".encode())
    night()
    assert Item.objects.get(barcode="B1").condition == Condition.WITHDRAWN


def test_what_is_half_written_waits_and_what_is_refused_says_why(
    drop: Path, a_small_consortium: SmallConsortium
) -> None:
    (drop / "writing.mrc").write_bytes(FIRST)
    leave(drop, "empty.mrc", b"")
    leave(drop, "damaged.xlsx", b"PK\x03\x04 no workbook")
    leave(drop, "note.txt", b"hello")
    night()
    assert (drop / "writing.mrc").exists() and (drop / "note.txt").exists()
    reasons = {path.name: path.read_text("utf-8") for path in drop.glob("refused/*/*.reason.txt")}
    assert set(reasons) == {"empty.mrc.reason.txt", "damaged.xlsx.reason.txt"} and all(reasons.values())
    assert not ImportBatch.objects.exists()
    assert [finding.health for finding in drop_folder()] == [Health.WATCH]


def test_a_run_that_died_before_the_file_was_moved_takes_nothing_twice(
    drop: Path, a_small_consortium: SmallConsortium
) -> None:
    leave(drop, "1.mrc", FIRST)
    night()
    leave(drop, "1.mrc", FIRST)
    night()
    assert ImportBatch.objects.count() == 1 and len(list(drop.glob("done/*/*1.mrc"))) == 2
