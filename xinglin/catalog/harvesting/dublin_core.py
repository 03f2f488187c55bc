"""Fifteen elements of Dublin Core become a MARC 21 record, so that they go the way of every import.

Source: Library of Congress, Dublin Core to MARC Crosswalk (unqualified). What the crosswalk has no place for
is kept as a general note; nothing is left out.
"""

import re
from collections.abc import Mapping

from xinglin.catalog.marc import ControlField, DataField, Field, Flavour, Record, isbn13, issn, record_as_xml

_LANGUAGES = {
    "zh": "chi", "zh-cn": "chi", "zho": "chi", "en": "eng", "ja": "jpn", "de": "ger", "deu": "ger", "fr": "fre",
    "fra": "fre", "ru": "rus", "es": "spa", "pt": "por", "it": "ita", "ko": "kor", "tr": "tur", "la": "lat",
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_LABEL = re.compile(r"^(?:urn:)?(?:isbn|issn)[:\s]*", re.IGNORECASE)
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
#: element -> (tag, second indicator, subfield)
_PLACES = {
    "subject": ("653", " ", "a"), "description": ("520", " ", "a"), "type": ("655", "7", "a"),
    "source": ("786", " ", "n"), "relation": ("787", " ", "n"), "coverage": ("500", " ", "a"),
    "rights": ("540", " ", "a"), "format": ("856", " ", "q"),
}  # fmt: skip
_ELSEWHERE = frozenset({"title", "creator", "contributor", "publisher", "date", "language", "identifier"})


def record_of(elements: Mapping[str, tuple[str, ...]], *, identifier: str, agency: str) -> bytes | None:
    """Return MARCXML of a description; None where it has no title. ``agency`` names the repository (003)."""
    titles = elements.get("title", ())
    if not titles:
        return None
    creators = elements.get("creator", ())
    fields: list[Field] = [ControlField("001", identifier), ControlField("003", agency)]
    fields.append(ControlField("008", _fixed(elements)))
    fields += _numbers(elements.get("identifier", ()))
    title: list[tuple[str, str]] = [("a", titles[0])]
    if creators:
        title.append(("c", ", ".join(creators)))
    fields.append(DataField("245", "0", "0", tuple(title)))
    fields += [DataField("246", "3", "3", (("a", other),)) for other in titles[1:]]
    # The crosswalk's 720 is a name of no kind; here a reader has to find it among the authors.
    fields += [
        DataField("700" if place else "100", "1", " ", (("a", name),)) for place, name in enumerate(creators)
    ]
    fields += [DataField("700", "1", " ", (("a", name),)) for name in elements.get("contributor", ())]
    published = [("b", name) for name in elements.get("publisher", ())]
    dates = elements.get("date", ())
    published += [("c", moment) for moment in dates[:1]]
    if published:
        fields.append(DataField("260", " ", " ", tuple(published)))
    fields += [DataField("500", " ", " ", (("a", moment),)) for moment in dates[1:]]
    fields += [DataField("546", " ", " ", (("a", name),)) for name in elements.get("language", ())]
    for name, values in elements.items():
        if name in _ELSEWHERE:
            continue
        tag, second, code = _PLACES.get(name, ("500", " ", "a"))
        fields += [DataField(tag, " ", second, ((code, value),)) for value in values]
    fields.sort(key=lambda field: field.tag)
    leader = f"00000n{_kind(elements)}a2200000 u 4500"
    return record_as_xml(Record(leader, tuple(fields)), flavour=Flavour.MARC21).encode()


def _kind(elements: Mapping[str, tuple[str, ...]]) -> str:
    """Return type of record and bibliographic level (leader 06, 07)."""
    said = " ".join(elements.get("type", ())).lower()
    if "article" in said:
        return "ab"
    return "as" if "journal" in said or "serial" in said else "am"


def _fixed(elements: Mapping[str, tuple[str, ...]]) -> str:
    year = next((found[1] for moment in elements.get("date", ()) if (found := _YEAR.search(moment))), "    ")
    said = next(iter(elements.get("language", ())), "").strip().lower()
    language = _LANGUAGES.get(said, said if re.fullmatch("[a-z]{3}", said) else "und")
    places = dict.fromkeys(range(40), " ") | {6: "s" if year.strip() else "n", 15: "x", 16: "x", 39: "d"}
    places |= {7 + at: letter for at, letter in enumerate(year)}
    places |= {35 + at: letter for at, letter in enumerate(language)}
    if any(_is_web(text) for text in elements.get("identifier", ())):
        places[23] = "o"  # online
    return "".join(places[at] for at in range(40))


def _is_web(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def _numbers(identifiers: tuple[str, ...]) -> list[DataField]:
    """Return each identifier where MARC has a place for it; addresses where they can be followed."""
    found: list[DataField] = []
    for text in (each.strip() for each in identifiers):
        bare = _LABEL.sub("", text)
        if doi := _DOI.fullmatch(text):
            found.append(DataField("024", "7", " ", (("a", doi[1]), ("2", "doi"))))
        elif _is_web(text):
            found.append(DataField("856", "4", "0", (("u", text),)))
        elif number := isbn13(bare):
            found.append(DataField("020", " ", " ", (("a", number),)))
        elif _ISSN.fullmatch(bare) and (serial := issn(bare)):
            found.append(DataField("022", " ", " ", (("a", serial),)))
        else:
            found.append(DataField("024", "8", " ", (("a", text),)))
    return found
