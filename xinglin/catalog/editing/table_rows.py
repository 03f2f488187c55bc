"""One row of a sheet becomes a record: described by its own cells, or by the one record its ISBN stands for."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.description import Description, taken_from
from xinglin.catalog.editing.described import cnmarc_of
from xinglin.catalog.editing.headings import Meaning
from xinglin.catalog.editing.sheet_isbns import SheetIsbn, isbn_in_cell
from xinglin.catalog.marc import DataField, Flavour, read_record, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.models import ImportProfile, Record, RecordState
from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import Row

_ROLES = re.compile(r"(?<=.{2})\s*(?:主编|编著|编写|主译|编译|著|编|译|等)+$")
_LANGUAGES = {"中文": "chi", "汉语": "chi", "英文": "eng", "英语": "eng", "日文": "jpn", "日语": "jpn"}


@dataclass(frozen=True)
class BadLine:
    """A row that becomes no record."""

    number: int
    code: str
    reason: str
    text: str


class ColumnWithoutPlace(Refusal):
    """The library's import profile has no subfield for what a column holds."""

    code = "column_without_place"


class RowWithoutRecord(Refusal):
    """A row that cannot become a record."""

    code = "row_without_record"


class TableLine:
    """One row under a mapping."""

    def __init__(self, row: Row, mapping: Mapping[str, Meaning]) -> None:
        self.row = row
        self.said = {meaning: row[heading] for heading, meaning in mapping.items()}
        self.isbn: SheetIsbn = isbn_in_cell(self[Meaning.ISBN])

    def __getitem__(self, meaning: Meaning) -> str:
        return self.said.get(meaning, "").strip()

    def refused(self, code: str, reason: str) -> BadLine:
        text = io.StringIO()
        csv.writer(text).writerow(self.row.cells.values())
        told = _("表格第 %(number)d 行：%(reason)s") % {"number": self.row.number, "reason": reason}
        return BadLine(self.row.number, code, told, text.getvalue().strip())


def record_of(line: TableLine, held: Mapping[str, list[Record]], profile: ImportProfile) -> bytes:
    if line[Meaning.TITLE]:
        marc, flavour = _described(line), Flavour.CNMARC
    else:
        marc, flavour = _from_catalogue(line, held, profile)
    copy = _copy_field(line, profile)
    fields = [*marc.fields, *([copy] if copy else [])]
    fields.sort(key=lambda field: field.tag)
    return write_iso2709(marc.with_fields(tuple(fields)), flavour=flavour)


def _described(line: TableLine) -> MarcRecord:
    year = re.search(r"(?:1[89]|20)\d\d", line[Meaning.YEAR])
    language = line[Meaning.LANGUAGE]
    number = line.isbn.number
    wrong = line[Meaning.ISBN] if not number and not line.isbn.is_damaged else ""
    marc = cnmarc_of(
        Description(
            title=line[Meaning.TITLE],
            subtitle=line[Meaning.SUBTITLE],
            volume=line[Meaning.VOLUME],
            responsibility=line[Meaning.AUTHOR],
            authors=tuple(filter(None, map(_name, _parts(line[Meaning.AUTHOR])))),
            edition=line[Meaning.EDITION],
            place=line[Meaning.PLACE],
            publisher=line[Meaning.PUBLISHER],
            year=int(year[0]) if year else None,
            extent=_extent(line[Meaning.EXTENT]),
            series=tuple(filter(None, (line[Meaning.SERIES],))),
            isbns=(number,) if number else (),
            identifiers=(wrong,) if wrong else (),
            classes=tuple(_parts(line[Meaning.CLASS])),
            keywords=tuple(_parts(line[Meaning.SUBJECT])),
            languages=(_LANGUAGES.get(language, language if re.fullmatch("[a-z]{3}", language) else "chi"),),
            abstract=line[Meaning.ABSTRACT],
        )
    )
    return _with_price(marc, line[Meaning.PRICE])


def _with_price(marc: MarcRecord, price: str) -> MarcRecord:
    """Put the price beside the ISBN, where CNMARC has it; a book without one has it alone."""
    if not price:
        return marc
    said = ("d", f"CNY{price}" if re.fullmatch(r"\d+(\.\d+)?", price) else price)
    fields = list(marc.fields)
    for place, field in enumerate(fields):
        if isinstance(field, DataField) and field.tag == "010":
            fields[place] = field._replace(subfields=(*field.subfields, said))
            return marc.with_fields(tuple(fields))
    return marc.with_fields((DataField("010", " ", " ", (said,)), *fields))


def _from_catalogue(
    line: TableLine, held: Mapping[str, list[Record]], profile: ImportProfile
) -> tuple[MarcRecord, Flavour]:
    """Return the record that a bare ISBN stands for. Raises ``RowWithoutRecord`` unless it is exactly one."""
    number = line.isbn.number
    if number is None:
        said = line[Meaning.ISBN]
        if said:
            raise RowWithoutRecord(
                gettext_lazy("没有题名，“%(said)s”也不是有效的 ISBN；请补题名或核对书号。"), said=said
            )
        raise RowWithoutRecord(gettext_lazy("既没有题名，也没有 ISBN；请至少填一项。"))
    found = held.get(number, [])
    if not found:
        raise RowWithoutRecord(
            gettext_lazy("目录里没有 ISBN %(isbn)s，表里也没有题名；请先套录这种书，或在表里补题名。"),
            isbn=number,
        )
    if len(found) > 1:
        raise RowWithoutRecord(
            gettext_lazy(
                "ISBN %(isbn)s 在目录里有 %(count)d 条书目（多卷书常共用书号）；请在表里补题名和卷册。"
            ),
            isbn=number,
            count=len(found),
        )
    marc, flavour = _marc_of(found[0])
    # The copies of others that stand in it are theirs; only the row's own is added.
    kept = tuple(field for field in marc.fields if field.tag not in (profile.holdings_tag, "852"))
    return marc.with_fields(kept), flavour


def _marc_of(record: Record) -> tuple[MarcRecord, Flavour]:
    if record.marc:
        try:
            read = read_record(bytes(record.marc))
        except Unreadable:
            return cnmarc_of(taken_from(record)), Flavour.CNMARC
        return read.record, read.flavour
    return cnmarc_of(taken_from(record)), Flavour.CNMARC


def held_under(isbns: set[str]) -> dict[str, list[Record]]:
    """Return the active records of each ISBN, in one query."""
    found: dict[str, list[Record]] = {}
    if isbns:
        for record in Record.objects.filter(state=RecordState.ACTIVE, isbns__overlap=list(isbns)):
            for isbn in isbns.intersection(record.isbns):
                found.setdefault(isbn, []).append(record)
    return found


_PLACES = {
    Meaning.LOCATION: "location_subfield",
    Meaning.BARCODE: "barcode_subfield",
    Meaning.CALL_NUMBER: "call_number_subfield",
}


def require_places(mapping: Mapping[str, Meaning], profile: ImportProfile) -> None:
    for meaning in mapping.values():
        if meaning in _PLACES and not getattr(profile, _PLACES[meaning]):
            raise ColumnWithoutPlace(
                gettext_lazy(
                    "本馆的导入配置没有给“%(what)s”指定子字段；请先在“导入配置”里填写，或不导入这一列。"
                ),
                what=meaning.label,
            )


def _copy_field(line: TableLine, profile: ImportProfile) -> DataField | None:
    said = [(getattr(profile, place), line[meaning]) for meaning, place in _PLACES.items() if line[meaning]]
    if not said:
        return None
    if profile.volume_subfield and line[Meaning.VOLUME]:
        said.append((profile.volume_subfield, line[Meaning.VOLUME]))
    return DataField(profile.holdings_tag, " ", " ", tuple(said))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；,，、/]", text) if part.strip()]


def _name(text: str) -> str:
    return _ROLES.sub("", re.sub(r"^[\[［(（].{1,4}[\]］)）]\s*", "", text)).strip()


def _extent(text: str) -> str:
    return f"{text}页" if text.isdigit() else text
