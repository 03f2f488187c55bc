"""Standard numbers as they are found in records: ISBN, ISSN and 统一书号, normalised or kept as invalid."""

import re
import unicodedata
from typing import Final, NamedTuple

_DASHES: Final = re.compile("[\u2010-\u2015\u2212\u00ad\ufe58\ufe63\uff0d\u30fc—‐–]")
_ISBN_RUN: Final = re.compile(
    r"(?<![0-9])(97[89](?:[- .]?[0-9]){9}[- .]?[0-9]|[0-9](?:[- .]?[0-9]){8}[- .]?[0-9Xx])(?![0-9])"
)
_EXCEL: Final = re.compile(r"^\s*[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}\s*$")
_ISSN: Final = re.compile(r"(?<![0-9])([0-9]{4})[- ]?([0-9]{3}[0-9Xx])(?![0-9])")
_UNIFIED: Final = re.compile(r"(?<![0-9])([0-9]{4,5})\s*[·•・.．‧∙]\s*([0-9]{1,6})(?:\s*/\s*([0-9]+))?")
_LABEL: Final = re.compile(r"^\s*(?:ISBN(?:-?1[03])?|ISSN)\s*[:：]?\s*", re.IGNORECASE)


class Isbn(NamedTuple):
    """One number as given, with its ISBN-13 when it is valid and the words beside it."""

    given: str
    isbn13: str | None
    qualifier: str = ""


def _plain(text: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text))


def isbn13(text: str) -> str | None:
    """Return the ISBN-13 of text that is one ISBN in any shape, or None when it is not a valid one.

    Full-width digits, any kind of hyphen, blanks and an "ISBN" label are taken; ISBN-10 is converted.
    Bytes lost in a spreadsheet (``9.79E+12``) make a number that is none.
    """
    compact = re.sub(r"[\s\-.]", "", _LABEL.sub("", _plain(text))).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", compact) and _check10(compact[:9]) == compact[9]:
        return _to13("978" + compact[:9])
    if re.fullmatch(r"97[89][0-9]{10}", compact) and _to13(compact[:12]) == compact:
        return compact
    return None


def isbns_in(text: str) -> list[Isbn]:
    """Return the ISBNs in one subfield: usually one, with its qualifier ("上册", "精装", "pbk.").

    A subfield that holds something but no valid ISBN gives one entry without ISBN-13, as it stands.
    """
    plain = _LABEL.sub("", _plain(text)).strip()
    if not plain:
        return []
    if _EXCEL.match(plain):
        return [Isbn(text.strip(), None)]
    runs = list(_ISBN_RUN.finditer(plain))
    if not runs:
        return [Isbn(text.strip(), None)]
    found: list[Isbn] = []
    for position, run in enumerate(runs):
        stop = runs[position + 1].start() if position + 1 < len(runs) else len(plain)
        qualifier = plain[run.end() : stop].strip(" ():;,[]=/：；，")
        number = isbn13(run[0])
        given = text.strip() if len(runs) == 1 and number is None else run[0]
        found.append(Isbn(given, number, qualifier))
    return found


def isbn10(number: str) -> str | None:
    """Return the ten-digit form of an ISBN-13 that has one (978 only)."""
    if not number.startswith("978") or len(number) != 13:
        return None
    return number[3:12] + _check10(number[3:12])


def _check10(nine: str) -> str:
    rest = -sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
    return "X" if rest == 10 else str(rest)


def _to13(twelve: str) -> str:
    rest = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10
    return f"{twelve}{rest}"


def issn(text: str) -> str | None:
    """Return the first valid ISSN in text as ``1234-5678``, or None."""
    for match in _ISSN.finditer(_plain(text)):
        digits = (match[1] + match[2]).upper()
        rest = -sum((8 - place) * int(digit) for place, digit in enumerate(digits[:7])) % 11
        if digits[7] == ("X" if rest == 10 else str(rest)):
            return f"{digits[:4]}-{digits[4:]}"
    return None


def unified_book_number(text: str) -> str | None:
    """Return a 统一书号 (the number of Chinese books from 1956 to 1986) as ``14048·4327``, or None.

    It is class and publisher (4 or 5 digits), a middle dot, and the title's number.
    """
    match = _UNIFIED.search(_plain(text).replace("统一书号", ""))
    if match is None:
        return None
    return f"{match[1]}·{match[2]}" + (f"/{match[3]}" if match[3] else "")
