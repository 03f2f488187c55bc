"""UNIMARC and CNMARC into `BibFacts` (GB/T 33286-2016; library systems sheet 2.3).

The traps: 606 $y is a place and $z a time, the reverse of MARC 21. Pinyin is $9 or a capital subfield
code. A repeated 200 $a is another work by the same author, $c one by another. Vendors put 200 $h after
$f and 701 $4 before $a. Chinese names are not split into surname and forename; European ones are.
"""

import re
from collections.abc import Iterator
from typing import Final

from xinglin.catalog.marc.facts import BibFacts, Kind, Link, LocalHolding, Name, NameKind, Subject
from xinglin.catalog.marc.model import DataField, Flavour, Record
from xinglin.catalog.marc.numbers import Isbn, isbns_in, issn, unified_book_number
from xinglin.catalog.marc.trimming import class_numbers, sentence, trimmed, unique, year_in

_KINDS: Final = {
    "a": Kind.BOOK, "b": Kind.MANUSCRIPT, "c": Kind.SCORE, "d": Kind.SCORE, "e": Kind.MAP, "f": Kind.MAP,
    "g": Kind.VIDEO, "i": Kind.AUDIO, "j": Kind.AUDIO, "k": Kind.IMAGE, "l": Kind.ELECTRONIC,
    "m": Kind.KIT, "r": Kind.OTHER,
}  # fmt: skip
_SUBJECTS: Final = {
    "600": "person", "601": "body", "602": "family", "604": "work", "605": "work", "606": "topic",
    "607": "place", "608": "form",
}  # fmt: skip
_NAMES: Final = {
    "700": NameKind.PERSON, "701": NameKind.PERSON, "702": NameKind.PERSON,
    "710": NameKind.BODY, "711": NameKind.BODY, "712": NameKind.BODY,
    "720": NameKind.FAMILY, "721": NameKind.FAMILY, "722": NameKind.FAMILY,
}  # fmt: skip
_NOTES: Final = ("300", "301", "302", "303", "304", "305", "306", "307", "308", "310", "311", "312", "314",
                 "315", "317", "318", "320", "321", "322", "323", "324", "325", "326", "328", "332",
                 "333", "334", "336", "337", "345")  # fmt: skip
_HOLDINGS: Final = frozenset({"252", "852", "905", "906", "920", "930", "952", "995"})
_HAN: Final = re.compile("[\u3400-\u9fff]")
_STANDARD_NUMBER: Final = re.compile(r"^\s*(?:GB|WS|YY|ISO|IEC|JB|HJ|DB|T/)[/A-Z0-9 ]*\d")


def facts_of(record: Record, flavour: Flavour) -> BibFacts:
    """Return what a UNIMARC or CNMARC record says."""
    coded = record.get("100", "a") or ""
    titles = _Titles(record)
    isbns, price = _isbns(record)
    date = next(
        (trimmed(value) for tag in ("210", "214") for value in record.values(tag, "dh") if value.strip()), ""
    )
    electronic = _is_electronic(record)
    return BibFacts(
        flavour=flavour,
        control_number=sentence(record.control("001")),
        agency=_agency(record),
        kind=_kind(record),
        record_type=record.leader[6:7],
        bibliographic_level=record.leader[7:8],
        is_electronic=electronic,
        title=titles.title,
        subtitle=titles.subtitle,
        part_number=titles.part_number,
        part_name=titles.part_name,
        title_pinyin=titles.pinyin,
        parallel_titles=titles.parallel,
        variant_titles=titles.variants,
        responsibility=titles.responsibility,
        names=tuple(_names(record)),
        publishers=unique(trimmed(value) for tag in ("210", "214") for value in record.values(tag, "c")),
        places=unique(
            trimmed(value).strip("[]") for tag in ("210", "214") for value in record.values(tag, "a")
        ),
        year=year_in(date, coded[9:13] if len(coded) > 12 else ""),
        date=date,
        edition=trimmed(" ".join(record.values("205", "ab"))),
        extent=trimmed(" ; ".join(record.values("215", "a"))),
        price=price,
        isbns=unique(entry.isbn13 for entry in isbns if entry.isbn13),
        invalid_isbns=tuple(entry for entry in isbns if not entry.isbn13),
        isbn_entries=tuple(isbns),
        issns=unique(issn(value) or "" for value in record.values("011", "a")),
        unified_book_number=_unified(record),
        languages=unique(value.strip().lower() for value in record.values("101", "a")),
        original_languages=_original_languages(record),
        country=trimmed(record.get("102", "a")).upper(),
        series=unique(_series(record)),
        subjects=tuple(_subjects(record)),
        keywords=unique(trimmed(value) for value in record.values("610", "a")),
        classes=unique(_classes(record)),
        abstract=sentence("\n".join(record.values("330", "a"))),
        contents=sentence(" ; ".join(record.values("327", "a"))),
        notes=unique(sentence(" ".join(field.all("abcdefgz"))) for field in record.data(*_NOTES)),
        links=tuple(_links(record)),
        local_holdings=tuple(LocalHolding(field.tag, field.subfields) for field in record.data(*_HOLDINGS)),
    )


class _Titles:
    """Field 200 and its satellites, read in the order of the subfields."""

    def __init__(self, record: Record) -> None:
        field = next(record.data("200"), None)
        self.title = self.subtitle = self.part_number = self.part_name = self.pinyin = ""
        self.statements: list[str] = []
        self.others: list[str] = []
        parallels: list[str] = []
        self.is_parallel = False
        for code, value in field.subfields if field else ():
            text = trimmed(value).lstrip("= ")
            if code == "d":
                self.is_parallel = True
                parallels.append(text)
            elif text:
                self._take(code, text, parallels)
        self.parallel = unique([*parallels, *_title_values(record, ("510",))])
        self.variants = unique([*self.others, *_title_values(record, _VARIANT_TITLES)])
        self.responsibility = " ; ".join(unique(self.statements))
        if not self.pinyin:
            self.pinyin = next((trimmed(value) for value in record.values("200", "A9") if value.strip()), "")

    def _take(self, code: str, text: str, parallels: list[str]) -> None:
        if code == "a" and not self.title:
            self.title = text
        elif code in ("a", "c"):
            self.others.append(text)
        elif code == "e" and not self.is_parallel:
            self.subtitle = self.subtitle or text
        elif code in ("f", "g") and not _is_repeated_latin(text, self.is_parallel):
            self.statements.append(text)
        elif code == "h" and not self.is_parallel:
            self.part_number = self.part_number or text
        elif code == "i" and not self.is_parallel:
            self.part_name = self.part_name or text
        elif code in ("h", "i") and parallels:
            parallels[-1] = f"{parallels[-1]}. {text}"
        elif code in ("A", "9") and not self.pinyin:
            self.pinyin = text


def _is_repeated_latin(text: str, is_parallel: bool) -> bool:
    """Say whether a statement after a parallel title is the same people in the other language."""
    return is_parallel and not _HAN.search(text)


_VARIANT_TITLES: Final = (
    "500", "501", "503", "512", "513", "514", "515", "516", "517", "518", "520", "530", "531", "532",
    "540", "541", "545",
)  # fmt: skip


def _title_values(record: Record, tags: tuple[str, ...]) -> Iterator[str]:
    for field in record.data(*tags):
        parts = [trimmed(value) for value in field.all("ahi")]
        yield ". ".join(filter(None, parts))


def _isbns(record: Record) -> tuple[list[Isbn], str]:
    found: list[Isbn] = []
    price = ""
    for field in record.data("010"):
        binding = trimmed(field.get("b")).strip("()（）")
        for value in field.all("a"):
            found.extend(
                entry if entry.qualifier or not binding else entry._replace(qualifier=binding)
                for entry in isbns_in(value)
            )
        found.extend(entry._replace(isbn13=None) for value in field.all("z") for entry in isbns_in(value))
        price = price or sentence(field.get("d"))
    return found, price or sentence(record.get("011", "d"))


def _unified(record: Record) -> str:
    for value in [*record.values("091", "a"), *record.values("010", "a"), *record.values("092", "ab")]:
        number = unified_book_number(value)
        if number:
            return number
    return ""


def _agency(record: Record) -> str:
    """Return who made the record: 801 with second indicator 0 (original), else the first."""
    fields = list(record.data("801"))
    original = [field for field in fields if field.ind2 == "0"]
    return trimmed((original or fields)[0].get("b")) if fields else ""


def _original_languages(record: Record) -> tuple[str, ...]:
    own = {value.strip().lower() for value in record.values("101", "a")}
    named = unique(value.strip().lower() for value in record.values("101", "c"))
    return tuple(language for language in named if language not in own or len(own) > 1)


def _kind(record: Record) -> Kind:
    kind, level = record.leader[6:7], record.leader[7:8]
    coded = (record.get("105", "a") or "")[4:8]
    if level == "s":
        return Kind.SERIAL
    if level == "a":
        return Kind.ARTICLE
    if kind == "a" and any(record.data("328")):
        return Kind.THESIS
    if kind == "a" and any(letter in coded for letter in "mv"):
        return Kind.THESIS
    if kind == "a" and ("j" in coded or _is_standard(record)):
        return Kind.STANDARD
    return _KINDS.get(kind, Kind.OTHER)


def _is_standard(record: Record) -> bool:
    return any(
        _STANDARD_NUMBER.match(value) for value in record.values("015", "a") + record.values("225", "a")
    )


def _is_electronic(record: Record) -> bool:
    if record.leader[6:7] == "l" or any(value[:1] in "st" for value in record.values("106", "a") if value):
        return True
    forms = " ".join([*record.values("200", "b"), *record.values("230", "a"), *record.values("183", "a")])
    return any(word in forms for word in ("电子", "網絡", "网络", "électronique", "computer file"))


def _names(record: Record) -> Iterator[Name]:
    for field in record.data(*_NAMES):
        kind = _NAMES[field.tag]
        if kind is NameKind.BODY and field.ind1 == "1":
            kind = NameKind.MEETING
        name = _name(field, kind)
        if not name:
            continue
        yield Name(
            name=name,
            role=trimmed(" ".join(field.all("4"))),
            kind=kind,
            dates=trimmed(field.get("f")).strip("()（）"),
            pinyin=trimmed(field.get("A") or _pinyin_in_9(field)),
            is_main=field.tag in ("700", "710", "720") or (field.tag in ("701", "711") and field.ind2 != "2"),
        )


def _name(field: DataField, kind: NameKind) -> str:
    """Return the heading; a European name's parts are put together as "Surname, Forename"."""
    main = trimmed(field.get("a"))
    if kind is NameKind.PERSON:
        rest = trimmed(field.get("g") or field.get("b")).lstrip(", ")
        return f"{main}, {rest}" if main and rest else main or rest
    parts = [main, *(trimmed(value) for value in field.all("b"))]
    return ". ".join(filter(None, parts))


def _pinyin_in_9(field: DataField) -> str:
    """Return $9 when it is pinyin: letters and blanks. French libraries keep record numbers there."""
    value = field.get("9") or ""
    return value if value and not any(char.isdigit() for char in value) else ""


def _series(record: Record) -> Iterator[str]:
    for field in record.data("225"):
        parts = ". ".join(trimmed(value) for value in field.all("ahi") if trimmed(value))
        volume = trimmed(field.get("v"))
        yield f"{parts} ; {volume}" if volume else parts
    if not any(record.data("225")):
        for field in record.data("410", "461", "462"):
            yield trimmed(field.get("t") or _embedded_title(field))


def _embedded_title(field: DataField) -> str:
    """Return 200 $a from a link field that holds whole fields ($1200 1 $aTitle)."""
    inside = False
    for code, value in field.subfields:
        if code == "1":
            inside = value.startswith("200")
        elif inside and code == "a":
            return value
    return ""


def _subjects(record: Record) -> Iterator[Subject]:
    for field in record.data(*_SUBJECTS):
        kind = _SUBJECTS[field.tag]
        main = field.all("at") if kind == "work" else field.all("a")
        if kind in ("person", "body", "family"):
            main = [_name(field, NameKind.PERSON if kind == "person" else NameKind.BODY)]
        parts = unique(trimmed(value) for value in [*main, *_subdivisions(field)])
        if parts:
            yield Subject(
                parts,
                scheme=trimmed(field.get("2")).lower(),
                kind=kind,
                places=unique([*map(trimmed, field.all("y")), *(parts[:1] if kind == "place" else ())]),
                times=unique(map(trimmed, field.all("z"))),
            )


def _subdivisions(field: DataField) -> Iterator[str]:
    for code, value in field.subfields:
        if code in "xyzj" and code:
            yield value


def _classes(record: Record) -> Iterator[tuple[str, str]]:
    for tag, scheme in (("690", "clc"), ("692", "las"), ("676", "ddc"), ("680", "lcc"), ("675", "udc")):
        for value in record.values(tag, "a"):
            yield from ((scheme, number) for number in class_numbers(value))
    for field in record.data("686"):
        scheme = trimmed(field.get("2")).lower() or "other"
        yield from ((scheme, number) for value in field.all("a") for number in class_numbers(value))


def _links(record: Record) -> Iterator[Link]:
    for field in record.data("856"):
        label = trimmed(field.get("z") or field.get("3") or field.get("2"))
        yield from (Link(url.strip(), label) for url in field.all("u") if url.strip())
