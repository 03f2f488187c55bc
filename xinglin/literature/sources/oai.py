"""OAI-PMH 2.0: the records of a repository in Dublin Core, page by page, deleted ones named.

Source: the protocol's document, sections 2.5 (datestamps), 3.5 (resumption tokens), 3.6 (errors) and 4.5 (ListRecords).
The address is typed by a person: only public addresses are connected to, and a host is asked once in two seconds.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.commons.numbers import whole
from xinglin.literature import xml
from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import year_in
from xinglin.literature.errors import AnswerBroken, SourceDown, SourceSaysNo
from xinglin.literature.files.pieces import Unreadable
from xinglin.literature.identifiers import clean_doi, issns_in
from xinglin.literature.sources import pace
from xinglin.literature.sources.pages import fetch_page

PER_SECOND = 0.5
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_KINDS = (
    ("thesis", Kind.THESIS), ("dissertation", Kind.THESIS), ("preprint", Kind.PREPRINT), ("book", Kind.BOOK),
    ("conference", Kind.CONFERENCE), ("report", Kind.REPORT), ("dataset", Kind.DATASET), ("article", Kind.JOURNAL),
)  # fmt: skip


@dataclass(frozen=True)
class OaiPage:
    """One page: articles with their identifiers, identifiers of deleted records, and how to go on."""

    articles: tuple[tuple[str, Article], ...]
    gone: tuple[str, ...]
    token: str
    total: int | None


def records(address: str, *, since: date, until: date, token: str = "") -> OaiPage:
    """Return a page of the records that were changed on these days.

    ``address`` is the repository's base URL; ``?set=…`` behind it narrows to a set. Raises ``SourceTrouble``.
    """
    parts = urlsplit(address.strip())
    asked = {"verb": "ListRecords"}
    if token:
        asked["resumptionToken"] = token
    else:
        asked |= {"metadataPrefix": "oai_dc", "from": since.isoformat(), "until": until.isoformat()}
        asked |= {name: value for name, value in parse_qsl(parts.query) if name == "set"}
    pace.take_turn(f"oai {parts.netloc}"[:255], per_second=PER_SECOND)
    page = fetch_page(urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(asked), "")))
    if page.status != 200:
        raise (SourceDown if page.status == 429 else SourceSaysNo)(
            _("仓储答复 %(code)d；请核对 OAI-PMH 的网址。"), code=page.status
        )
    return _read(page.body)


def _read(body: bytes) -> OaiPage:
    try:
        root = xml.root_of(body.decode("utf-8"))
    except (Unreadable, UnicodeDecodeError) as error:
        raise AnswerBroken(_("仓储的答复不是完整的 XML（%(why)s）。"), why=str(error)[:120]) from None
    if root.tag != f"{_OAI}OAI-PMH":
        raise AnswerBroken(_("这个网址答的不是 OAI-PMH；请填仓储的 OAI-PMH 基本网址。"))
    error_told = root.find(f"{_OAI}error")
    if error_told is not None:
        return _refused(error_told)
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise AnswerBroken(_("仓储的答复里没有 ListRecords。"))
    articles, gone = [], []
    for record in listed.iterfind(f"{_OAI}record"):
        number = xml.at(record, f"{_OAI}header/{_OAI}identifier")
        header = record.find(f"{_OAI}header")
        if not number or header is None:
            raise AnswerBroken(_("仓储的答复里有没有标识的记录。"))
        if header.get("status") == "deleted":
            gone.append(number)
        else:
            articles.append((number, _article(number, record)))
    token = listed.find(f"{_OAI}resumptionToken")
    size = token.get("completeListSize", "") if token is not None else ""
    return OaiPage(
        tuple(articles),
        tuple(gone),
        xml.words(token),
        whole(size),
    )


def _refused(told: etree._Element) -> OaiPage:
    code = told.get("code", "")
    if code == "noRecordsMatch":
        return OaiPage((), (), "", 0)
    if code == "badResumptionToken":
        raise AnswerBroken(_("仓储不认识续取的标记了；从头再取。"))
    raise SourceSaysNo(_("仓储说：%(code)s %(why)s。"), code=code, why=xml.words(told)[:200])


def _article(number: str, record: etree._Element) -> Article:
    def every(name: str) -> tuple[str, ...]:
        return xml.every(record, f".//{_DC}{name}")

    identifiers = every("identifier")
    doi = next((found for each in identifiers if "10." in each and (found := clean_doi(each))), "")
    titles, dates, said = every("title"), every("date"), " ".join(every("type")).lower()
    return Article(
        title=next(iter(titles), ""),
        other_title=titles[1] if len(titles) > 1 else "",
        authors=tuple(Author(name=each) for each in every("creator")),
        kind=next((kind for word, kind in _KINDS if word in said), Kind.OTHER),
        journal=next(iter(every("source")), ""),
        issns=issns_in(" ".join(every("source"))),
        year=year_in(next(iter(dates), "")),
        published=next(iter(dates), "")[:10],
        abstract="\n".join(every("description")),
        keywords=every("subject"),
        language=next(iter(every("language")), ""),
        publisher=next(iter(every("publisher")), ""),
        doi=doi,
        url=next((each for each in identifiers if each.startswith("http")), ""),
        source="oai",
        source_id=number,
        entered=xml.at(record, f"{_OAI}header/{_OAI}datestamp")[:10],
    )
