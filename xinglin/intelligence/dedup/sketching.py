"""One record as it is compared: folded once, compared many times."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from xinglin.intelligence.dedup import folding
from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import HAN

SHORT_TITLE = 12
"""Latin letters below which a title says little: "Editorial", "Reply", "Introduction"."""
SHORT_CHINESE = 5
_SPELLED, _HELD = 0.92, 0.8
"""Names of journals that differ by a slip of the pen; the most that names count which only hold each other."""
_NOTICES = (
    (
        "retraction",
        r"^(?:retraction|retracted|withdrawn|withdrawal|(?:notice|statement) of (?:retraction|withdrawal))\b"
        r"|撤稿|撤销(?:论文|声明)",
    ),
    (
        "correction",
        r"^(?:(?:notice|statement) of )?(?:publishers? )?(?:authors? )?"
        r"(?:erratum|errata|correction|corrigend\w+|addendum)\b"
        r"|\b(?:erratum|errata|corrigend(?:um|a)|addendum)$|勘误|刊误|正误表|(?:更正|订正)(?:启事|声明|说明)?$|致歉",
    ),
    ("concern", r"^expression of concern"),
    (
        "reply",
        r"^(?:reply|response|authors? (?:reply|response|comments?)|(?:in|a) (?:reply|response)|rejoinder|re )\b"
        r"|^(?:invited )?comment(?:ary|aries|s)? (?:on|to)\b"
        r"|^letter(?: to the editor)? (?:on|re|regarding|concerning)\b"
        r"|\b(?:reply|rejoinder|authors? (?:response|comments?))$"
        r"|作者(?:回复|答复|回应)|一文的?(?:商榷|讨论|评论|回应|读后)",
    ),
)
_NOTICE = tuple((name, re.compile(pattern)) for name, pattern in _NOTICES)
_PROTOCOL = re.compile(
    r"\b(?:study|trial|review) protocol\b|\bprotocol (?:for|of)\b|\bprotocol$|研究方案$|试验方案$"
)
_STOP = frozenset([
    "the", "of", "and", "in", "for", "on", "a", "an", "de", "la", "et", "und", "der", "des", "di", "del", "y", "e",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sketch:
    """A record folded for comparison. Empty means unknown, and unknown never agrees."""

    key: int
    source: str
    titles: tuple[str, ...]
    compact: str
    notice: str
    families: tuple[str, ...]
    initial: str
    has_group: bool
    year: int | None
    volume: str
    issue: str
    first_page: str
    last_page: str
    journal: str
    issns: frozenset[str]
    doi: str
    pmid: str
    pmcid: str
    native: str
    number: str
    kind: Kind
    is_protocol: bool
    is_chinese: bool

    @property
    def has_title(self) -> bool:
        """Whether the title says enough to be compared at all."""
        return len(self.compact) >= (SHORT_CHINESE if self.is_chinese else SHORT_TITLE)


def sketch(key: int, article: Article) -> Sketch:
    """Return the sketch of an article under a key of the caller's."""
    titles = tuple(
        dict.fromkeys(each for each in map(folding.title, (article.title, article.other_title)) if each)
    )
    main = titles[0] if titles else ""
    first_page, last_page = folding.pages(article.pages)
    people = [each for each in article.authors if not each.is_group] or list(article.authors)
    return Sketch(
        key=key,
        source=article.source,
        titles=titles,
        compact=main.replace(" ", ""),
        notice=next((name for name, pattern in _NOTICE for title in titles if pattern.search(title)), ""),
        families=tuple(name for name in (_family(each) for each in people) if name),
        initial=_initial(people[0]) if people else "",
        has_group=any(each.is_group for each in article.authors),
        year=article.year,
        volume=folding.number(article.volume),
        issue=folding.number(article.issue),
        first_page=first_page,
        last_page=last_page,
        journal=_journal(article.journal or article.journal_short or article.school),
        issns=frozenset(article.issns),
        doi=article.doi.casefold(),
        pmid=article.pmid,
        pmcid=article.pmcid,
        native=f"{article.source}:{article.source_id}" if article.source_id and article.source else "",
        number=folding.folded(article.number).replace(" ", ""),
        kind=article.kind,
        is_protocol=any(_PROTOCOL.search(each) for each in titles),
        is_chinese=bool(HAN.search(main)),
    )


def _family(author: Author) -> str:
    """Return a family name, or the whole name of a Chinese author: there are too few families to tell people apart."""
    if HAN.search(author.name):
        return folding.family(author.name)
    if author.family:
        name = folding.family(author.family)
        # "J. Smith" and "SMITH" both; a family name of one letter is an initial that stands in front.
        return name if len(name) > 1 or HAN.match(name) else folding.family(author.name.split()[-1])
    words = author.name.replace(",", " ").split()
    if not words:
        return ""
    longest = [word for word in words if len(word.strip(".")) > 2]
    return folding.family(longest[-1] if longest else words[0])


def _initial(author: Author) -> str:
    given = folding.latin(author.given or "").strip()
    return given[:1].casefold()


def _journal(text: str) -> str:
    """Return a journal's words that mean something, without what stands behind a colon or in brackets."""
    bare = re.sub(r"\s*[(\[][^()\[\]]*[)\]]", "", text) or text
    return " ".join(word for word in folding.folded(bare).split() if word not in _STOP)


def same_journal(one: Sketch, other: Sketch) -> float:
    """Return how much two journals are the same, 0 to 1; -1 when one is unknown.

    Abbreviations are prefixes of words in order: "j clin oncol" is "journal clinical oncology".
    """
    if one.issns & other.issns:
        return 1.0
    if not one.journal or not other.journal:
        return -1.0
    if (
        one.journal == other.journal
        or _abbreviates(one.journal, other.journal)
        or _abbreviates(other.journal, one.journal)
    ):
        return 1.0
    # "Diabetes" is in "Diabetes Care", and two conferences on information systems share all words but one: names that
    # hold each other are alike, not the same.
    spelled = float(fuzz.token_sort_ratio(one.journal, other.journal)) / 100
    held = min(float(fuzz.token_set_ratio(one.journal, other.journal)) / 100, _HELD)
    return max(spelled if spelled >= _SPELLED else min(spelled, _HELD), held)


def _abbreviates(short: str, long: str) -> bool:
    """Whether every word of one begins a word of the other, in order, or one holds the other's acronym."""
    words, parts = long.split(), short.split()
    if any(3 <= len(part) <= 7 and _is_acronym(part, words) for part in parts[:2]):
        return True
    place = 0
    for part in parts:
        while place < len(words) and not words[place].startswith(part):
            place += 1
        if place == len(words):
            return False
        place += 1
    return len(parts) >= len(words) - 2 and len(parts) > 0


def _is_acronym(word: str, words: list[str]) -> bool:
    """Whether a word is made of beginnings of all the words: AMCIS of Americas Conference Information Systems."""
    if len(words) < 3 or word in words:
        return False
    reached = {0}
    for each in words:
        reached = {
            at + length
            for at in reached
            for length in range(1, 4)
            if each.startswith(word[at : at + length]) and at + length <= len(word)
        }
    return len(word) in reached
