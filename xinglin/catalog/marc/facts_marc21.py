"""MARC 21 into `BibFacts`. A field in the original script (880) comes beside its romanised twin.

650 $y is a time and $z a place, the reverse of UNIMARC. For Chinese, Japanese, Korean, Arabic, Hebrew
and Cyrillic titles the original script is the title a reader knows, the romanised one its variant.
"""

import re
from collections.abc import Iterator
from typing import Final

from xinglin.catalog.marc.facts import BibFacts, Kind, Link, LocalHolding, Name, NameKind, Subject
from xinglin.catalog.marc.model import DataField, Flavour, Record
from xinglin.catalog.marc.numbers import Isbn, isbns_in, issn, unified_book_number
from xinglin.catalog.marc.trimming import class_numbers, sentence, trimmed, trimmed_name, unique, year_in

_KINDS: Final = {
    "a": Kind.BOOK, "t": Kind.MANUSCRIPT, "c": Kind.SCORE, "d": Kind.SCORE, "e": Kind.MAP, "f": Kind.MAP,
    "g": Kind.VIDEO, "i": Kind.AUDIO, "j": Kind.AUDIO, "k": Kind.IMAGE, "m": Kind.ELECTRONIC,
    "o": Kind.KIT, "p": Kind.KIT, "r": Kind.OTHER, "z": Kind.AUTHORITY,
    "u": Kind.HOLDINGS, "v": Kind.HOLDINGS, "x": Kind.HOLDINGS, "y": Kind.HOLDINGS,
}  # fmt: skip
_SUBJECTS: Final = {
    "600": "person", "610": "body", "611": "meeting", "630": "work", "648": "time", "650": "topic",
    "651": "place", "655": "form",
}  # fmt: skip
_SCHEMES: Final = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "cash", "6": "rvm"}
_NAMES: Final = {
    "100": NameKind.PERSON, "110": NameKind.BODY, "111": NameKind.MEETING,
    "700": NameKind.PERSON, "710": NameKind.BODY, "711": NameKind.MEETING,
}  # fmt: skip
_NAME_PARTS: Final = {"00": "abcq", "10": "abcdn", "11": "acdenq"}
_NOTES: Final = ("500", "501", "504", "508", "511", "515", "518", "525", "530", "533", "534", "536",
                 "538", "546", "547", "550", "555", "580", "585", "586", "588")  # fmt: skip
_HOLDINGS: Final = frozenset({"252", "852", "905", "920", "949", "952", "995"})
_NO_LANGUAGE: Final = frozenset({"", "|||", "###", "mul", "und", "zxx"})
_STANDARD_NUMBER: Final = re.compile(r"^\s*(?:GB|WS|YY|ISO|IEC|ANSI|ASTM|DIN|BS)[/A-Z0-9 -]*\d")


def facts_of(record: Record) -> BibFacts:
    """Return what a MARC 21 record says."""
    titles = _Titles(record)
    isbns, price = _isbns(record)
    coded = record.control("008") or ""
    imprint = _Imprint(record)
    return BibFacts(
        flavour=Flavour.MARC21,
        control_number=sentence(record.control("001")),
        agency=sentence(record.control("003")) or trimmed(record.get("040", "a")),
        kind=_kind(record),
        record_type=record.leader[6:7],
        bibliographic_level=record.leader[7:8],
        is_electronic=_is_electronic(record, coded),
        title=titles.title,
        subtitle=titles.subtitle,
        part_number=titles.part_number,
        part_name=titles.part_name,
        title_pinyin=titles.pinyin,
        parallel_titles=titles.parallel,
        variant_titles=titles.variants,
        responsibility=titles.responsibility,
        names=tuple(_names(record)),
        publishers=imprint.publishers,
        places=imprint.places,
        year=year_in(imprint.date, coded[7:11] if len(coded) > 10 else ""),
        date=imprint.date,
        edition=trimmed(" ".join(record.values("250", "ab"))),
        extent=trimmed(" ; ".join(record.values("300", "a"))),
        price=price,
        isbns=unique(entry.isbn13 for entry in isbns if entry.isbn13),
        invalid_isbns=tuple(entry for entry in isbns if not entry.isbn13),
        isbn_entries=tuple(isbns),
        issns=unique(issn(value) or "" for value in record.values("022", "a")),
        unified_book_number=_unified(record),
        languages=_languages(record, coded),
        original_languages=_codes(record, "h"),
        country=coded[15:18].strip(" |#^") if len(coded) > 17 else "",
        series=unique(_series(record)),
        subjects=tuple(_subjects(record)),
        keywords=unique(trimmed(value) for value in record.values("653", "a")),
        classes=unique(_classes(record)),
        abstract=sentence(" ".join(record.values("520", "ab"))),
        contents=sentence(" ".join(value for field in record.data("505") for value in field.all("agrt"))),
        notes=unique(sentence(" ".join(field.all("abc3"))) for field in record.data(*_NOTES)),
        links=tuple(_links(record)),
        local_holdings=tuple(LocalHolding(field.tag, field.subfields) for field in record.data(*_HOLDINGS)),
    )


def original_script_of(record: Record, field: DataField) -> DataField | None:
    """Return the 880 that repeats this field in its original script, or None.

    The two point at each other in $6: ``880-02`` here, ``245-02/$1`` there. Occurrence 00 means the
    880 has no twin.
    """
    link = re.match(r"880-(\d\d)", field.get("6") or "")
    if link is None or link[1] == "00":
        return None
    wanted = f"{field.tag}-{link[1]}"
    return next((twin for twin in record.data("880") if (twin.get("6") or "").startswith(wanted)), None)


def _unlinked(record: Record, *tags: str) -> Iterator[DataField]:
    """Yield the 880 fields that stand for a field the record does not have in Latin script."""
    present = {field.tag for field in record.data(*tags)}
    for twin in record.data("880"):
        tag, _, occurrence = (twin.get("6") or "").partition("-")
        if tag in tags and (occurrence[:2] == "00" or tag not in present):
            yield twin


class _Titles:
    """Fields 245, 246 and 740, in the original script where there is one."""

    def __init__(self, record: Record) -> None:
        latin = next(record.data("245"), None) or next(_unlinked(record, "245"), None)
        twin = original_script_of(record, latin) if latin else None
        field = twin or latin
        self.title, self.subtitle, self.parallel = _title_parts(field)
        self.part_number = trimmed(" ".join(field.all("n"))) if field else ""
        self.part_name = trimmed(" ".join(field.all("p"))) if field else ""
        statement = field.get("c") if field else None
        if statement is None and latin:
            statement = latin.get("c")
        self.responsibility = trimmed(statement)
        self.pinyin = _title_parts(latin)[0] if twin and latin else ""
        self.variants = unique(self._variants(record))

    def _variants(self, record: Record) -> Iterator[str]:
        if self.pinyin:
            yield self.pinyin
        for field in record.data("210", "222", "240", "242", "246", "247", "740"):
            for shape in filter(None, (field, original_script_of(record, field))):
                yield ". ".join(filter(None, (trimmed(value) for value in shape.all("anp"))))


def _title_parts(field: DataField | None) -> tuple[str, str, tuple[str, ...]]:
    """Return title, subtitle and parallel titles: what ISBD's mark before $b says they are."""
    if field is None:
        return "", "", ()
    title = trimmed(next((value for value in field.all("a") if trimmed(value)), ""))
    subtitles: list[str] = []
    parallels: list[str] = []
    before = ""
    for code, value in field.subfields:
        if code == "b" and trimmed(value):
            pieces = re.split(r"\s=\s", value)
            target = (
                parallels if before.rstrip().endswith("=") or value.lstrip().startswith("=") else subtitles
            )
            target.append(trimmed(pieces[0].lstrip("= ")))
            parallels.extend(trimmed(piece) for piece in pieces[1:])
        before = value
    if not title:
        title = trimmed(" ".join(field.all("kfnp")))
    return title, " : ".join(filter(None, subtitles)), unique(parallels)


class _Imprint:
    """260 or 264: the publisher (264 _1) before producer, distributor, maker and copyright."""

    def __init__(self, record: Record) -> None:
        fields = [*record.data("260"), *record.data("264")]
        fields.sort(key=lambda field: field.tag == "264" and field.ind2 != "1")
        best = [field for field in fields if field.tag == "260" or field.ind2 == "1"] or fields
        best = best or list(_unlinked(record, "260", "264"))
        both = [twin for field in best if (twin := original_script_of(record, field))]
        self.publishers = unique(trimmed(v).strip("[]") for f in [*best, *both] for v in f.all("b"))
        self.places = unique(trimmed(v).strip("[]") for f in [*best, *both] for v in f.all("a"))
        dates = [trimmed(value) for field in [*best, *fields] for value in field.all("c") if trimmed(value)]
        self.date = dates[0] if dates else ""


def _isbns(record: Record) -> tuple[list[Isbn], str]:
    found: list[Isbn] = []
    price = ""
    for field in record.data("020"):
        qualifier = trimmed(" ".join(field.all("q"))).strip("()")
        for value in field.all("a"):
            found.extend(
                entry if entry.qualifier or not qualifier else entry._replace(qualifier=qualifier)
                for entry in isbns_in(value)
            )
        found.extend(entry._replace(isbn13=None) for value in field.all("z") for entry in isbns_in(value))
        price = price or sentence(field.get("c"))
    return found, price


def _unified(record: Record) -> str:
    values = [*record.values("024", "a"), *record.values("020", "az"), *record.values("091", "a")]
    return next((number for value in values if (number := unified_book_number(value))), "")


def _languages(record: Record, coded: str) -> tuple[str, ...]:
    main = coded[35:38].strip().lower() if len(coded) > 37 else ""
    return unique([main if main not in _NO_LANGUAGE else "", *_codes(record, "ad")])


def _codes(record: Record, codes: str) -> tuple[str, ...]:
    """Return language codes of 041; older records run them together ("engfre")."""
    found: list[str] = []
    for value in record.values("041", codes):
        text = value.strip().lower()
        whole = len(text) % 3 == 0 and text.isalpha()
        found.extend(text[at : at + 3] for at in range(0, len(text), 3) if whole)
    return unique(found)


def _kind(record: Record) -> Kind:
    kind, level = record.leader[6:7], record.leader[7:8]
    coded = record.control("008") or ""
    if kind in "zuvxy" and kind:
        return _KINDS[kind]
    if level in "si" and level:
        return Kind.SERIAL
    if level in "ab" and level:
        return Kind.ARTICLE
    if kind in "at" and kind:
        nature = coded[24:28] if len(coded) > 27 else ""
        if any(record.data("502")) or "m" in nature:
            return Kind.THESIS
        if "u" in nature or _is_standard(record):
            return Kind.STANDARD
        if "j" in nature:
            return Kind.PATENT
        if coded[29:30] == "1" and any(record.data("111", "711")):
            return Kind.CONFERENCE
    return _KINDS.get(kind, Kind.OTHER)


def _is_standard(record: Record) -> bool:
    return any(
        _STANDARD_NUMBER.match(value) for value in record.values("245", "n") + record.values("024", "a")
    )


def _is_electronic(record: Record, coded: str) -> bool:
    """Say whether this is read on a screen: form of item o, q or s, 007 cr, 338 cr or an old GMD."""
    place = 29 if record.leader[6:7] in "efkg" and record.leader[6:7] else 23
    if coded[place : place + 1] in ("o", "q", "s") or record.leader[6:7] == "m":
        return True
    if (record.control("007") or "").startswith("cr") or "cr" in record.values("338", "b"):
        return True
    return any("electronic" in value.lower() or "电子" in value for value in record.values("245", "h"))


def _names(record: Record) -> Iterator[Name]:
    latin = list(record.data(*_NAMES))
    for field in [*latin, *_unlinked(record, *_NAMES)]:
        tag = field.tag if field.tag != "880" else (field.get("6") or "")[:3]
        twin = original_script_of(record, field)
        name = _name(field, tag)
        if not name:
            continue
        kind = NameKind.FAMILY if tag[1:] == "00" and field.ind1 == "3" else _NAMES[tag]
        relators = field.all("e") if tag[1:] != "11" else field.all("j")
        yield Name(
            name=name,
            role=trimmed(" ".join(relators) or " ".join(field.all("4"))),
            kind=kind,
            dates=trimmed(field.get("d")) if tag[1:] == "00" else "",
            is_main=tag.startswith("1"),
            original_script=_name(twin, tag) if twin else "",
        )


def _name(field: DataField, tag: str) -> str:
    parts = [trimmed_name(value) for value in field.all(_NAME_PARTS[tag[1:]])]
    return (". " if tag[1:] == "10" else " ").join(filter(None, parts))


def _series(record: Record) -> Iterator[str]:
    fields = list(record.data("490", "440")) or list(record.data("800", "810", "811", "830"))
    for field in [*fields, *filter(None, (original_script_of(record, field) for field in fields))]:
        main = ". ".join(filter(None, (trimmed(value) for value in field.all("atnp"))))
        volume = trimmed(field.get("v"))
        yield f"{main} ; {volume}" if volume else main


def _subjects(record: Record) -> Iterator[Subject]:
    for field in record.data(*_SUBJECTS):
        kind = _SUBJECTS[field.tag]
        main = (
            _name(field, {"person": "100", "body": "110", "meeting": "111"}[kind]) if kind in _HEADED else ""
        )
        work = trimmed(" ".join(field.all("t" if main else "at")))
        head = [main, work] if main else [work if kind == "work" else trimmed(field.get("a"))]
        parts = unique(
            [*head, *(trimmed(value) for code, value in field.subfields if code and code in "vxyz")]
        )
        if parts:
            yield Subject(
                parts,
                scheme=_SCHEMES.get(field.ind2, "") or trimmed(field.get("2")).lower(),
                kind=kind,
                places=unique([*map(trimmed, field.all("z")), *(parts[:1] if kind == "place" else ())]),
                times=unique(map(trimmed, field.all("y"))),
            )


_HEADED: Final = frozenset({"person", "body", "meeting"})


def _classes(record: Record) -> Iterator[tuple[str, str]]:
    for tag, scheme in (("050", "lcc"), ("060", "nlm"), ("082", "ddc"), ("080", "udc"), ("093", "clc")):
        for field in record.data(tag):
            for value in field.all("a"):
                yield from ((scheme, number.replace("/", "") if scheme == "ddc" else number)
                            for number in _numbers(value, scheme))  # fmt: skip
    for field in record.data("084", "090", "099"):
        source = trimmed(field.get("2")).lower()
        scheme = {"clc": "clc", "ztf": "clc", "nlm": "nlm"}.get(source, source)
        if scheme:
            yield from ((scheme, number) for value in field.all("a") for number in class_numbers(value))


def _numbers(value: str, scheme: str) -> Iterator[str]:
    if scheme == "clc":
        yield from class_numbers(value)
    elif number := trimmed(value):
        yield number


def _links(record: Record) -> Iterator[Link]:
    for field in record.data("856"):
        label = trimmed(field.get("y") or field.get("3") or field.get("z"))
        yield from (Link(url.strip(), label) for url in field.all("u") if url.strip())
