"""A paper as the words that a model sees: English words and pairs, Chinese words and character pairs."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import rjieba

from xinglin.commons.text import comparable
from xinglin.literature.articles import Article

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

_RUN = re.compile(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*|[\u3400-\u9fff\U00020000-\U0003ffff]+")
_DIGITS = re.compile(r"\d+")
EDGE = 25
"""Words at the edges of an abstract: what was asked, and what was concluded."""
# Grammar and the frame of every abstract; they tell nothing of the subject.
_CHINESE_STOP = frozenset("的了和与及或在是为对中等其以于并将由从被而之也该此均有无上下后前")


@dataclass(frozen=True)
class Paper:
    """What of a publication is read by the models."""

    title: str
    abstract: str = ""
    keywords: tuple[str, ...] = ()


def paper_of(article: Article) -> Paper:
    """Return what the models read of an article: a translated title and subject headings count too."""
    return Paper(
        title=" ".join(filter(None, (article.title, article.other_title))),
        abstract=article.abstract,
        keywords=(*article.keywords, *article.mesh),
    )


def words(text: str) -> list[str]:
    """Return the words of a text in order; every Chinese run also as pairs of characters.

    The dictionary lacks many medical words; the pairs find what it lacks.
    """
    found: list[str] = []
    stopped = _english_stop()
    for run in _RUN.findall(comparable(text)):
        if run[0] < "\u3400":
            if run not in stopped and (len(run) > 1 or run.isdigit()):
                found.append(run)
            continue
        cut = [word for word in rjieba.cut(run) if word not in _CHINESE_STOP]
        found += cut
        known = set(cut)
        found += [pair for pair in map("".join, pairwise(run)) if pair not in known]
    return found


@cache
def _english_stop() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


def shown_words(paper: Paper) -> dict[str, str]:
    """Return how each term of a paper is shown to people: a pair of characters as the word that it is a part of.

    Single letters, numbers and halves of two words are not shown.
    """
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    for text in (paper.title, paper.abstract, *paper.keywords):
        row = words(text)
        latin = [each for each in row if each.isascii()]
        found.update((each, each) for each in (*latin, *_neighbours(row)))
        for run in _RUN.findall(comparable(text)):
            if run[0] >= "\u3400":
                for word in rjieba.cut(run):
                    found[word] = word
                    parts.update((pair, word) for pair in map("".join, pairwise(word)))
    whole = parts | found
    return {term: word for term, word in whole.items() if len(term) > 1 and any(map(str.isalpha, term))}


def terms(paper: Paper) -> list[str]:
    """Return the terms of a paper: words and neighbours, those of its title and keywords once more by their place."""
    title, abstract = words(paper.title), words(paper.abstract)
    keywords = [words(each) for each in paper.keywords]
    found = [*title, *_neighbours(title), *abstract, *_neighbours(abstract)]
    found += [f"title:{word}" for word in (*title, *_neighbours(title))]
    for keyword in keywords:
        found += [*keyword, *(f"keyword:{word}" for word in keyword)]
    return found


def marked_terms(paper: Paper) -> list[str]:
    """Return the terms by which papers are sorted: as ``terms``, amounts as such, and how an abstract begins and ends.

    "65-year-old" and "71-year-old" are one term to whom sorts case reports; "ace2" and "covid19" stay names.
    """
    title, abstract = _amounts(words(paper.title)), _amounts(words(paper.abstract))
    found = [*title, *_neighbours(title), *abstract, *_neighbours(abstract)]
    found += [f"title:{word}" for word in (*title, *_neighbours(title))]
    found += [f"begins:{word}" for word in abstract[:EDGE]]
    found += [f"ends:{word}" for word in abstract[-EDGE:]]
    for keyword in paper.keywords:
        found += [f"keyword:{word}" for word in words(keyword)]
    return found


def whole_text(paper: Paper) -> str:
    """Return all that a paper says in one line."""
    return comparable(" ".join((paper.title, paper.abstract, *paper.keywords)))


def _amounts(found: list[str]) -> list[str]:
    """Return words with every number in front replaced by its length in digits."""
    return [_DIGITS.sub(_zeros, word) if word[0].isdigit() else word for word in found]


def _zeros(digits: re.Match[str]) -> str:
    return "0" * min(len(digits[0]), 4)


def _neighbours(found: list[str]) -> list[str]:
    """Return pairs of neighbouring Latin words; Chinese has its pairs already."""
    return [f"{one} {other}" for one, other in pairwise(found) if one.isascii() and other.isascii()]


def weights(*, rarest: int = 1, most: int | None = None) -> "TfidfVectorizer":
    """Return what turns papers into weighted terms; a term in fewer than ``rarest`` papers is left out."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=terms, min_df=rarest, sublinear_tf=True, max_features=most)


def single_words() -> "TfidfVectorizer":
    """Return what weighs single words alone, wherever they stand."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=_all_words)


def _all_words(paper: Paper) -> list[str]:
    return words(" ".join((paper.title, paper.abstract, *paper.keywords)))
