"""Crossref's and OpenAlex's search over the same records, and a repository by OAI-PMH: as much as a harvester asks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from literature_sandbox.query import BadQuery
from literature_sandbox.records import Record, day_of
from literature_sandbox.world import World

OAI_PAGE = 25
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2020-01-01T00:00:00Z</responseDate><request/>"
)


@dataclass(frozen=True)
class Told:
    """What the indexes tell of a record."""

    record: Record
    element: etree._Element
    created: str
    revised: str

    def text(self, path: str) -> str:
        found = self.element.find(path)
        return " ".join("".join(map(str, found.itertext())).split()) if found is not None else ""

    @property
    def doi(self) -> str:
        return self.text(".//ArticleIdList/ArticleId[@IdType='doi']")

    @property
    def people(self) -> list[tuple[str, str]]:
        listed = self.element.iterfind(".//AuthorList/Author")
        return [(each.findtext("LastName") or "", each.findtext("ForeName") or "") for each in listed]


def crossref(world: World, asked: Mapping[str, str], fault: str) -> bytes:
    """Answer one page of ``/works``."""
    found = _found(world, asked.get("query.bibliographic", ""))
    for name, day in re.findall(r"(from|until)-(?:created|index)-date:([\d-]+)", asked.get("filter", "")):
        by_index = "-index-date" in asked.get("filter", "")
        found = [each for each in found if _within(each.revised if by_index else each.created, name, day)]
    shown, following = _page(found, asked.get("cursor", "*"), int(asked.get("rows") or "20"), fault)
    message = {
        "total-results": len(found),
        "next-cursor": following,
        "items": [_work(each) for each in shown],
    }
    return json.dumps({"status": "ok", "message-type": "work-list", "message": message}).encode()


def openalex(world: World, asked: Mapping[str, str], fault: str) -> bytes:
    """Answer one page of ``/works``; the day of publication is the day of entry."""
    found = _found(world, asked.get("search", ""))
    for name, day in re.findall(r"(from|to)_publication_date:([\d-]+)", asked.get("filter", "")):
        found = [each for each in found if _within(each.created, name, day)]
    shown, following = _page(found, asked.get("cursor", "*"), int(asked.get("per-page") or "25"), fault)
    meta = {"count": len(found), "next_cursor": following or None}
    return json.dumps({"meta": meta, "results": [_openalex(each) for each in shown]}).encode()


def oai(world: World, asked: Mapping[str, str], fault: str) -> bytes:
    """Answer ``ListRecords`` in Dublin Core; a deleted record is told as deleted from its day on."""
    if asked.get("verb") != "ListRecords":
        return _oai_error("badVerb", "only ListRecords is played here")
    token = asked.get("resumptionToken", "")
    since, until, start = asked.get("from", ""), asked.get("until", ""), 0
    if token:
        pieces = token.split("|")
        if len(pieces) != 3 or not pieces[2].isdecimal() or fault == "cursor_expired":
            return _oai_error("badResumptionToken", "start again")
        since, until, start = pieces[0], pieces[1], int(pieces[2])
    listed = [each for each in _stamped(world) if since <= each[1] <= until]
    if not listed:
        return _oai_error("noRecordsMatch", "nothing")
    shown, end = listed[start : start + OAI_PAGE], start + OAI_PAGE
    following = f"{since}|{until}|{end}" if end < len(listed) else ""
    told = f'<resumptionToken completeListSize="{len(listed)}">{following}</resumptionToken>'
    return f"{_HEAD}<ListRecords>{''.join(map(_oai_record, shown))}{told}</ListRecords></OAI-PMH>".encode()


def _found(world: World, query: str) -> list[Told]:
    now = world.clock.now()
    try:
        return [_told(each, now) for each in world.find(query)] if query else []
    except BadQuery:
        return []


def _told(record: Record, now: float) -> Told:
    version = record.at(now) or record.versions[-1]
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    element = etree.fromstring(version.xml, parser)
    return Told(record, element, day_of(record.entered_at).isoformat(), day_of(version.since).isoformat())


def _within(day: str, name: str, mark: str) -> bool:
    return day >= mark if name == "from" else day <= mark


def _page(found: list[Told], cursor: str, size: int, fault: str) -> tuple[list[Told], str]:
    start = 0 if cursor == "*" else int(cursor.removeprefix("at-") or "0")
    shown = found[start : start + size]
    if fault == "short":
        shown = shown[: len(shown) // 2]
    return shown, (cursor if fault == "cursor_repeated" and shown else f"at-{start + size}")


def _work(told: Told) -> dict[str, object]:
    year, month, day = map(int, told.created.split("-"))
    return {
        "DOI": told.doi,
        "type": "journal-article",
        "title": [told.text(".//ArticleTitle")],
        "author": [{"family": family, "given": given} for family, given in told.people],
        "container-title": [told.text(".//Journal/Title")],
        "ISSN": [told.text(".//Journal/ISSN")],
        "volume": told.text(".//JournalIssue/Volume"),
        "issue": told.text(".//JournalIssue/Issue"),
        "page": told.text(".//MedlinePgn"),
        "published": {"date-parts": [[int(told.text(".//PubDate/Year") or year), month, day]]},
        "created": {"date-time": f"{told.created}T00:00:00Z"},
        "indexed": {"date-time": f"{told.revised}T00:00:00Z"},
    }


def _openalex(told: Told) -> dict[str, object]:
    first, _dash, last = told.text(".//MedlinePgn").partition("-")
    return {
        "id": f"https://openalex.org/W{told.record.number}",
        "doi": f"https://doi.org/{told.doi}",
        "display_name": told.text(".//ArticleTitle"),
        "type": "article",
        "publication_year": int(told.text(".//PubDate/Year") or told.created[:4]),
        "publication_date": told.created,
        "language": "en",
        "ids": {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{told.record.number}"},
        "primary_location": {
            "source": {"display_name": told.text(".//Journal/Title"), "issn": [told.text(".//Journal/ISSN")]}
        },
        "biblio": {
            "volume": told.text(".//JournalIssue/Volume"),
            "issue": told.text(".//JournalIssue/Issue"),
            "first_page": first,
            "last_page": last,
        },
        "authorships": [{"author": {"display_name": f"{given} {family}"}} for family, given in told.people],
        "created_date": told.created,
        "updated_date": told.revised,
    }


def _stamped(world: World) -> list[tuple[Record, str, bool]]:
    """Return every record that ever appeared with the day of its last change, and whether it is gone."""
    now, stamped = world.clock.now(), []
    for record in world.shelf.records.values():
        if record.entered_at <= now:
            gone = record.gone_at is not None and record.gone_at <= now
            moment = record.gone_at if gone and record.gone_at is not None else record.revised_at(now)
            stamped.append((record, day_of(moment).isoformat(), gone))
    return sorted(stamped, key=lambda each: (each[1], each[0].number))


def _oai_record(stamped: tuple[Record, str, bool]) -> str:
    record, day, gone = stamped
    status = ' status="deleted"' if gone else ""
    number = f"oai:sandbox.example:{record.number}"
    header = f"<header{status}><identifier>{number}</identifier><datestamp>{day}</datestamp></header>"
    if gone:
        return f"<record>{header}</record>"
    told = _told(record, record.versions[-1].since)
    people = "".join(
        f"<dc:creator>{escape(f'{family}, {given}')}</dc:creator>" for family, given in told.people
    )
    return (
        f'<record>{header}<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(told.text(".//ArticleTitle"))}</dc:title>'
        f"{people}<dc:type>article</dc:type><dc:date>{told.text('.//PubDate/Year')}</dc:date>"
        f"<dc:source>{escape(told.text('.//Journal/Title'))}</dc:source>"
        f"<dc:identifier>https://doi.org/{told.doi}</dc:identifier></oai_dc:dc></metadata></record>"
    )


def _oai_error(code: str, words: str) -> bytes:
    return f'{_HEAD}<error code="{code}">{words}</error></OAI-PMH>'.encode()
