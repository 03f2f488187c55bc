"""A paper as the words that a model sees: English words and pairs, Chinese words and character pairs."""

import re
from dataclasses import dataclass
from itertools import pairwise

import rjieba
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from xinglin.commons.text import comparable
from xinglin.literature.articles import Article

_RUN = re.compile(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*|[\u3400-\u9fff\U00020000-\U0003ffff]+")
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
    for run in _RUN.findall(comparable(text)):
        if run[0] < "\u3400":
            if run not in ENGLISH_STOP_WORDS and (len(run) > 1 or run.isdigit()):
                found.append(run)
            continue
        cut = [word for word in rjieba.cut(run) if word not in _CHINESE_STOP]
        found += cut
        known = set(cut)
        found += [pair for pair in map("".join, pairwise(run)) if pair not in known]
    return found


def dictionary_words(paper: Paper) -> frozenset[str]:
    """Return the terms of a paper that may be shown to people: no single letters, numbers, or halves of two words."""
    found: list[str] = []
    for text in (paper.title, paper.abstract, *paper.keywords):
        row = words(text)
        found += [each for each in row if each.isascii()] + _neighbours(row)
        for run in _RUN.findall(comparable(text)):
            if run[0] >= "\u3400":
                for word in rjieba.cut(run):
                    found += [word, *map("".join, pairwise(word))]
    return frozenset(each for each in found if len(each) > 1 and any(map(str.isalpha, each)))


def terms(paper: Paper) -> list[str]:
    """Return the terms of a paper: words and neighbours, those of its title and keywords once more by their place."""
    title, abstract = words(paper.title), words(paper.abstract)
    keywords = [words(each) for each in paper.keywords]
    found = [*title, *_neighbours(title), *abstract, *_neighbours(abstract)]
    found += [f"title:{word}" for word in (*title, *_neighbours(title))]
    for keyword in keywords:
        found += [*keyword, *(f"keyword:{word}" for word in keyword)]
    return found


def _neighbours(found: list[str]) -> list[str]:
    """Return pairs of neighbouring Latin words; Chinese has its pairs already."""
    return [f"{one} {other}" for one, other in pairwise(found) if one.isascii() and other.isascii()]


def weights(*, rarest: int = 1, most: int | None = None) -> TfidfVectorizer:
    """Return what turns papers into weighted terms; a term in fewer than ``rarest`` papers is left out."""
    return TfidfVectorizer(analyzer=terms, min_df=rarest, sublinear_tf=True, max_features=most)


def single_words() -> TfidfVectorizer:
    """Return what weighs single words alone, wherever they stand."""
    return TfidfVectorizer(analyzer=_all_words)


def _all_words(paper: Paper) -> list[str]:
    return words(" ".join((paper.title, paper.abstract, *paper.keywords)))
