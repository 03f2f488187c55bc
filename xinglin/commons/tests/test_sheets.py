"""Tables from people's offices: every damage is a sentence, never a crash; what is written can be read."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons import sheets
from xinglin.commons.sheets import UnreadableTable, read_table

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), max_size=20)


def cells_of(data: bytes, name: str = "读者.csv") -> list[dict[str, str]]:
    return [row.cells for row in read_table(io.BytesIO(data), name=name)]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_character_sets_that_offices_use(charset: str) -> None:
    data = "卡号,姓名\r\nA001,王嘉禾\r\n\r\nA002,欧阳明\r\n".encode(charset)
    assert cells_of(data) == [{"卡号": "A001", "姓名": "王嘉禾"}, {"卡号": "A002", "姓名": "欧阳明"}]


def test_row_numbers_are_those_that_a_person_sees_in_the_spreadsheet() -> None:
    rows = list(read_table(io.BytesIO("卡号\nA1\n\nA3\n".encode()), name="x.csv"))
    assert [row.number for row in rows] == [2, 4]


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8))
def test_what_is_written_as_xlsx_is_read_back_equal(rows: list[list[str]]) -> None:
    data = sheets.xlsx_bytes(headings=["甲", "乙"], rows=rows)
    back = cells_of(data, "x.xlsx")
    expected = [[cell.strip() for cell in row] for row in rows]
    assert [[cell.removeprefix("'") for cell in row.values()] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in expected if any(row)
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    try:
        cells_of(data)
    except UnreadableTable as refusal:
        assert str(refusal).endswith("。")


def test_a_damaged_workbook_is_refused() -> None:
    whole = sheets.xlsx_bytes(headings=["卡号"], rows=[["A1"]])
    for cut in range(10, len(whole), 97):
        with pytest.raises(UnreadableTable):
            cells_of(whole[:cut], "x.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.LARGEST_UNPACKED + 1))
    with pytest.raises(UnreadableTable, match="200 MB"):
        cells_of(output.getvalue(), "x.xlsx")


def test_a_formula_from_a_reader_is_exported_as_text() -> None:
    answer = sheets.csv_response(name="读者", headings=["姓名"], rows=[["=HYPERLINK(1)"], ["+86 10"], ["@x"]])
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert text.splitlines() == ["姓名", "'=HYPERLINK(1)", "+86 10", "'@x"]
    assert "%E8%AF%BB%E8%80%85.csv" in answer["Content-Disposition"]


def test_a_number_that_excel_kept_as_a_number_is_read_as_the_digits_that_a_person_typed() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["卡号", "电话"])
    sheet.append([10023, 19900000001.0])
    output = io.BytesIO()
    book.save(output)
    assert cells_of(output.getvalue()) == [{"卡号": "10023", "电话": "19900000001"}]
