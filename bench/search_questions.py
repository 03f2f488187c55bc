"""The eighteen kinds of question of the search figure, made from the generated catalogue."""

import random
from collections.abc import Callable, Sequence

from bench.search_data import DISEASES, LIBRARIES, ORGANS, WORKS
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Facet, Field, Filters, Mode, Query, Sort, Term

FACETS = (Facet.LIBRARY, Facet.DECADE, Facet.LANGUAGE, Facet.KIND, Facet.CLASS)

Write = Callable[[random.Random, SearchDocument], str]
Make = Callable[[random.Random, Sequence[SearchDocument]], Query]

# What is typed into the box, as text.
TYPED: dict[str, Write] = {
    "one word": lambda pick, _: pick.choice(WORKS),
    "two words": lambda pick, _: f"{pick.choice(DISEASES)} {pick.choice(WORKS)}",
    "three words": lambda pick, _: f"{pick.choice(DISEASES)} {pick.choice(WORKS)} 手册",
    "two characters": lambda pick, book: book.title[:2],
    "part of title": lambda pick, book: book.title[1:7],
    "whole title": lambda pick, book: book.title,
    "title and author": lambda pick, book: f"{book.title[:6]} {book.authors[0]}",
    "phrase": lambda pick, book: f'"{book.title[:5]}"',
    "either": lambda pick, _: f"{pick.choice(DISEASES)} OR {pick.choice(ORGANS)}",
    "without": lambda pick, _: f"{pick.choice(DISEASES)} -{pick.choice(WORKS)}",
    "groups": lambda pick, _: (
        f"({pick.choice(DISEASES)} OR {pick.choice(ORGANS)}) ({pick.choice(WORKS)} OR 手册)"
    ),
    "ISBN": lambda pick, book: book.isbns[0],
}


def _typed(write: Write) -> Make:
    return lambda pick, sample: Query(root=parse(write(pick, pick.choice(sample))))


def _filtered(make: Callable[[random.Random], Filters]) -> Make:
    return lambda pick, _sample: Query(root=parse(pick.choice(DISEASES)), filters=make(pick))


CLASSES: dict[str, Make] = {
    **{name: _typed(write) for name, write in TYPED.items()},
    "author": lambda pick, sample: Query(root=Term(pick.choice(sample).authors[0], Field.AUTHOR)),
    "subject": lambda pick, _: Query(root=Term(pick.choice(DISEASES), Field.SUBJECT)),
    "prefix": lambda pick, _: Query(
        root=Term(pick.choice(["card", "path", "pharm", "surg", "onco"]), mode=Mode.PREFIX)
    ),
    "years and kind": _filtered(lambda pick: Filters(year_from=pick.randint(2000, 2020), kinds=("book",))),
    "on shelf in class": _filtered(
        lambda pick: Filters(
            on_shelf=True, libraries=(pick.choice(LIBRARIES),), classes=(f"R{pick.randint(1, 9)}",)
        )
    ),
    "newest, third page": lambda pick, _: Query(root=parse(pick.choice(ORGANS)), sort=Sort.NEWEST, page=3),
}
