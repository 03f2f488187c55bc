"""OAI-PMH 2.0: the records of a repository in Dublin Core, page by page, deleted ones named.

Source: the protocol's document, sections 2.5 (datestamps), 3.5 (resumption tokens), 3.6 (errors) and 4.5 (ListRecords).
The protocol is read by the catalogue's client (``catalog.copying.oai_client``); here a description becomes an article.
The address is typed by a person: only public addresses are connected to, and a host is asked once in two seconds.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.errors import AnswerUnreadable
from xinglin.catalog.copying.oai_client import Harvested, read_answer
from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import clean, year_in
from xinglin.literature.errors import AnswerBroken, SourceDown, SourceSaysNo
from xinglin.literature.identifiers import clean_doi, issns_in
from xinglin.literature.sources import pace
from xinglin.literature.sources.pages import fetch_page

PER_SECOND = 0.5
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
        answer = read_answer(body)
    except AnswerUnreadable as error:
        raise AnswerBroken(
            _("仓储的答复不是完整的 XML，或不是 OAI-PMH（%(why)s）。"), why=str(error)
        ) from None
    if answer.trouble:
        # Half an answer may lack records and the token that leads on: it is asked for again.
        raise AnswerBroken(_("仓储的答复不是完整的 XML（%(why)s）。"), why=answer.trouble)
    if answer.errors:
        return _refused(*answer.errors[0])
    if answer.verb != "ListRecords":
        raise AnswerBroken(_("仓储的答复里没有 ListRecords。"))
    if not all(record.identifier for record in answer.records):
        raise AnswerBroken(_("仓储的答复里有没有标识的记录。"))
    return OaiPage(
        tuple((each.identifier, _article(each)) for each in answer.records if not each.deleted),
        tuple(each.identifier for each in answer.records if each.deleted),
        answer.token,
        answer.total,
    )


def _refused(code: str, why: str) -> OaiPage:
    if code == "noRecordsMatch":
        return OaiPage((), (), "", 0)
    if code == "badResumptionToken":
        raise AnswerBroken(_("仓储不认识续取的标记了；从头再取。"))
    raise SourceSaysNo(_("仓储说：%(code)s %(why)s。"), code=code, why=why[:200])


def _article(record: Harvested) -> Article:
    def every(name: str) -> tuple[str, ...]:
        return tuple(text for each in record.elements.get(name, ()) if (text := clean(each)))

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
        source_id=record.identifier,
        entered=record.datestamp[:10],
    )
