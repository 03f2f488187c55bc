"""The judged set: what readers type for books they have in mind, made from real Chinese titles.

A seeded generator takes books from the corpus and writes each down as a reader would: part of the title,
title and author, pinyin, with a slip. Which records answer is decided here by plain string rules
that know nothing of the engine under test.
"""

import csv
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import opencc
import pypinyin
from stdnum import isbn as isbn_rules

from xinglin.catalog.search.documents import SearchDocument

_HAN = re.compile(r"[\u4e00-\u9fff]")
_ALL_HAN = re.compile(r"^[\u4e00-\u9fff]+$")
_WORDS = re.compile(r"[\u4e00-\u9fff]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FOREIGN_MARK = re.compile(r"[\[【(\uff08〔][^\]】)\uff09〕]{0,12}[\]】)\uff09〕]")


@dataclass(frozen=True)
class Judged:
    """A query, the kind of difficulty it has, and the records that answer it."""

    kind: str
    text: str
    relevant: frozenset[int]


def corpus(folder: Path) -> list[SearchDocument]:
    """Return every book and article of the corpus as documents, numbered from 1."""
    found = [
        *_isbn_books(folder / "douban_yutaoli_isbn.csv"),
        *_described_books(folder / "douban_emily_isbn.json"),
        *_tagged_books(folder / "douban_lanbing510.csv"),
        *_references(folder / "zotero_cn_items.json"),
    ]
    return [replace(document, record_id=number) for number, document in enumerate(found, start=1)]


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found.group()) if found else None


def _names(text: str) -> tuple[str, ...]:
    parts = re.split(r"[/、,，;\n]", text)
    return tuple(dict.fromkeys(name for part in parts if (name := _FOREIGN_MARK.sub("", part).strip())))


def _isbn_books(path: Path) -> Iterator[SearchDocument]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            yield SearchDocument(
                record_id=0,
                title=row["title"],
                authors=_names(f"{row['author']}、{row['yizhe']}"),
                publisher=row["publish_press"],
                series=(row["series"],) if row["series"] else (),
                year=_year(row["publish_time"]),
                isbns=(row["ISBN"],) if isbn_rules.is_valid(row["ISBN"]) else (),
                popularity=int(row["pingjiarenshu"] or 0) if (row["pingjiarenshu"] or "").isdigit() else 0,
            )


def _described_books(path: Path) -> Iterator[SearchDocument]:
    for book in json.loads(path.read_text(encoding="utf-8")):
        yield SearchDocument(
            record_id=0,
            title=book["title"],
            authors=tuple(name for author in book["author"] for name in _names(author)),
            publisher=book.get("press") or "",
            year=_year(book.get("publishDate") or ""),
            isbns=(book["isbn"],),
            abstract=book.get("summary") or "",
        )


def _tagged_books(path: Path) -> Iterator[SearchDocument]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            yield SearchDocument(
                record_id=0,
                title=row["title"],
                authors=_names(row["authors_translators"]),
                publisher=row["imprint"].split("/")[0].strip(),
                year=_year(row["imprint"]),
                subjects=(row["tag"],),
                popularity=int(row["votes"]) if row["votes"].isdigit() else 0,
            )


def _references(path: Path) -> Iterator[SearchDocument]:
    for item in json.loads(path.read_text(encoding="utf-8")):
        yield SearchDocument(
            record_id=0,
            title=item["title"],
            authors=tuple(
                f"{person.get('lastName', '')}{person.get('firstName', '')}" for person in item["creators"]
            ),
            keywords=tuple(tag["tag"] for tag in item["tags"] if isinstance(tag, dict)),
            publisher=item.get("publisher") or item.get("publicationTitle") or "",
            year=_year(item.get("date") or ""),
            isbns=(item["ISBN"],) if item.get("ISBN") else (),
            issns=(item["ISSN"],) if item.get("ISSN") else (),
            kind=item["itemType"],
            abstract=item.get("abstractNote") or "",
        )


# Plain rules of what answers a query.


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _key(text: str) -> str:
    simplified = _to_simplified().convert(text)
    return "".join(character for character in simplified.casefold() if character.isalnum())


@dataclass(frozen=True)
class _Book:
    document: SearchDocument
    key: str
    author_keys: str
    han: str
    sounds: str
    initials: str


def _book(document: SearchDocument) -> _Book:
    key = _key(document.title)
    han = "".join(_HAN.findall(key))
    read = pypinyin.lazy_pinyin(han)
    initials = "".join(syllable[0] for syllable in read)
    return _Book(document, key, _key("".join(document.authors)), han, "".join(read), initials)


class JudgedSet:
    """Makes the judged queries of one corpus and one seed."""

    def __init__(self, documents: list[SearchDocument], *, seed: int, of_each_kind: int) -> None:
        self._books = [_book(document) for document in documents]
        self._random = random.Random(seed)
        self._of_each_kind = of_each_kind
        self._homophones = self._collect_homophones()
        self._makers: dict[str, Callable[[_Book], tuple[str, Callable[[_Book], bool]] | None]] = {
            "whole title": self._whole_title,
            "part of title": self._part_of_title,
            "words of title": self._words_of_title,
            "title and author": self._title_and_author,
            "title and author, no space": self._title_and_author_joined,
            "two characters": self._two_characters,
            "traditional": self._traditional,
            "pinyin": self._pinyin,
            "pinyin with spaces": self._pinyin_with_spaces,
            "initials": self._initials,
            "wrong homophone": self._wrong_homophone,
            "lost character": self._lost_character,
            "swapped characters": self._swapped_characters,
            "ISBN in any shape": self._isbn,
        }

    def _collect_homophones(self) -> dict[str, list[str]]:
        seen = sorted({character for book in self._books for character in book.han})
        groups: dict[str, list[str]] = {}
        for character in seen:
            groups.setdefault(pypinyin.lazy_pinyin(character)[0], []).append(character)
        return groups

    def queries(self) -> Iterator[Judged]:
        """Yield as many queries of each kind as asked for."""
        for kind, make in self._makers.items():
            made = 0
            for book in self._random.sample(self._books, len(self._books)):
                if made == self._of_each_kind:
                    break
                asked = make(book)
                if asked is None:
                    continue
                text, answers = asked
                relevant = frozenset(other.document.record_id for other in self._books if answers(other))
                yield Judged(kind, text, relevant)
                made += 1

    def _whole_title(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if len(book.key) < 3:
            return None
        return book.document.title, lambda other: other.key == book.key

    def _part_of_title(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if len(book.han) < 7 or book.han != book.key:
            return None
        length = self._random.randint(4, max(4, len(book.han) * 2 // 3))
        start = self._random.randrange(len(book.han) - length + 1)
        part = book.han[start : start + length]
        return part, lambda other: part in other.key

    def _words_of_title(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        parts = [
            part for part in _WORDS.findall(_to_simplified().convert(book.document.title)) if len(part) > 2
        ]
        if len(parts) < 2:
            return None
        first, second = parts[-1][:4], parts[0][:4]
        return f"{first} {second}", lambda other: first in other.key and second in other.key

    def _one_author(self, book: _Book) -> str | None:
        names = [name for name in book.document.authors if _ALL_HAN.match(name) and 2 <= len(name) <= 4]
        return names[0] if names and 3 <= len(book.han) <= 12 and book.han == book.key else None

    def _title_and_author(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        name = self._one_author(book)
        if name is None:
            return None
        part = book.han[: max(3, len(book.han) * 2 // 3)]
        return f"{part} {name}", self._has(part, name)

    def _title_and_author_joined(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        name = self._one_author(book)
        return None if name is None else (f"{book.han}{name}", self._has(book.han, name))

    @staticmethod
    def _has(part: str, name: str) -> Callable[[_Book], bool]:
        author = _key(name)
        return lambda other: part in other.key and author in other.author_keys

    def _two_characters(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if len(book.han) < 4 or book.han != book.key:
            return None
        start = self._random.choice([0, len(book.han) - 2])
        part = book.han[start : start + 2]
        return part, lambda other: part in other.key or part in other.author_keys

    def _traditional(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        written = opencc.OpenCC("s2t").convert(book.han)
        if len(book.han) < 4 or written == book.han or book.han != book.key:
            return None
        return written, lambda other: book.han in other.key

    def _spoken(self, book: _Book) -> list[str] | None:
        if not 3 <= len(book.han) <= 9 or book.han != book.key:
            return None
        return pypinyin.lazy_pinyin(book.han)

    def _pinyin(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        read = self._spoken(book)
        return None if read is None else ("".join(read), lambda other: book.sounds in other.sounds)

    def _pinyin_with_spaces(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        read = self._spoken(book)
        return None if read is None else (" ".join(read), lambda other: book.sounds in other.sounds)

    def _initials(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if self._spoken(book) is None or len(book.initials) < 4:
            return None
        return book.initials, lambda other: book.initials in other.initials

    def _wrong_homophone(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if self._spoken(book) is None or len(book.han) < 4:
            return None
        place = self._random.randrange(len(book.han))
        right = book.han[place]
        others = [wrong for wrong in self._homophones[pypinyin.lazy_pinyin(right)[0]] if wrong != right]
        if not others:
            return None
        wrong = self._random.choice(others)
        return book.han[:place] + wrong + book.han[place + 1 :], lambda other: book.key in other.key

    def _lost_character(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if not 5 <= len(book.han) <= 14 or book.han != book.key:
            return None
        place = self._random.randrange(1, len(book.han) - 1)
        short = book.han[:place] + book.han[place + 1 :]
        return short, lambda other: book.key in other.key or short in other.key

    def _swapped_characters(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if not 5 <= len(book.han) <= 14 or book.han != book.key:
            return None
        place = self._random.randrange(len(book.han) - 1)
        first, second = book.han[place], book.han[place + 1]
        if first == second:
            return None
        text = book.han[:place] + second + first + book.han[place + 2 :]
        return text, lambda other: book.key in other.key or text in other.key

    def _isbn(self, book: _Book) -> tuple[str, Callable[[_Book], bool]] | None:
        if not book.document.isbns or not isbn_rules.is_valid(book.document.isbns[0]):
            return None
        number = isbn_rules.to_isbn13(book.document.isbns[0])
        shapes = [
            number,
            isbn_rules.format(number),
            f"ISBN {isbn_rules.format(number)}",
            number.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
            " ".join((number[:3], number[3:6], number[6:])),
        ]
        if number.startswith("978"):
            shapes.append(isbn_rules.to_isbn10(number))
        same = {isbn_rules.compact(number)}
        return self._random.choice(shapes), lambda other: any(
            isbn_rules.is_valid(written) and isbn_rules.compact(isbn_rules.to_isbn13(written)) in same
            for written in other.document.isbns
        )
