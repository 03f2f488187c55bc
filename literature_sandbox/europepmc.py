"""Europe PMC's search over the same records: pages by cursor; a search without a hit has no next cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from html import escape

from lxml import etree

from literature_sandbox.query import BadQuery
from literature_sandbox.records import Record, day_of
from literature_sandbox.world import World

TITLE, ABSTRACT = ".//ArticleTitle", ".//Abstract"
JOURNAL, YEAR = ".//Journal/Title", ".//PubDate/Year"


def search(world: World, asked: Mapping[str, str], fault: str, base: str = "https://europepmc.org/") -> bytes:
    """Answer one page; ``base`` is where the free full texts stand."""
    query = asked.get("query", "")
    try:
        found = world.find(query)
    except BadQuery as error:
        return json.dumps({"version": "6.9", "errCode": 400, "errMsg": f"Invalid query: {error}"}).encode()
    size = min(max(int(asked.get("pageSize") or "25"), 1), 1000)
    mark = asked.get("cursorMark") or "*"
    start = _place(mark, query)
    shown = found[start : start + size]
    answer: dict[str, object] = {"version": "6.9", "hitCount": len(found)}
    if found:
        answer["nextCursorMark"] = (
            mark if fault == "cursor_repeated" and shown else _mark(start + len(shown), query)
        )
    answer["request"] = {
        "queryString": query,
        "resultType": asked.get("resultType", "lite"),
        "cursorMark": mark,
        "pageSize": size,
    }
    now = world.clock.now()
    answer["resultList"] = {"result": [_result(record, now, base) for record in shown]}
    return json.dumps(answer, ensure_ascii=False).encode()


def _mark(place: int, query: str) -> str:
    return base64.b64encode(f"{place}:{len(query)}".encode()).decode()


def _place(mark: str, query: str) -> int:
    """Return where a page begins; a cursor belongs to one query."""
    if mark == "*":
        return 0
    try:
        place, _colon, length = base64.b64decode(mark).decode().partition(":")
        return int(place) if int(length) == len(query) else 0
    except ValueError:
        return 0


def full_text(world: World, place: str) -> str | None:
    """Return the page of an open article, or None where there is none."""
    now = world.clock.now()
    number = place.removeprefix("PMC")
    record = world.shelf.resolved(number, now)
    if record is None or not number.isdecimal() or not is_open_access(record.number):
        return None
    text = _Texts(record, now)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(text(TITLE))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><p>Pretend Europe PMC &middot; PMC{record.number} &middot; open access</p>"
        f"<h1>{escape(text(TITLE))}</h1><p>{escape(text(JOURNAL))} {escape(text(YEAR))}</p>"
        f"<h2>Abstract</h2><p>{escape(text(ABSTRACT))}</p></body></html>"
    )


class _Texts:
    """The texts of a record as it reads at a moment."""

    def __init__(self, record: Record, moment: float) -> None:
        self.version = record.at(moment) or record.versions[-1]
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self.element = etree.fromstring(self.version.xml, parser)

    def __call__(self, path: str) -> str:
        found = self.element.find(path)
        return " ".join("".join(map(str, found.itertext())).split()) if found is not None else ""


def _result(record: Record, moment: float, base: str) -> dict[str, object]:
    text = _Texts(record, moment)
    element, version, doi = text.element, text.version, text(".//ArticleIdList/ArticleId[@IdType='doi']")
    authors = [
        {
            "fullName": f"{each.findtext('LastName')} {each.findtext('Initials') or ''}".strip(),
            "lastName": each.findtext("LastName"),
            "firstName": each.findtext("ForeName") or "",
            "initials": each.findtext("Initials") or "",
        }
        for each in element.iterfind(".//AuthorList/Author")
        if each.findtext("LastName")
    ]
    return {
        "id": record.number,
        "source": "MED",
        "pmid": record.number,
        "doi": doi,
        "title": text(TITLE),
        "authorString": ", ".join(str(each["fullName"]) for each in authors) + ".",
        "authorList": {"author": authors},
        "journalInfo": {
            "issue": text(".//JournalIssue/Issue"),
            "volume": text(".//JournalIssue/Volume"),
            "journal": {
                "title": text(JOURNAL),
                "isoabbreviation": text(".//ISOAbbreviation"),
                "issn": text(".//Journal/ISSN"),
            },
        },
        "pubYear": text(YEAR),
        "pageInfo": text(".//MedlinePgn"),
        "abstractText": text(ABSTRACT),
        "language": text(".//Language"),
        "pubTypeList": {
            "pubType": [each.text for each in element.iterfind(".//PublicationType") if each.text]
        },
        **_ways(record.number, doi, base),
        "firstIndexDate": day_of(record.entered_at).isoformat(),
        "dateOfCreation": day_of(record.entered_at).isoformat(),
        "dateOfRevision": day_of(version.since).isoformat(),
        "firstPublicationDate": day_of(record.entered_at).isoformat(),
    }


def is_open_access(number: str) -> bool:
    """Whether an article may be read freely here: every fifth number, so that a test and a demonstration can tell."""
    return int(number) % 5 == 0


def _ways(number: str, doi: str, base: str) -> dict[str, object]:
    """Say of an open article where its full text is, as Europe PMC does; of another that a subscription is needed."""
    if not is_open_access(number):
        subscribed = {"availability": "Subscription required", "availabilityCode": "S", "documentStyle": "doi",
                      "site": "DOI", "url": f"https://doi.org/{doi}"}  # fmt: skip
        return {"isOpenAccess": "N", "fullTextUrlList": {"fullTextUrl": [subscribed] if doi else []}}
    way = {"availability": "Open access", "availabilityCode": "OA", "documentStyle": "html",
           "site": "Europe_PMC", "url": f"{base}europepmc/articles/PMC{number}"}  # fmt: skip
    return {"isOpenAccess": "Y", "pmcid": f"PMC{number}", "fullTextUrlList": {"fullTextUrl": [way]}}
