"""A record as a catalogue card shows it: the areas of ISBD, for CNMARC/UNIMARC and for MARC 21.

UNIMARC stores what stands between the marks and ISBD puts the marks in; which mark depends on the
subfield and on the one before it (`_UNIMARC`). MARC 21 stores the marks with the text, and records
made without them (leader/18 "c" or "n") get them here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from xinglin.catalog.marc.model import DataField, Flavour, Record
from xinglin.catalog.marc.trimming import sentence, unique


class Area(StrEnum):
    """The areas of ISBD, and three parts of the first that catalogues show alone."""

    TITLE_AREA = "title_area"
    TITLE = "title"
    AUTHOR = "author"
    TITLE_PINYIN = "titlepinyin"
    EDITION = "edition_area"
    MATERIAL = "material_specific_area"
    PUBLICATION = "publication_area"
    PUBLISHER = "publisher"
    DESCRIPTION = "material_description_area"
    SERIES = "series_area"
    NOTES = "notes_area"
    RESOURCE = "resource_identifier_area"
    CLASS = "clc_class"


_CARD: Final = (
    Area.TITLE_AREA, Area.EDITION, Area.MATERIAL, Area.PUBLICATION, Area.DESCRIPTION, Area.SERIES,
    Area.NOTES, Area.RESOURCE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One area of a card and its text."""

    area: Area
    text: str


def isbd(record: Record, flavour: Flavour) -> tuple[Line, ...]:
    """Return the card: the areas that have something to say, in ISBD's order."""
    lines = (Line(area, area_text(record, area, flavour)) for area in _CARD)
    return tuple(line for line in lines if line.text)


def area_text(record: Record, area: Area, flavour: Flavour) -> str:
    """Return one area's text, empty when the record has nothing for it."""
    makers = _UNIMARC if flavour.is_unimarc_family else _MARC21
    maker = makers.get(area)
    return maker(record) if maker else ""


Marks = Callable[[str, str], str | None]


def _joined(field: DataField, marks: Marks, *, shown: str | None = None) -> str:
    """Join subfields with the mark that ``marks(code, code before)`` gives; None leaves one out.

    ``shown`` keeps only some of them; the others still count as what stood before.
    """
    text = ""
    before = ""
    for code, value in field.subfields:
        mark = marks(code, before)
        part = sentence(value)
        if mark is None or not part:
            continue
        if code == "d" and mark.startswith(" ="):
            part = part.lstrip("= ")
        before = code
        if shown is not None and code not in shown:
            continue
        closing = "]" if mark.endswith("[") else ""
        text += (mark if text else mark.lstrip(" .:;/=,")) + part + closing
    return text


def _title_marks(code: str, before: str) -> str | None:
    """Return the marks of field 200.

    A title after a statement of responsibility is another author's or has had its own: full stop.
    A title right after a title is by the same hand: semicolon.
    """
    match code:
        case "a":
            return ". " if before in ("f", "g") else " ; "
        case "f" | "g":
            return " ; " if before in ("f", "g") else " / "
        case "i":
            return ", " if before == "h" else ". "
        case _:
            return {"b": " [", "c": ". ", "d": " = ", "e": " : ", "h": ". "}.get(code)


def _edition_marks(code: str, before: str) -> str | None:
    if code in ("f", "g"):
        return " ; " if before in ("f", "g") else " / "
    return {"a": ", " if before else "", "b": ", ", "d": " = "}.get(code)


def _series_marks(code: str, before: str) -> str | None:
    match code:
        case "f":
            return " ; " if before == "f" else " / "
        case "i":
            return ", " if before == "h" else ". "
        case _:
            return {"a": ". ", "d": " = ", "e": " : ", "h": ". ", "v": " ; ", "x": ", ISSN "}.get(code)


def _imprint_marks(code: str, _before: str) -> str | None:
    return {"a": " ; ", "c": " : ", "d": ", "}.get(code)


def _making_marks(code: str, _before: str) -> str | None:
    """Return the marks of the manufacture, which stands in brackets after the imprint."""
    return {"e": " ; ", "g": " : ", "h": ", "}.get(code)


def _description_marks(code: str, _before: str) -> str | None:
    return {"a": ", ", "c": " : ", "d": " ; ", "e": " + "}.get(code)


def _first(record: Record, tag: str, marks: Marks, *, shown: str | None = None) -> str:
    field = next(record.data(tag), None)
    return _joined(field, marks, shown=shown) if field else ""


def _pinyin(record: Record) -> str:
    field = next(record.data("200"), None)
    return next((sentence(value) for value in field.all("9A") if value.strip()), "") if field else ""


def _publication(record: Record) -> str:
    fields = list(record.data("210", "214"))
    imprints = [_joined(field, _imprint_marks) for field in fields]
    makings = [made for field in fields if (made := _joined(field, _making_marks))]
    text = ". ".join(filter(None, imprints))
    return f"{text} ({'. '.join(makings)})" if makings else text


def _material(record: Record) -> str:
    """Return area 3: scale and coordinates of maps (206), numbering of serials (207), music (208)."""
    parts = [_mathematical(field) for field in record.data("206")]
    parts += [" ; ".join(map(sentence, field.all("a"))) for field in record.data("207")]
    parts += [" = ".join(map(sentence, field.all("ad"))) for field in record.data("208")]
    return ". ".join(filter(None, parts))


def _mathematical(field: DataField) -> str:
    scales = ". ".join(map(sentence, field.all("ab")))
    projection = " ; ".join(filter(None, [scales, *map(sentence, field.all("c"))]))
    place = " ; ".join(map(sentence, field.all("def")))
    return " ".join(filter(None, [projection, f"({place})" if place else ""]))


def _series(record: Record) -> str:
    return " ".join(f"({text})" for field in record.data("225") if (text := _joined(field, _series_marks)))


def _unimarc_numbers(record: Record) -> Iterator[str]:
    for field in record.data("010"):
        number = sentence(field.get("a"))
        binding = sentence(field.get("b")).strip("()（）")
        parts = [f"ISBN {number}" if number else "", f"({binding})" if binding else ""]
        text = " ".join(filter(None, parts))
        yield " : ".join(filter(None, [text, sentence(field.get("d"))]))
    for field in record.data("011"):
        number, price = sentence(field.get("a")), sentence(field.get("d"))
        yield " : ".join(filter(None, [f"ISSN {number}" if number else "", price]))
    yield from (f"统一书号 {sentence(value)}" for value in record.values("091", "a"))


def _notes(record: Record, tags: Sequence[str], codes: str) -> str:
    return "\n".join(unique(" ".join(map(sentence, field.all(codes))) for field in record.data(*tags)))


_UNIMARC_NOTES: Final = tuple(f"3{number:02d}" for number in range(46) if number not in (27, 30))
_MARC21_NOTES: Final = tuple(f"5{number:02d}" for number in range(90) if number not in (5, 20))

_UNIMARC: Final[dict[Area, Callable[[Record], str]]] = {
    Area.TITLE_AREA: lambda record: _first(record, "200", _title_marks),
    Area.TITLE: lambda record: _first(record, "200", _title_marks, shown="acdehi"),
    Area.AUTHOR: lambda record: " ; ".join(
        sentence(value) for field in _one(record, "200") for value in field.all("fg") if value.strip()
    ),
    Area.TITLE_PINYIN: _pinyin,
    Area.EDITION: lambda record: ". ".join(_each(record, ("205",), _edition_marks)),
    Area.MATERIAL: _material,
    Area.PUBLICATION: _publication,
    Area.PUBLISHER: lambda record: " : ".join(
        sentence(value) for field in record.data("210", "214") for value in field.all("c") if value.strip()
    ),
    Area.DESCRIPTION: lambda record: " ; ".join(_each(record, ("215",), _description_marks)),
    Area.SERIES: _series,
    Area.NOTES: lambda record: _notes(record, _UNIMARC_NOTES, "abcdefgz"),
    Area.RESOURCE: lambda record: "\n".join(filter(None, _unimarc_numbers(record))),
    Area.CLASS: lambda record: " ; ".join(unique(map(sentence, record.values("690", "a")))),
}


def _one(record: Record, tag: str) -> Iterable[DataField]:
    return list(record.data(tag))[:1]


def _each(record: Record, tags: tuple[str, ...], marks: Marks) -> Iterator[str]:
    return (text for field in record.data(*tags) if (text := _joined(field, marks)))


# MARC 21: the mark before each subfield, put in only where the record has none.
_MARC21_MARKS: Final[dict[str, dict[str, str]]] = {
    "245": {"b": " : ", "c": " / ", "n": ". ", "p": ", ", "h": " "},
    "250": {"b": " / "},
    "260": {"a": " ; ", "b": " : ", "c": ", ", "e": " (", "f": " : ", "g": ", "},
    "264": {"a": " ; ", "b": " : ", "c": ", "},
    "300": {"b": " : ", "c": " ; ", "e": " + "},
    "490": {"v": " ; ", "x": ", ISSN "},
}
_ENDS_WITH_MARK: Final = re.compile(r"[:;/=,+.(\[]$")
_FINAL_MARK: Final = re.compile(r"\s*[:;/=,+]\s*$")


def _marc21_field(field: DataField, codes: str) -> str:
    text = ""
    marks = _MARC21_MARKS.get(field.tag, {})
    for code, value in field.subfields:
        part = sentence(value)
        if not part or code not in codes:
            continue
        marked = _ENDS_WITH_MARK.search(text) or part[:1] in "=:;/([+"
        text += ((" " if marked else marks.get(code, " ")) if text else "") + part
    return _FINAL_MARK.sub("", text)


def _marc21_area(tags: tuple[str, ...], codes: str, *, between: str = ". ") -> Callable[[Record], str]:
    def make(record: Record) -> str:
        return between.join(filter(None, (_marc21_field(field, codes) for field in record.data(*tags))))

    return make


def _marc21_series(record: Record) -> str:
    texts = (_marc21_field(field, "anpvx") for field in record.data("490", "440"))
    return " ".join(f"({text.rstrip('.')})" for text in texts if text)


def _marc21_numbers(record: Record) -> str:
    isbns = (" ".join(map(sentence, field.all("aq"))).rstrip(" :") for field in record.data("020"))
    issns = (sentence(value) for value in record.values("022", "a"))
    lines = [f"ISBN {text}" for text in isbns if text] + [f"ISSN {text}" for text in issns if text]
    return "\n".join(lines)


_MARC21: Final[dict[Area, Callable[[Record], str]]] = {
    Area.TITLE_AREA: _marc21_area(("245",), "abchnp"),
    Area.TITLE: _marc21_area(("245",), "abnp"),
    Area.AUTHOR: _marc21_area(("245",), "c"),
    Area.EDITION: _marc21_area(("250",), "ab"),
    Area.MATERIAL: _marc21_area(("254", "255", "362"), "abcdefg"),
    Area.PUBLICATION: _marc21_area(("260", "264"), "abcefg"),
    Area.PUBLISHER: _marc21_area(("260", "264"), "b", between=" : "),
    Area.DESCRIPTION: _marc21_area(("300",), "abcefg"),
    Area.SERIES: _marc21_series,
    Area.NOTES: lambda record: _notes(record, _MARC21_NOTES, "abcdefgnt3"),
    Area.RESOURCE: _marc21_numbers,
    Area.CLASS: lambda record: " ; ".join(unique(map(sentence, record.values("084", "a")))),
}
