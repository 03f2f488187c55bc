"""Europe PMC's search over the same records: pages by cursor; a search without a hit has no next cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from lxml import etree

from literature_sandbox.query import BadQuery
from literature_sandbox.records import Record, day_of
from literature_sandbox.world import World


def search(world: World, asked: Mapping[str, str], fault: str) -> bytes:
    """Answer one page."""
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
    answer["resultList"] = {"result": [_result(record, now) for record in shown]}
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


def _result(record: Record, moment: float) -> dict[str, object]:
    version = record.at(moment) or record.versions[-1]
    element = etree.fromstring(version.xml, etree.XMLParser(resolve_entities=False, no_network=True))

    def text(path: str) -> str:
        found = element.find(path)
        return (
            " ".join("".join(str(piece) for piece in found.itertext()).split()) if found is not None else ""
        )

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
        "doi": text(".//ArticleIdList/ArticleId[@IdType='doi']"),
        "title": text(".//ArticleTitle"),
        "authorString": ", ".join(str(each["fullName"]) for each in authors) + ".",
        "authorList": {"author": authors},
        "journalInfo": {
            "issue": text(".//JournalIssue/Issue"),
            "volume": text(".//JournalIssue/Volume"),
            "journal": {
                "title": text(".//Journal/Title"),
                "isoabbreviation": text(".//ISOAbbreviation"),
                "issn": text(".//Journal/ISSN"),
            },
        },
        "pubYear": text(".//PubDate/Year"),
        "pageInfo": text(".//MedlinePgn"),
        "abstractText": text(".//Abstract"),
        "language": text(".//Language"),
        "pubTypeList": {
            "pubType": [each.text for each in element.iterfind(".//PublicationType") if each.text]
        },
        "isOpenAccess": "N",
        "firstIndexDate": day_of(record.entered_at).isoformat(),
        "dateOfCreation": day_of(record.entered_at).isoformat(),
        "dateOfRevision": day_of(version.since).isoformat(),
        "firstPublicationDate": day_of(record.entered_at).isoformat(),
    }
