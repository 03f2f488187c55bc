"""Tables in and out: CSV and XLSX files from people's offices, which are hostile until read.

Read: a damaged file, a bomb, a wrong character set or a cell that Excel has ruined gives a refusal or
a row that can be reported, never an exception from a library. Write: rows are streamed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import BinaryIO

import openpyxl
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from xinglin.commons.errors import Refusal
from xinglin.commons.text import plain

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_ABOVE = 10
"""So many rows may stand above the headings, where a caller knows its headings."""


class UnreadableTable(Refusal):
    """A file that is not a table we can read; nothing was taken from it."""

    code = "unreadable_table"


@dataclass(frozen=True)
class Row:
    """One row of a table: where it stood (1 is the heading) and its cells by heading."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


def read_table(
    file: BinaryIO,
    *,
    name: str,
    by_line: bool = False,
    are_headings: Callable[[Sequence[str]], bool] | None = None,
) -> Iterator[Row]:
    """Yield the rows of a CSV or XLSX file, cells as stripped text, empty rows left out.

    ``by_line`` is for formats that promise one line a row: a quotation mark that nobody closes then spoils its own
    row and does not swallow those below it. ``are_headings`` tells the row of headings where others may stand above it
    (who exported, when, by which query); without one that it knows, the first row has them.

    Raises ``UnreadableTable`` with what is wrong and what to do; for XLSX possibly after some rows,
    so a caller that must not take half a file reads it all first.
    """
    data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise UnreadableTable(_("文件超过 20 MB，请分成几个文件再导入。"))
    if not data.strip():
        raise UnreadableTable(_("文件是空的。"))
    rows = _xlsx_rows(data) if data[:4] == b"PK\x03\x04" else _csv_rows(data, name, by_line)
    if are_headings is not None:
        first = list(islice(rows, MOST_ABOVE))
        above = next((place for place, cells in enumerate(first) if are_headings(cells)), 0)
        yield from _with_headings(chain(first[above:], rows), above)
        return
    yield from _with_headings(rows)


def _with_headings(rows: Iterator[list[str]], above: int = 0) -> Iterator[Row]:
    headings: list[str] = []
    for number, cells in enumerate(rows, start=above + 1):
        if number > MOST_ROWS:
            raise UnreadableTable(_("表格超过 %(most)d 行，请分成几个文件再导入。"), most=MOST_ROWS)
        if not headings:
            headings = [cell.strip() for cell in cells[:MOST_COLUMNS]]
            if len([h for h in headings if h]) != len({h for h in headings if h}):
                raise UnreadableTable(_("第一行有重复的列名，请改成每列一个名字。"))
            continue
        if any(cells):
            yield Row(
                number, {heading: cell for heading, cell in zip(headings, cells, strict=False) if heading}
            )


def _csv_rows(data: bytes, name: str, by_line: bool) -> Iterator[list[str]]:
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableTable(_("%(name)s 不是表格文件；请用 CSV 或 XLSX。"), name=name)
    text = _decoded(data)
    sample = text[:4096]
    delimiter = max(",\t;", key=lambda mark: sample.split("\n", 1)[0].count(mark))
    csv.field_size_limit(1_000_000)
    lines: Iterable[list[str]] = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    if by_line:
        lines = chain.from_iterable(csv.reader([line], delimiter=delimiter) for line in text.splitlines())
    try:
        for cells in lines:
            yield [plain(cell).strip() for cell in cells]
    except csv.Error as error:
        raise UnreadableTable(_("CSV 文件格式有误（%(error)s），请重新另存后再导入。"), error=error) from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    raise UnreadableTable(_("文件的字符编码无法识别；请另存为 UTF-8 的 CSV 或 XLSX。"))


def _xlsx_rows(data: bytes) -> Iterator[list[str]]:
    damaged = UnreadableTable(_("XLSX 文件已损坏或不是工作簿；请在表格软件里打开后另存，再导入。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableTable(_("XLSX 文件解开后超过 200 MB，不予读取。"))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for cells in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield [_as_text(cell) for cell in cells]
    except UnreadableTable:
        raise
    # openpyxl lets the errors of zipfile, of its XML parser and of its own guesses through.
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, SyntaxError, OSError,
            TypeError, AttributeError, EOFError, NotImplementedError):  # fmt: skip
        raise damaged from None


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return plain(str(cell)).strip()


class _Echo:
    """A file that hands back what is written to it, so that a CSV can be streamed."""

    def write(self, text: str) -> str:
        return text


def _safe(value: object) -> str:
    """Return a cell that a spreadsheet will not run as a formula (CSV injection)."""
    text = _as_text(value)
    if not text or text[0] not in "=@+-\t\r" or re.fullmatch(r"[+-][\d.\- ]+", text):
        return text
    return "'" + text


def csv_response(
    *, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Return a CSV download, streamed, with the mark that makes spreadsheets read it as UTF-8."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + str(writer.writerow([str(heading) for heading in headings]))
        for row in rows:
            yield str(writer.writerow([_safe(value) for value in row]))

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return answer


def xlsx_response(
    *, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "Sheet1"
) -> HttpResponse:
    """Return a workbook of one sheet to be kept as a file."""
    answer = HttpResponse(
        xlsx_bytes(headings=headings, rows=rows, title=title),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


def xlsx_bytes(*, headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "Sheet1") -> bytes:
    """Return a workbook of one sheet: heading in bold and frozen, all cells as text or number."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    heading_cells = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, value=str(heading))
        cell.font = Font(bold=True)
        heading_cells.append(cell)
    sheet.append(heading_cells)
    for row in rows:
        sheet.append([value if isinstance(value, (int, float)) else _safe(value) for value in row])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
