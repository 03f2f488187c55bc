"""The labelled sets: records with their clusters, or with a flag on every record that has a twin.

Every folder below ``data/intelligence/dedup`` (or below ``SETS``) that holds ``merged_record_ids.csv`` and one
table of records is a set; so is an EndNote XML file whose captions say Duplicate. A set not seen before is
read like the others.
"""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import author
from xinglin.literature.files import read
from xinglin.literature.identifiers import clean_doi, issns_in

SHARED = Path(os.environ.get("XINGLIN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
HOME = Path(os.environ.get("SETS", SHARED / "data" / "intelligence" / "dedup"))
_KINDS = {
    "inproceedings": Kind.CONFERENCE, "conference": Kind.CONFERENCE, "book": Kind.BOOK, "incollection": Kind.CHAPTER,
    "inbook": Kind.CHAPTER, "phdthesis": Kind.THESIS, "thesis": Kind.THESIS, "techreport": Kind.REPORT,
}  # fmt: skip
csv.field_size_limit(10_000_000)


@dataclass
class Labelled:
    """One set. ``cluster`` names each record's work; where only flags are known, ``flagged`` says who has a twin."""

    name: str
    ids: list[str]
    articles: list[Article]
    rows: list[dict[str, str]] = field(default_factory=list)
    cluster: list[int] | None = None
    flagged: list[bool] | None = None


def every_set() -> Iterator[Labelled]:
    """Yield the sets, the small ones first."""
    folders = [path.parent for path in HOME.rglob("merged_record_ids.csv")]
    found = [each for folder in folders if (each := _clustered(folder)) is not None]
    found += [each for path in HOME.rglob("*.xml") if (each := _captioned(path)) is not None]
    yield from sorted(found, key=lambda each: (len(each.ids), each.name))


def _clustered(folder: Path) -> Labelled | None:
    tables = [path for path in folder.glob("*.csv") if path.name != "merged_record_ids.csv"]
    if len(tables) != 1:
        return None
    with open(tables[0], encoding="utf-8", errors="replace", newline="") as file:
        rows = [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]
    ids = [row.get("ID") or f"id_{int(row['record_id']):07d}" for row in rows]
    with open(folder / "merged_record_ids.csv", encoding="utf-8", newline="") as file:
        groups = [row["merged_ids"].split(";") for row in csv.DictReader(file)]
    number = {each: place for place, group in enumerate(groups) for each in group}
    cluster = [number.get(each, -1 - place) for place, each in enumerate(ids)]
    return Labelled(folder.name, ids, [article_of(row) for row in rows], rows, cluster)


def _captioned(path: Path) -> Labelled | None:
    articles = read(path.read_bytes(), name=path.name).articles
    flagged = [dict(each.extra).get("caption", "").casefold() == "duplicate" for each in articles]
    if not any(flagged):
        return None
    rows = [_as_row(place, each) for place, each in enumerate(articles)]
    return Labelled(path.parent.name, [row["ID"] for row in rows], articles, rows, flagged=flagged)


def _as_row(place: int, article: Article) -> dict[str, str]:
    return {
        "ID": f"id_{place:07d}", "ENTRYTYPE": "article", "title": article.title, "year": str(article.year or ""),
        "author": " and ".join(each.name for each in article.authors), "journal": article.journal,
        "volume": article.volume, "number": article.issue, "pages": article.pages, "doi": article.doi,
        "abstract": article.abstract,
    }  # fmt: skip


def article_of(row: dict[str, str]) -> Article:
    """Return the article of a row of these tables."""
    year = re.match(r"\d{4}", row.get("year", ""))
    return Article(
        title=row.get("title", "").strip(),
        authors=tuple(people_of(row.get("author", ""))),
        kind=_KINDS.get(row.get("ENTRYTYPE", "").strip(), Kind.JOURNAL),
        journal=next((row[name].strip() for name in ("journal", "booktitle", "series") if row.get(name)), ""),
        year=int(year[0]) if year else None,
        volume=row.get("volume", ""),
        issue=row.get("number") or row.get("issue", ""),
        pages=row.get("pages", ""),
        doi=clean_doi(row.get("doi", "")),
        abstract=row.get("abstract", ""),
        issns=issns_in(row.get("isbn", "") + " " + row.get("issn", "")),
    )


def people_of(text: str) -> list[Author]:
    """Return authors written as "A, B. and C, D.", "A, B.; C, D." or "Adeli K.Lewis G. F."."""
    if " and " in text or re.match(r"^[^.]+, ?[^,]+$", text):
        return [author(each) for each in text.split(" and ") if each.strip()]
    if ";" in text:
        return [author(each) for each in text.split(";") if each.strip()]
    if re.search(r"[A-Z]\.[A-Z]", text):
        return [author(each) for each in re.split(r"(?<=[A-Z]\.)(?=[A-Z][a-z'])", text)]
    return [author(text)] if text.strip() else []
