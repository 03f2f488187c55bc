"""Two records judged: the same publication, perhaps, or not, with the reasons a person can check.

Three bands. *Auto* needs titles that say the same and at least two independent facts of the publication
(who, when, where, which page, which number), and nothing that speaks against it. What would be auto but for one
contradiction, or has like titles and one fact too few, is *maybe*: a person decides.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from xinglin.commons.numbers import whole
from xinglin.intelligence.dedup import comparing, folding
from xinglin.intelligence.dedup.comparing import Agreement, Likeness
from xinglin.intelligence.dedup.sketching import Sketch, same_journal
from xinglin.literature.articles import Kind


class Band(StrEnum):
    AUTO = "auto"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two records are to each other, and by which facts: ``for_it`` and ``against`` hold codes.

    ``if_alone``: auto only while no third record of the same title contradicts one of the two, for one of them
    does not say where it appeared.
    """

    band: Band
    for_it: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    if_alone: bool = False


_NO = Verdict(Band.NO)
_ASIDE = frozenset({"words", "whole", "far", "long"})
SURE_JOURNAL, OTHER_JOURNAL = 0.85, 0.6
"""How alike names of journals are that are one journal, and below which they are two."""
LONG_TITLE, LONG_CHINESE = 30, 10
"""Characters from which a title is one paper's own; below stand "Editor's comments" and "Book review"."""
_WHOLE_ARTICLE, _WHOLE_VOLUME = 3, 80
"""From how many pages to how many a range is one article's own: several abstracts may stand on one or two, and all
papers of a supplement may name the whole of it."""
FAR_PAGE = 200
"""A page that only a journal reaches whose issues go on from page to page through the volume."""
_COCHRANE = re.compile(r"cd\d{6}")


def judge(one: Sketch, other: Sketch) -> Verdict:
    """Return what two records are to each other. Symmetric, and the same whatever else is known."""
    facts = _facts(one, other)
    if facts is None:
        return _NO
    for_it = tuple(name for name, value in facts.items() if value > 0 and name not in _ASIDE)
    against = tuple(name for name, value in facts.items() if value < 0)
    band = _band(facts, against)
    alone = band == Band.MAYBE and not against and _says_less(one, other, facts)
    return Verdict(Band.AUTO if alone else band, for_it, against, alone)


def _facts(one: Sketch, other: Sketch) -> dict[str, int] | None:
    """Return what agrees and what contradicts, or None when nothing but a different work is possible."""
    if not (one.has_title and other.has_title) or one.notice != other.notice:
        return None
    likeness, title, other_title = comparing.best_pair(one, other)
    pages = comparing.first_pages(one, other)
    if likeness == Likeness.OTHER and not (pages == Agreement.AGREES and _is_whole(one, other)):
        return None
    journal = same_journal(one, other)
    return {
        "title": int(likeness),
        "numbers": 0 if _same_numbers(title, other_title, likeness) else -1,
        "authors": comparing.authors(one, other),
        "year": comparing.years(one, other),
        "journal": 0
        if journal < 0
        else 2
        if journal >= SURE_JOURNAL
        else -1
        if journal < OTHER_JOURNAL
        else 1,
        "volume": comparing.volumes(one, other),
        "issue": comparing.issues(one, other),
        "pages": pages,
        "doi": comparing.same(one.doi, other.doi),
        "pmid": comparing.same(one.pmid, other.pmid),
        "number": comparing.same(one.number, other.number),
        "native": comparing.natives(one, other),
        "form": _same_form(one, other),
        "version": _same_version(one, other),
        "words": int(comparing.same_words(title, other_title)),
        "whole": int(_is_whole(one, other)),
        "far": int((whole(one.first_page) or 0) >= FAR_PAGE),
        "long": int(
            min(len(one.compact), len(other.compact)) >= (LONG_CHINESE if one.is_chinese else LONG_TITLE)
        ),
    }


def _says_less(one: Sketch, other: Sketch, facts: dict[str, int]) -> bool:
    """Whether everything that one of them says, the other says too: a long title, all authors, the year."""
    who = one.families == other.families and len(one.families) > 1
    silent = not (one.journal and other.journal)
    return (
        silent
        and one.kind == other.kind
        and who
        and facts["title"] == Likeness.SAME
        and facts["year"] == 2
        and len(one.compact) >= LONG_TITLE
    )


def _same_form(one: Sketch, other: Sketch) -> int:
    """Return -1 for a paper beside what went before it under the same title: its protocol, preprint or thesis."""
    before = (Kind.PREPRINT, Kind.THESIS)
    apart = one.kind != other.kind and (one.kind in before or other.kind in before)
    return -1 if apart or one.is_protocol != other.is_protocol else 0


def _same_version(one: Sketch, other: Sketch) -> int:
    """Return -1 where the place in print may be that of another version, and nothing tells.

    A Cochrane review keeps title, authors and number through all its updates: only the year with the issue tells them
    apart. A yearly report may begin on the same page every year: two years in a row without a volume may be either.
    An abstract stands in the supplement of the journal that prints the paper.
    """
    if _COCHRANE.fullmatch(one.first_page) and one.first_page == other.first_page:
        return -1 if one.year != other.year or comparing.issues(one, other) < 0 else 0
    known = any(
        a and a == b for a, b in ((one.doi, other.doi), (one.pmid, other.pmid), (one.volume, other.volume))
    )
    if not known and comparing.years(one, other) == Agreement.NEARLY and one.last_page != other.last_page:
        return -1
    for paper, abstract in ((one, other), (other, one)):
        if abstract.issue.startswith("s") and not abstract.first_page and _fills_pages(paper):
            return 0 if paper.issue.startswith("s") or (one.doi and one.doi == other.doi) else -1
    return 0


def _same_numbers(one: str, other: str, likeness: Likeness) -> bool:
    """Whether the numbers in the titles fit: parts, phases and years of one title must be those of the other."""
    short, long = sorted((folding.numbers(one), folding.numbers(other)), key=len)
    return long[: len(short)] == short if likeness == Likeness.BEGINS else long == short


def _is_whole(one: Sketch, other: Sketch) -> bool:
    """Whether both fill the same range of pages, long enough to be an article of its own."""
    return one.last_page == other.last_page and _fills_pages(one)


def _fills_pages(sketch: Sketch) -> bool:
    first, last = whole(sketch.first_page), whole(sketch.last_page)
    if first is None or last is None:
        return False
    return _WHOLE_ARTICLE <= last - first + 1 <= _WHOLE_VOLUME


def _band(facts: dict[str, int], against: tuple[str, ...]) -> Band:
    authors, year, journal = facts["authors"], facts["year"], facts["journal"]
    if facts["number"] < 0:
        return Band.NO
    if facts["title"] == Likeness.OTHER:
        whole = facts["volume"] == 2 and year >= 1 and journal >= 1 and authors >= 0
        whole = whole and not {"doi", "pmid", "form", "version"} & set(against)
        # Where every issue begins with page 1, the same people may fill the same pages twice in a volume.
        once = facts["issue"] > 0 or (facts["issue"] == 0 and facts["far"])
        return (Band.AUTO if authors == 2 and once else Band.MAYBE) if whole else Band.NO
    if not against:
        return _without_contradiction(facts)
    return _with_contradiction(facts, against)


def _without_contradiction(facts: dict[str, int]) -> Band:
    title, authors, year, journal = facts["title"], facts["authors"], facts["year"], facts["journal"]
    same_number = any(facts[name] > 0 for name in ("doi", "pmid", "native", "number"))
    known = sum(facts[name] > 0 for name in ("authors", "year", "journal", "volume", "pages")) + same_number
    # Where several short items share a page, or nothing tells the page, the words must be the same.
    alike = bool(facts["words"] or facts["whole"])
    if title >= Likeness.NEAR:
        if (facts["pages"] > 0 and known >= 3 and alike) or (same_number and known >= 2 and alike):
            return Band.AUTO
        sure = facts["words"] and facts["long"] and authors > 0
        if sure and (
            (year == 2 and (journal == 2 or facts["volume"] == 2)) or (journal == facts["volume"] == 2)
        ):
            return Band.AUTO
        return Band.MAYBE if known >= 2 else Band.NO
    if (facts["pages"] > 0 and facts["volume"] > 0 and known >= 4) or (same_number and known >= 3):
        return Band.AUTO if alike or title == Likeness.BEGINS else Band.MAYBE
    if title == Likeness.BEGINS and authors == year == journal == 2:
        return Band.MAYBE  # the rest may be "part 2", "executive summary" or "protocol"
    return Band.MAYBE if known >= 4 and authors > 0 else Band.NO


def _with_contradiction(facts: dict[str, int], against: tuple[str, ...]) -> Band:
    """Weigh one slip of a pen against everything else; two contradictions are two publications.

    An issue is the weakest of them: databases count parts and supplements in their own ways.
    """
    against = tuple(name for name in against if name != "issue") or against
    if len(against) > 1 or facts["title"] < Likeness.ALIKE:
        return Band.NO
    (slip,) = against
    agreeing = sum(
        facts[name] == Agreement.AGREES
        for name in ("authors", "year", "journal", "volume", "pages", "doi", "pmid")
    )
    near = facts["title"] >= Likeness.NEAR
    if slip in ("volume", "year", "journal", "authors", "issue"):
        # Columns and letters share a short title, and the page; other people or another issue are then another item.
        own = facts["long"] or slip not in ("authors", "issue")
        if near and own and facts["words"] and facts["pages"] == Agreement.AGREES and agreeing >= 4:
            return Band.AUTO
        same_place = near and facts["pages"] == Agreement.AGREES and agreeing >= 2
        return Band.MAYBE if same_place or (agreeing >= 3 and (facts["pages"] > 0 or near)) else Band.NO
    if slip == "pages":
        if facts["title"] == Likeness.SAME and facts["doi"] == Agreement.AGREES and agreeing >= 4:
            return Band.AUTO
        before_print = (
            near and facts["authors"] == facts["journal"] == 2 and facts["year"] > 0 and not facts["volume"]
        )
        return Band.MAYBE if before_print or (near and agreeing >= 4) else Band.NO
    if slip in ("form", "version"):
        return Band.MAYBE if near and agreeing >= 2 else Band.NO
    # Other numbers in the titles, another DOI or another PMID: parts, versions, corrections, doubles in PubMed.
    enough = 3 if slip == "doi" else 4
    return Band.MAYBE if near and facts["pages"] > 0 and agreeing >= enough else Band.NO
