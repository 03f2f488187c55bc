"""Importing readers: good rows are taken, bad ones reported, nothing twice, undone as a whole."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xinglin.commons.sheets import UnreadableTable, xlsx_bytes
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons import queries, services
from xinglin.patrons.errors import BatchAlreadyUsed, BatchNotReady, MappingIncomplete
from xinglin.patrons.imports import batches, sheets
from xinglin.patrons.imports.taking import take
from xinglin.patrons.models import BatchState, Card, ImportBatch, ImportRow, Patron, RowState
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category

HEADINGS = ["卡号", "姓名", "类别", "工号", "手机", "有效期"]


def as_csv(rows: list[list[str]], headings: list[str] | None = None, charset: str = "utf-8-sig") -> bytes:
    output = io.StringIO()
    csv.writer(output).writerows([headings or HEADINGS, *rows])
    return output.getvalue().encode(charset)


def imported(library: Library, data: bytes, *, name: str = "读者.csv") -> ImportBatch:
    batch = batches.upload(library=library, file=io.BytesIO(data), name=name, by=None)
    if batch.state == BatchState.UPLOADED:
        batch = batches.start(batch=batch, mapping=batch.mapping, by=None)
    return batches.run(batch=batch, by=None)


def states(batch: ImportBatch) -> list[str]:
    return list(batch.rows.order_by("number").values_list("state", flat=True))


GOOD = ["N1", "张三", "医师", "2001", "13700000001", "2028-12-31"]


def test_good_rows_are_taken_and_bad_ones_reported_with_row_column_and_reason(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    rows = [
        GOOD,
        ["1.39E+10", "李四", "医师", "", "", ""],
        ["N3", "", "医师", "", "123", ""],
        ["N4", "王五", "神仙", "", "", "46387"],
        ["B0001", "冒名", "医师", "", "", ""],
        ["N6", "赵六", "医师", "1001", "", ""],
    ]
    library = a_small_consortium.a
    librarian = a_small_consortium.librarian_a
    data = as_csv(rows)
    batch = batches.upload(library=library, file=io.BytesIO(data), name="读者.csv", by=librarian)
    batches.start(batch=batch, mapping=batch.mapping, by=librarian)
    batch = batches.run(batch=ImportBatch.objects.get(pk=batch.pk), by=librarian)
    assert states(batch) == ["created"] + ["refused"] * 5
    told = {row.number: row.problems for row in batch.rows.filter(state=RowState.REFUSED)}
    assert told[3][0] | {"reason": ""} == {"column": "卡号", "value": "1.39E+10", "reason": ""}
    assert [problem["column"] for problem in told[4]] == ["手机", "姓名"]
    assert "2026-12-31" in told[5][1]["reason"]
    assert "其他馆" in told[6][0]["reason"], "another library's reader is neither shown nor changed"
    assert "工号" in told[7][0]["reason"]
    patron = queries.find_by_card("N1")
    assert (patron.home_library, patron.expires_on, patron.staff_number) == (
        library,
        date(2028, 12, 31),
        "2001",
    )
    assert Patron.objects.get(pk=readers.outsider.pk).name == "赵敏"


def test_the_refused_rows_come_back_as_a_table_to_be_mended(readers: Readers) -> None:
    batch = imported(readers.of_a.home_library, as_csv([["", "无卡", "医师", "", "", ""], GOOD]))
    headings, rows = sheets.refused_headings(batch), list(sheets.refused_rows(batch))
    assert headings[:3] == ["行号", "有问题的列", "原因"]
    assert rows == [[2, "卡号", rows[0][2], "", "无卡", "医师", "", "", ""]] or rows == [
        (2, "卡号", rows[0][2], "", "无卡", "医师", "", "", "")
    ]


def test_a_file_uploaded_twice_has_one_effect(readers: Readers) -> None:
    data = as_csv([GOOD])
    first = imported(readers.of_a.home_library, data)
    again = imported(readers.of_a.home_library, data, name="改了名.csv")
    assert first == again
    assert Patron.objects.filter(name="张三").count() == 1
    assert ImportBatch.objects.count() == 1


def test_the_same_rows_in_another_file_change_nothing(readers: Readers) -> None:
    imported(readers.of_a.home_library, as_csv([GOOD]))
    batch = imported(readers.of_a.home_library, as_csv([GOOD]) + b"\r\n")
    assert states(batch) == ["unchanged"]


def test_an_existing_card_updates_its_reader_and_blank_cells_keep_what_is_there(readers: Readers) -> None:
    rows = [["a0001", "李建国", "", "", "13700000009", "长期"]]
    batch = imported(readers.of_a.home_library, as_csv(rows))
    assert states(batch) == ["updated"]
    patron = Patron.objects.get(pk=readers.of_a.pk)
    assert (patron.phone, patron.staff_number, patron.expires_on) == ("13700000009", "1001", None)
    assert batch.rows.get().before == {"phone": "13800000001"}


def test_a_library_column_is_obeyed_and_a_library_out_of_reach_refused(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    data = as_csv(
        [["N1", "甲", "医师", "附一院馆"], ["N2", "乙", "医师", "B"], ["N3", "丙", "医师", "天上"]],
        ["卡号", "姓名", "类别", "馆"],
    )
    batch = batches.upload(library=cast.main, file=io.BytesIO(data), name="x.csv", by=cast.manager)
    batches.start(batch=batch, mapping=batch.mapping, by=cast.manager)
    batch = batches.run(batch=ImportBatch.objects.get(pk=batch.pk), by=cast.manager)
    assert states(batch) == ["created", "refused", "refused"]
    assert queries.find_by_card("N1").home_library == cast.a
    assert not Patron.objects.filter(home_library=cast.b, name="乙").exists()


def test_rows_that_contradict_each_other_are_all_refused_and_twins_taken_once(readers: Readers) -> None:
    rows = [
        ["N1", "甲", "医师", "", "", ""],
        ["N1", "乙", "医师", "", "", ""],
        ["N2", "丙", "医师", "", "", ""],
        ["n2", "丙", "医师", "", "", ""],
        ["N3", "丁", "医师", "77", "", ""],
        ["N4", "戊", "医师", "77", "", ""],
    ]
    batch = imported(readers.of_a.home_library, as_csv(rows))
    assert states(batch) == ["refused", "refused", "created", "unchanged", "refused", "refused"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "x.csv"),
        (b"   \n", "x.csv"),
        ("卡号,姓名\n".encode(), "x.csv"),
        (b"PK\x03\x04 not a workbook", "x.xlsx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "x.csv"),
        (xlsx_bytes(headings=HEADINGS, rows=[GOOD])[:-400], "x.xlsx"),
        (xlsx_bytes(headings=HEADINGS, rows=[GOOD])[:200] + b"\xff" * 900, "x.xlsx"),
        ("卡号,卡号\nA,B\n".encode(), "x.csv"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_kept(readers: Readers, data: bytes, name: str) -> None:
    with pytest.raises(UnreadableTable):
        batches.upload(library=readers.of_a.home_library, file=io.BytesIO(data), name=name, by=None)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_charsets_of_office_programs_are_read(readers: Readers, charset: str) -> None:
    batch = imported(readers.of_a.home_library, as_csv([GOOD], charset=charset))
    assert states(batch) == ["created"]
    assert queries.find_by_card("N1").name == "张三"


def test_a_workbook_with_real_dates_and_numbers_is_read(readers: Readers) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS)
    sheet.append([20260001, "张三", "医师", 2001, 13700000001, date(2028, 12, 31)])
    output = io.BytesIO()
    book.save(output)
    batch = imported(readers.of_a.home_library, output.getvalue(), name="x.xlsx")
    assert states(batch) == ["created"], batch.rows.get().problems
    patron = queries.find_by_card("20260001")
    assert (patron.phone, patron.expires_on) == ("13700000001", date(2028, 12, 31))


def test_identity_numbers_are_not_even_kept(readers: Readers) -> None:
    data = as_csv([["N1", "张三", "医师", "110101199001011234"]], ["卡号", "姓名", "类别", "身份证号"])
    batch = imported(readers.of_a.home_library, data)
    assert "110101199001011234" not in str(list(ImportRow.objects.values()))
    assert "身份证号" not in batch.headings


def test_columns_must_be_told_before_it_runs(readers: Readers) -> None:
    data = as_csv([["N1", "张三"]], ["甲", "乙"])
    batch = batches.upload(library=readers.of_a.home_library, file=io.BytesIO(data), name="x", by=None)
    for mapping in ({}, {"card_number": "甲"}, {"card_number": "甲", "name": "甲"}):
        with pytest.raises(MappingIncomplete):
            batches.start(batch=batch, mapping=mapping, by=None)
    batches.start(batch=batch, mapping={"card_number": "甲", "name": "乙"}, by=None)
    with pytest.raises(BatchNotReady):
        batches.start(batch=batch, mapping={"card_number": "甲", "name": "乙"}, by=None)


def test_an_import_is_undone_as_a_whole_and_the_file_may_come_again(readers: Readers) -> None:
    data = as_csv([GOOD, ["A0001", "李建国", "", "", "13700000009", ""]])
    batch = imported(readers.of_a.home_library, data)
    batches.undo(batch=batch, by=None)
    assert not Card.objects.filter(number="N1").exists()
    assert not Patron.objects.filter(name="张三").exists()
    assert Patron.objects.get(pk=readers.of_a.pk).phone == "13800000001"
    again = imported(readers.of_a.home_library, data)
    assert again != batch
    assert states(again) == ["created", "updated"]


def test_nothing_is_undone_once_anything_happened_to_one_of_its_readers(readers: Readers) -> None:
    batch = imported(
        readers.of_a.home_library, as_csv([GOOD, ["A0001", "李建国", "", "", "13700000009", ""]])
    )
    services.suspend(patron=queries.find_by_card("N1"), reason="试", by=None)
    with pytest.raises(BatchAlreadyUsed):
        batches.undo(batch=batch, by=None)
    assert Patron.objects.get(pk=readers.of_a.pk).phone == "13700000009"


def test_an_import_that_was_killed_goes_on_where_it_stood(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK", 3)
    data = as_csv([[f"N{number}", "某", "医师", "", "", ""] for number in range(10)])
    batch = batches.upload(library=readers.of_a.home_library, file=io.BytesIO(data), name="x", by=None)
    batch = batches.start(batch=batch, mapping=batch.mapping, by=None)
    chunks = 0

    def killed_in_the_third_chunk(*args: object, **kwargs: object) -> None:
        nonlocal chunks
        chunks += 1
        take(*args, **kwargs)  # type: ignore[arg-type]
        if chunks == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("xinglin.patrons.imports.batches.take", killed_in_the_third_chunk)
    with pytest.raises(KeyboardInterrupt):
        batches.run(batch=batch, by=None)
    assert Patron.objects.filter(name="某").count() == 6
    monkeypatch.setattr("xinglin.patrons.imports.batches.take", take)
    batch = batches.run(batch=batch, by=None)
    assert batch.state == BatchState.DONE
    assert Patron.objects.filter(name="某").count() == 10


def test_what_is_exported_is_imported_again_without_a_change(readers: Readers) -> None:
    services.amend(patron=readers.of_a, by=None, department="=cmd()", interests="+1", title="'引号")
    exported = xlsx_bytes(
        headings=sheets.HEADINGS, rows=sheets.patron_rows(Patron.objects.filter(pk=readers.of_a.pk))
    )
    batch = imported(readers.of_a.home_library, exported, name="导出.xlsx")
    assert states(batch) == ["unchanged"], batch.rows.get().before


def test_ten_thousand_rows_are_taken_in_chunks(readers: Readers) -> None:
    rows = [[f"T{number:05d}", f"读者{number}", "医师", "", "", ""] for number in range(10_000)]
    batch = imported(readers.of_a.home_library, as_csv(rows))
    assert batches.counts(batch)[RowState.CREATED] == 10_000
    assert Card.objects.filter(number__startswith="T").count() == 10_000


cards = st.sampled_from(["N1", "N2", "N3", "n1", "", "1.39E+10"])
rows_of_any_kind = st.lists(
    st.tuples(
        cards,
        st.sampled_from(["甲", "乙", ""]),
        st.sampled_from(["医师", "神仙", ""]),
        st.sampled_from(["", "7", "8", "1001.0"]),
        st.sampled_from(["", "13700000001", "12"]),
        st.sampled_from(["", "2028-12-31", "46387", "长期"]),
    ).map(list),
    min_size=1,
    max_size=8,
)


class AnyFile(TestCase):
    """Each example in a transaction of its own."""

    @settings(max_examples=30, deadline=None)
    @given(rows_of_any_kind, st.randoms(use_true_random=False))
    def test_good_and_bad_rows_are_all_the_rows_and_the_order_does_not_matter(
        self, rows: list[list[str]], random: object
    ) -> None:
        a_category("DOCTOR", name="医师")
        rows = [row for row in rows if any(row)]
        if not rows:
            return
        shuffled = sorted(rows, key=lambda row: hash((str(random), *row)))
        outcomes = []
        for order in (rows, shuffled, rows):
            batch = imported(a_library(), as_csv(order))
            counts = batches.counts(batch)
            assert counts[RowState.CREATED] + counts[RowState.UNCHANGED] + counts[RowState.REFUSED] == len(
                rows
            )
            taken = set(Patron.objects.values_list("name", "cards__number", "phone", "staff_number"))
            outcomes.append((taken, counts))
            batches.undo(batch=batch, by=None)
            assert not Patron.objects.exists()
        assert outcomes[0] == outcomes[1] == outcomes[2]


@pytest.mark.corpus
def test_a_table_that_has_nothing_to_do_with_readers_is_refused_in_words(
    readers: Readers, shared: Path
) -> None:
    with (shared / "data" / "hospital_library_wechat_services.csv").open("rb") as file:
        batch = batches.upload(library=readers.of_a.home_library, file=file, name="x.csv", by=None)
    with pytest.raises(MappingIncomplete):
        batches.start(batch=batch, mapping=batch.mapping, by=None)
