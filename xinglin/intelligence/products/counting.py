"""What a set of papers looks like in numbers: years, institutions, journals, people and who writes with whom, words."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from xinglin.commons.text import comparable
from xinglin.intelligence.products.placing import PROVINCES, places_of
from xinglin.literature.articles import Article

MOST = 15
# A consortium's paper of 300 authors would make 44 850 pairs and tell nothing of who works with whom.
LARGEST_TEAM = 25
# The part of an address that names the institution; departments and towns do not.
_INSTITUTION = re.compile(
    r"universit|hospital|institut|college|academy|centre|center|school of medicine"
    r"|大学|医院|研究所|研究院|学院|疾控|疾病预防控制中心|中心"
)
_DEPARTMENT = re.compile(r"^(?:department|division|unit|laboratory|section|school|faculty)\b")
# Addresses of several authors are numbered: "2 Cancer Center, …".
_NUMBERED = re.compile(r"^\(?\d{1,2}\)?[\s.]+|^\d{1,2}(?=[A-Z])")
_PIECES = re.compile(r"[,;，；]\s*|(?<=大学)\s+|(?<=医院)\s+")
_CHINESE_INSTITUTION = re.compile(
    r"^.*?(?:大学|研究院|研究所|疾病预防控制中心|医院)(?:附属[^,，;；\s]{0,20}?医院|第[一二三四五六七八九十]+医院)?"
)

Ranked = list[tuple[str, int]]
Key = TypeVar("Key", str, tuple[str, str])


@dataclass(frozen=True)
class Counts:
    """Numbers of papers. ``pairs`` counts the papers that two people wrote together."""

    papers: int
    years: Ranked
    journals: Ranked
    institutions: Ranked
    authors: Ranked
    pairs: list[tuple[str, str, int]]
    keywords: Ranked
    kinds: Ranked
    without_year: int
    without_institution: int
    without_keyword: int
    provinces: Ranked
    lands: Ranked
    without_place: int


def count(articles: Sequence[Article]) -> Counts:
    """Count a set of papers; each counts once for whatever it names, however often it names it."""
    years = Counter(str(each.year) for each in articles if each.year)
    spans = sorted(map(int, years))
    every_year = [(str(year), years[str(year)]) for year in range(spans[0], spans[-1] + 1)] if spans else []
    institutions = [_institutions(each) for each in articles]
    keywords = [(*each.keywords, *each.mesh) for each in articles]
    people = [[one.name for one in each.authors if one.name and not one.is_group] for each in articles]
    places = [places_of(each) for each in articles]
    pairs: Counter[tuple[str, str]] = Counter()
    for team in people:
        if len(team) <= LARGEST_TEAM:
            pairs.update(combinations(sorted(set(team)), 2))
    return Counts(
        papers=len(articles),
        years=every_year[-30:],
        journals=most([each.journal] for each in articles),
        institutions=most(institutions),
        authors=most(people),
        pairs=[(*pair, n) for pair, n in _ordered(pairs)[:MOST] if n > 1],
        keywords=most(keywords, most=30),
        kinds=most([str(each.kind)] for each in articles),
        without_year=sum(each.year is None for each in articles),
        without_institution=sum(not each for each in institutions),
        without_keyword=sum(not each for each in keywords),
        provinces=most((provinces for provinces, _lands in places), most=len(PROVINCES)),
        lands=most(lands for _provinces, lands in places),
        without_place=sum(not lands for _provinces, lands in places),
    )


def _institutions(article: Article) -> list[str]:
    return [name for author in article.authors for each in author.affiliations for name in _institution(each)]


def _institution(address: str) -> Iterable[str]:
    """Return the institution of one address, the widest unit that it names."""
    chinese = _CHINESE_INSTITUTION.match(address.strip())
    if chinese:
        return (chinese.group(),)
    pieces = [_NUMBERED.sub("", piece.strip(" .")) for piece in _PIECES.split(address)]
    named = [
        each for each in pieces if _INSTITUTION.search(each.lower()) and not _DEPARTMENT.match(each.lower())
    ]
    return (next((each for each in named if "universit" in each.lower()), named[0]),) if named else ()


def most(named: Iterable[Iterable[str]], *, most: int = MOST) -> Ranked:
    """Count names however they are spelled in case and width; the commonest spelling is shown."""
    counts: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for names in named:
        once = {comparable(name): " ".join(name.split()) for name in names if name.strip()}
        for key, name in once.items():
            counts[key] += 1
            spellings.setdefault(key, Counter())[name] += 1
    return [(_ordered(spellings[key])[0][0], n) for key, n in _ordered(counts)[:most]]


def _ordered(counts: Counter[Key]) -> list[tuple[Key, int]]:
    """Return counts from the most; equal ones by name, so that the same papers always give the same list."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
