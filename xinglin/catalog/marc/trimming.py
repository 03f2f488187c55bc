"""Small helpers of both projections: punctuation, years, class numbers, de-duplication."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

Item = TypeVar("Item")

# Markers of the part a filing rule skips (NSB, NSE): U+0098 and U+009C in Unicode, 88 and 89 in the
# codes before it, plus joiners of MARC-8.
_NONSORT: Final = re.compile("[\x88\x89\x98\x9c\u200c\u200d]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]+")
_ABBREVIATIONS: Final = re.compile(
    r"(?i)(?:jr|sr|inc|co|ltd|corp|bros|dept|univ|assoc|soc|st|ste|dr|mrs|mr|ms|etc|esq|rev|hon|ed|tr|comp|capt"
    r"|col|gen)"
)
_YEAR: Final = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")
_TRAILING: Final = " \t/:;,=+。，；：、"
_CHINESE_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMERALS: Final = "〇○零一二三四五六七八九"
_CHINESE_YEAR: Final = re.compile(f"(?<![{_NUMERALS}])[一二][{_NUMERALS}]{{3}}(?![{_NUMERALS}十])")


def trimmed(text: str | None) -> str:
    """Return text without control and non-filing marks, ISBD punctuation at its end, doubled blanks.

    A final full stop goes when it is ISBD's, not when it ends an abbreviation or an initial.
    """
    if not text:
        return ""
    return without_full_stop(sentence(text).strip(_TRAILING))


def without_full_stop(text: str) -> str:
    """Drop a final full stop unless it belongs to an abbreviation ("ed.", "p.", "J. K.") or is an ellipsis."""
    if not text.endswith(".") or text.endswith(".."):
        return text
    last = re.split(r"[\s.]", text[:-1])[-1]
    abbreviated = len(last) < 4 and last.isascii() and last.isalpha()
    return text if abbreviated else text[:-1].rstrip()


def trimmed_name(text: str | None) -> str:
    """Return a heading without the full stop cataloguers put after it, initials and "Inc." left alone."""
    clean = trimmed(text)
    last = clean[:-1].rpartition(" ")[2] if clean.endswith(".") else ""
    is_word = len(last) > 1 and "." not in last and not _ABBREVIATIONS.fullmatch(last)
    return clean[:-1] if is_word else clean


def sentence(text: str | None) -> str:
    """Return running text (notes, abstracts) cleaned but with its punctuation."""
    if not text:
        return ""
    if not text.isprintable():
        text = _CONTROL.sub(" ", _NONSORT.sub("", text))
    return " ".join(text.split())


def unique(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return items in order, empties and repeats left out."""
    return tuple(dict.fromkeys(filter(None, items)))


def year_in(*candidates: str | None) -> int | None:
    """Return the first believable year: 1000-2099, in digits of any width or Chinese numerals."""
    for candidate in candidates:
        if not candidate:
            continue
        text = unicodedata.normalize("NFKC", candidate)
        match = _YEAR.search(text)
        if match:
            return int(match[1])
        chinese = _CHINESE_YEAR.search(text)
        if chinese:
            return int(chinese[0].translate(_CHINESE_DIGITS))
    return None


def class_numbers(text: str) -> Iterator[str]:
    """Yield the class numbers in one subfield: ``R473.59；R598.209`` holds two."""
    for part in re.split(r"[；;，,、]|\s{2,}", unicodedata.normalize("NFKC", text)):
        if number := part.strip().strip("."):
            yield number
