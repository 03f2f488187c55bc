"""From what a reader wrote to documents: numbers, pasted references, a title."""

import re

from xinglin.catalog.search.numbers import number_in
from xinglin.commons.text import plain
from xinglin.delivery.models import DocumentKind
from xinglin.delivery.works import Work

MOST_AT_ONCE = 10
LONGEST = 8000
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"'<>，。；、（）【】\u4e00-\u9fff]+)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID\s*[:：]?\s*(\d{1,8})\b", re.IGNORECASE)


def works_in(text: str) -> list[Work]:
    """Return the documents that a text asks for, one a line; what is not understood stays as it was written."""
    lines = [line.strip() for line in plain(text[:LONGEST]).splitlines() if line.strip()]
    return [_work(line) for line in lines[:MOST_AT_ONCE]]


def _work(text: str) -> Work:
    number = number_in(text)
    if number and len(number) in (10, 13):
        return Work(kind=DocumentKind.CHAPTER, isbn=number, asked_as=text)
    doi, pmid = _DOI.search(text), _PMID.search(text)
    return Work(doi=doi[1].rstrip(".,;)").lower() if doi else "", pmid=pmid[1] if pmid else "", asked_as=text)
