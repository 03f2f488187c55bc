"""References as readers paste them: GB/T 7714, Vancouver, APA, MLA, a line with a DOI in it, a PMID alone.

What is read is a draft for a person or a source to confirm: ``missing`` says what was not found.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from xinglin.commons.text import plain
from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.citations.titles import loose
from xinglin.literature.cleaning import author, clean, date_in, year_in
from xinglin.literature.identifiers import Identifiers, find

LONGEST_TEXT = 100_000
MOST_CITATIONS = 500
_NUMBER = re.compile(
    r"^\s*(?:\[\s*\d{1,3}\s*\]|［\d{1,3}］|【\d{1,3}】|\(\d{1,3}\)|（\d{1,3}）|\d{1,3}\s*[.、．)）](?!\d))\s*"
)
_KINDS = {
    "J": Kind.JOURNAL, "M": Kind.BOOK, "G": Kind.BOOK, "C": Kind.CONFERENCE, "D": Kind.THESIS, "N": Kind.NEWSPAPER,
    "P": Kind.PATENT, "S": Kind.STANDARD, "R": Kind.REPORT, "EB": Kind.WEB, "DB": Kind.DATASET, "DS": Kind.DATASET,
    "A": Kind.CHAPTER, "Z": Kind.OTHER, "CP": Kind.OTHER,
}  # fmt: skip
_MARK = re.compile(
    r"\s*[\[［【]\s*(J|M|G|C|D|N|P|S|R|EB|DB|DS|CP|A|Z)\s*(?:/\s*(?:OL|CD|DK|MT))?\s*[\]］】]\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:\[\d{4}-\d{2}-\d{2}\]\.?\s*)?(?:(?:https?://)?(?:dx\.)?doi(?:\.org/|\s*[:：]\s*)\S+|https?://\S+"
    r"|PMID\s*[:：]?\s*\d+\.?|PMCID\s*[:：]?\s*PMC\d+\.?|\[?Epub ahead of print\]?\.?|Epub \d{4} \w+ ?\d*\.?)",
    re.IGNORECASE,
)  # fmt: skip
_PLACE = re.compile(
    r"(?P<year>(?:1[5-9]|20)\d{2})?\s*[,，;；]?\s*(?:[Vv]ol\.?\s*)?(?P<volume>[A-Za-z]?\d+)?\s*"
    r"(?:[(（]\s*(?P<issue>[^()（）]{1,30})\s*[)）])?\s*(?:[:：,，]\s*(?:[Pp]{1,2}\.?\s*)?"
    r"(?P<pages>[A-Za-z]?\d+[\w]*(?:\s*[-–—~+,，]\s*[A-Za-z]?\d+\w*)*))?\s*\.?$"
)


@dataclass(frozen=True)
class Citation:
    """One pasted reference: the words as they stood, what was understood, and what was not."""

    text: str
    article: Article
    identifiers: Identifiers
    style: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that were not found, of those that a journal article needs."""
        wanted = {"title": self.article.title, "authors": self.article.authors, "year": self.article.year}
        if self.article.kind == Kind.JOURNAL:
            wanted["journal"] = self.article.journal
        return tuple(name for name, value in wanted.items() if not value)

    @property
    def is_understood(self) -> bool:
        """Whether it names one publication: by a number, or by title with author or year."""
        return bool(self.identifiers) or ("title" not in self.missing and len(self.missing) <= 2)


def parse(text: str) -> list[Citation]:
    """Return the references in a text: numbered, a line each, or with blank lines between them."""
    return [parse_one(each) for each in _separate(plain(text[:LONGEST_TEXT]))[:MOST_CITATIONS]]


def _separate(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if sum(1 for line in lines if _NUMBER.match(line)) >= 2 or (lines and _NUMBER.match(lines[0])):
        return _grouped(lines, lambda line: bool(_NUMBER.match(line)))
    if any(not line.strip() for line in lines[1:-1]):
        return _grouped(lines, lambda _line: False)
    return [line.strip() for line in lines if line.strip()]


def _grouped(lines: Iterable[str], begins: Callable[[str], bool]) -> list[str]:
    groups: list[list[str]] = []
    open_group = False
    for line in lines:
        if not line.strip():
            open_group = False
            continue
        if begins(line) or not open_group:
            groups.append([])
        groups[-1].append(line.strip())
        open_group = True
    return [" ".join(group) for group in groups]


def parse_one(text: str) -> Citation:
    """Return one reference, read in whatever style it is written."""
    bare = clean(_NUMBER.sub("", text, count=1))
    identifiers = find(bare)
    body = _TAIL.sub(" ", bare).strip()
    article, style = _read(body)
    article = article.but(doi=identifiers.doi, pmid=identifiers.pmid, pmcid=identifiers.pmcid)
    return Citation(text=text.strip(), article=article, identifiers=identifiers, style=style)


def _read(body: str) -> tuple[Article, str]:
    if found := _MARK.search(body):
        return _gbt(body[: found.start()], found[1].upper(), body[found.end() :]), "gbt7714"
    if re.match(r"^\s*\d*\s*$", body) or len(body) < 12:
        return Article(), "number"
    return loose(body)


def _gbt(before: str, mark: str, after: str) -> Article:
    kind = _KINDS[mark]
    people, title = _people_and_title(before)
    after = after.strip(" .．。")
    number = ""
    if kind in (Kind.PATENT, Kind.STANDARD) and (
        found := re.search(r"[:：,，]\s*([A-Z][A-Z0-9/.\- ]{3,30})$", title)
    ):
        title, number = title[: found.start()], found[1].strip()
    made = Article(title=title.strip(), authors=people, kind=kind, number=number, year=year_in(after))
    if kind in (Kind.CONFERENCE, Kind.CHAPTER, Kind.BOOK) and after.startswith("//"):
        kind = Kind.CHAPTER if kind == Kind.BOOK else kind
        inside, _dot, after = after[2:].partition(".")
        made = made.but(kind=kind, journal=_MARK.sub("", inside).strip())
    if kind in (Kind.JOURNAL, Kind.NEWSPAPER):
        return _in_journal(made, after)
    return _printed(made, after)


def _people_and_title(before: str) -> tuple[tuple[Author, ...], str]:
    """Part authors from the title at the first full stop that does not belong to initials."""
    stops = list(re.finditer(r"[.．。]\s*", before))
    for stop in stops:
        head, tail = before[: stop.start()].strip(), before[stop.end() :].strip()
        if not tail or (re.search(r"(?:^|[\s,，.])[A-Z]$", head) and re.match(r"^[A-Z](?:[.,]|$)", tail)):
            continue
        if head:
            return people_in(head), tail.rstrip(" .。")
    return (), before.strip(" .。")


def people_in(text: str) -> tuple[Author, ...]:
    """Return the authors of a list that may end in 等 or et al."""
    text = re.sub(
        r"[,，;；、]?\s*(?:等|et\.? al\.?|译|编著|主编|编)\s*$", "", text.strip(), flags=re.IGNORECASE
    )
    parts = [part.strip(" .") for part in re.split(r"\s*[,，;；、]\s*|\s+(?:and|&)\s+", text)]
    return tuple(author(part) for part in parts if part and part.casefold() not in {"et al", "jr", "sr"})


def _in_journal(made: Article, after: str) -> Article:
    journal, rest = _journal_and_rest(after)
    place = _PLACE.search(rest)
    values = {name: (place[name] or "") for name in ("volume", "issue", "pages")} if place else {}
    if made.kind == Kind.NEWSPAPER:
        found = re.search(r"[(（](\d+)[)）]\s*$", rest)
        return made.but(journal=journal, published=date_in(rest), pages=found[1] if found else "")
    return made.but(
        journal=journal,
        year=made.year,
        volume=values.get("volume", ""),
        issue=values.get("issue", ""),
        pages=re.sub(r"\s*[–—~]\s*|\s*-\s*", "-", values.get("pages", "")),
    )


def _journal_and_rest(after: str) -> tuple[str, str]:
    found = re.search(r"[,，.．]?\s*((?:1[5-9]|20)\d{2})(?!\d)", after)
    if not found:
        return after.partition(",")[0].strip(), after
    return after[: found.start()].strip(" ,，."), after[found.start(1) :]


def _printed(made: Article, after: str) -> Article:
    """Read ``地点: 出版者, 年: 页码`` of books, theses, reports and proceedings."""
    after = re.sub(r"^[^:：]*?(?:版|ed\.?)[.．]\s*", "", after, count=1)
    place, colon, rest = re.sub("：", ":", after).partition(":")
    if not colon or re.search(r"\d{4}", place):
        place, rest = "", after
    publisher = re.split(r"[,，]\s*(?=(?:1[5-9]|20)\d{2})", rest)[0].strip(" .,")
    pages = re.search(r"(?:1[5-9]|20)\d{2}[^:：]*[:：]\s*([\d\-–, ]+)", rest)
    dated = date_in(after) if made.kind in (Kind.PATENT, Kind.STANDARD, Kind.WEB) else ""
    thesis = made.kind == Kind.THESIS
    plainly = "" if re.fullmatch(r"[\d\-()（）\[\] .]*", publisher) else publisher
    return made.but(
        place=place.strip(" ."),
        publisher="" if thesis else plainly,
        school=plainly if thesis else "",
        pages=pages[1].strip().replace("–", "-") if pages else "",
        published=dated,
    )
