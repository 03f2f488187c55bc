"""PubMed by E-utilities: numbers first, then records by their numbers. Source: NCBI, Entrez Programming Utilities Help.

An answer is believed only when it is whole: the right root, no ERROR, as many numbers as it counts, and
exactly the records that were asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.commons.numbers import whole
from xinglin.literature import xml
from xinglin.literature.articles import Article
from xinglin.literature.errors import AnswerBroken, SourceSaysNo
from xinglin.literature.files import pubmed_xml
from xinglin.literature.files.pieces import Unreadable
from xinglin.literature.sources import hosts
from xinglin.literature.sources.web import ask

MOST_NUMBERS = 9_999
"""What PubMed shows of one search; a search that finds more must be split by date."""
MOST_RECORDS = 200
DATES = ("edat", "mhda", "mdat", "crdt", "pdat")


@dataclass(frozen=True)
class Found:
    """What a search found: how many, which, and how the source understood the words."""

    count: int
    numbers: tuple[str, ...]
    translation: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return len(self.numbers) == self.count


@dataclass(frozen=True)
class Fetched:
    """Records by their numbers, each with its bytes; what could not be read, with the reason.

    ``strangers`` are records that were not asked for: what an asked number was merged into.
    """

    records: dict[str, tuple[Article, bytes]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    strangers: dict[str, Article] = field(default_factory=dict)


def search(
    query: str,
    *,
    since: date | None = None,
    until: date | None = None,
    by: str = "edat",
    limit: int = MOST_NUMBERS,
) -> Found:
    """Return the numbers of what a query finds, newest first. Raises ``SourceTrouble``."""
    asked = {"db": "pubmed", "term": query, "retmode": "xml", "retmax": str(limit), "retstart": "0", **_who()}
    if since and until:
        asked |= {"datetype": by, "mindate": f"{since:%Y/%m/%d}", "maxdate": f"{until:%Y/%m/%d}"}
    root = _root(ask(hosts.pubmed(), "/esearch.fcgi", asked).body, "eSearchResult")
    count = xml.at(root, "Count")
    numbers = xml.every(root, "IdList/Id")
    if whole(count) is None or any(whole(number) is None for number in numbers):
        raise AnswerBroken(_("PubMed 的检索答复里没有命中数。"))
    if len(numbers) != min(int(count), limit):
        raise AnswerBroken(
            _("PubMed 说命中 %(count)s 条，却只给了 %(given)d 个编号。"), count=count, given=len(numbers)
        )
    if len(set(numbers)) != len(numbers):
        raise AnswerBroken(_("PubMed 的答复里有重复的编号。"))
    warnings = [*xml.every(root, "ErrorList/*"), *xml.every(root, "WarningList/*")]
    return Found(int(count), numbers, xml.at(root, "QueryTranslation"), tuple(warnings))


def fetch(numbers: Sequence[str]) -> Fetched:
    """Return records by their numbers. A number that is missing from the answer is simply not in it.

    Raises ``SourceTrouble`` when the answer is not whole.
    """
    return read(answer_for(numbers), numbers)


def answer_for(numbers: Sequence[str]) -> bytes:
    """Return what PubMed answers when asked for records by their numbers, as it came. Raises ``SourceTrouble``."""
    asked = {"db": "pubmed", "id": ",".join(numbers), "retmode": "xml", **_who()}
    return ask(hosts.pubmed(), "/efetch.fcgi", asked).body


def read(answer: bytes, numbers: Sequence[str]) -> Fetched:
    """Return the records of an answer. Raises ``SourceTrouble`` when it is not whole."""
    root = _root(answer, "PubmedArticleSet")
    fetched = Fetched()
    for element in root:
        if element.tag not in pubmed_xml.NAMES:
            continue
        number = xml.at(element, "MedlineCitation/PMID") or xml.at(element, "BookDocument/PMID")
        if number not in numbers:
            fetched.strangers[number] = pubmed_xml.of_element(element)
            continue
        raw = etree.tostring(element, with_tail=False)
        if number in fetched.records and fetched.records[number][1] != raw:
            raise AnswerBroken(_("PubMed 把记录 %(number)s 给了两次，内容不同。"), number=number)
        try:
            fetched.records[number] = (pubmed_xml.of_element(element), raw)
        except Unreadable as error:
            fetched.unreadable[number] = error.why
    return fetched


def _root(body: bytes, name: str) -> etree._Element:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise AnswerBroken(_("PubMed 的答复里有坏字节。")) from None
    try:
        root = xml.root_of(text)
    except Unreadable as error:
        raise AnswerBroken(_("PubMed 的答复不完整：%(why)s。"), why=error.why) from None
    if root.tag == "ERROR":
        raise AnswerBroken(_("PubMed 说：%(why)s。"), why=xml.words(root)[:200])
    if root.tag != name:
        raise AnswerBroken(
            _("PubMed 答复的不是 %(name)s，而是 %(other)s。"), name=name, other=str(root.tag)[:40]
        )
    if said := xml.at(root, "ERROR"):
        passing = any(word in said for word in ("Unable to obtain", "Search Backend failed", "temporarily"))
        trouble = AnswerBroken if passing else SourceSaysNo
        raise trouble(_("PubMed 说：%(why)s。"), why=said[:200])
    return root


def _who() -> dict[str, str]:
    said = {"tool": "xinglin", "email": settings.CONTACT_EMAIL, "api_key": settings.NCBI_KEY}
    return {name: value for name, value in said.items() if value}
