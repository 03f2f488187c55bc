"""Whether two names are one author's, as far as names can tell: Chinese exactly, Western by family and given.

Pure functions. Citation indexes abbreviate (Wang JG), publishers write in full (Wang, Jianguo; Jianguo Wang),
Chinese sources write 王建国: the three must meet, and 王建国 must not meet 王健国.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pypinyin import lazy_pinyin

_HAN = re.compile(r"[\u3400-\u9fff·]+")
_NOT_A_LETTER = re.compile(r"[^a-z]+")
_MOST_INITIALS = 3
_DOUBLE_FAMILY = (
    *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟"),
    *("公孙", "慕容", "令狐", "端木", "夏侯", "司徒"),
)


@dataclass(frozen=True)
class Name:
    """One way to read a name: in Chinese characters where there are any, family and given in Latin letters."""

    han: str
    family: str
    given: tuple[str, ...]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.given)


def readings(name: str) -> list[Name]:
    """Return the ways in which a name may be read; none for what is no name."""
    folded = unicodedata.normalize("NFKD", name.strip())
    if _HAN.search(folded):
        return _chinese("".join(_HAN.findall(folded)))
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    if "," in plain:
        family, _comma, given = plain.partition(",")
        return [Name("", _letters(family), _given(given))]
    words = plain.replace(".", " ").split()
    if len(words) < 2:
        return [Name("", _letters(plain), ())] if _letters(plain) else []
    last = words[-1].replace("-", "")
    if last.isupper() and len(last) <= _MOST_INITIALS:  # Wang JG, Wang J-G, de la Cruz M
        return [Name("", _letters("".join(words[:-1])), tuple(last.lower()))]
    western = Name("", _letters(last), _given(" ".join(words[:-1])))  # Jianguo Wang
    return [western, Name("", _letters(words[0]), _given(" ".join(words[1:])))]  # Wang Jianguo


def same_author(one: str, other: str) -> bool:
    """Whether two names may be one person's. Two Chinese names must be equal, character by character."""
    return any(_fit(mine, theirs) for mine in readings(one) for theirs in readings(other))


def shares_author(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two lists of authors have a name in common."""
    theirs = list(others)
    return any(same_author(one, other) for one in some for other in theirs)


def _fit(one: Name, other: Name) -> bool:
    if one.han and other.han:
        return one.han == other.han
    if not one.family or one.family != other.family:
        return False
    if _in_full(one) and _in_full(other):
        return "".join(one.given) == "".join(other.given)
    # An initial may stand for a word that is written together: J for Jianguo, whose initials are JG.
    return one.initials[:1] == other.initials[:1] and (
        one.initials.startswith(other.initials) or other.initials.startswith(one.initials)
    )


def _in_full(name: Name) -> bool:
    return bool(name.given) and all(len(word) > 1 for word in name.given)


def _chinese(han: str) -> list[Name]:
    han = han.replace("·", "")
    length = 2 if han[:2] in _DOUBLE_FAMILY and len(han) > 2 else 1
    family, given = han[:length], han[length:]
    return [Name(han, "".join(lazy_pinyin(family)), tuple(lazy_pinyin(given)))]


def _given(text: str) -> tuple[str, ...]:
    """Return given names, or initials one by one: ``J.G.`` and ``JG`` are J and G."""
    found: list[str] = []
    for word in re.split(r"[\s.\-]+", text.strip()):
        letters = _letters(word)
        if letters and word.isupper() and len(word) <= _MOST_INITIALS:
            found.extend(letters)
        elif letters:
            found.append(letters)
    return tuple(found)


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", text.lower())
