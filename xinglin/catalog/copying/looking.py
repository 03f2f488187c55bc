"""One question to one source, in words that cataloguers use; the answer beside what we have."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying import sru_client, zoom
from xinglin.catalog.copying.comparing import Compared, compared
from xinglin.catalog.copying.models import CopySource, SourceKind
from xinglin.catalog.marc import Reading, RecordRead, RefusedRecord
from xinglin.commons.text import plain

PAGE = 10
LONGEST_QUESTION = 200


class By(StrEnum):
    """What a source is asked by."""

    ISBN = "isbn"
    ISSN = "issn"
    TITLE = "title"
    AUTHOR = "author"
    ANY = "any"


BY_LABELS = {
    By.ISBN: _("ISBN"), By.ISSN: _("ISSN"), By.TITLE: _("题名"), By.AUTHOR: _("责任者"), By.ANY: _("任意词"),
}  # fmt: skip
# Names that the servers of real libraries understand (Bath profile; Dublin Core in CQL).
_CQL = {
    By.ISBN: "bath.isbn", By.ISSN: "bath.issn", By.TITLE: "dc.title", By.AUTHOR: "dc.creator", By.ANY: "cql.anywhere",
}  # fmt: skip
# Bib-1 use attributes.
_BIB1 = {By.ISBN: 7, By.ISSN: 8, By.TITLE: 4, By.AUTHOR: 1003, By.ANY: 1016}


@dataclass(frozen=True)
class Outside:
    """One page of what a source has. ``refused`` are the records in it that nobody could read."""

    total: int
    found: tuple[Compared, ...]
    refused: tuple[RefusedRecord, ...]


def look(source: CopySource, *, by: By, text: str, start: int = 1) -> Outside:
    """Ask a source.

    Raises ``AddressRefused``, ``SourceUnreachable``, ``SourceRefused``, ``AnswerUnreadable``, ``Z3950NotInstalled``.
    """
    readings, total = _asked(source, by, text, start=start, maximum=PAGE)
    reads = [reading for reading in readings if isinstance(reading, RecordRead)]
    refused = tuple(reading for reading in readings if isinstance(reading, RefusedRecord))
    return Outside(total if total is not None else len(reads), tuple(compared(reads)), refused)


def how_many(source: CopySource, *, by: By, text: str) -> int:
    """Return how many records a source has of something; the records themselves are not looked at.

    Raises what ``look`` does.
    """
    readings, total = _asked(source, by, text, start=1, maximum=1)
    return total if total is not None else len(readings)


def _asked(
    source: CopySource, by: By, text: str, *, start: int, maximum: int
) -> tuple[Sequence[Reading], int | None]:
    words = plain(text)[:LONGEST_QUESTION]
    if by in (By.ISBN, By.ISSN):
        words = words.replace("-", "").replace(" ", "")
    if source.kind == SourceKind.SRU:
        answer = sru_client.search(
            source.address, cql_of(by, words), schema=source.record_schema, start=start, maximum=maximum
        )
        return answer.readings, answer.total
    return zoom.search(source, pqf_of(by, words), start=start, maximum=maximum)


def cql_of(by: By, words: str) -> str:
    """Return a question as CQL: one quoted term, nothing in it means anything."""
    term = (
        words.replace("\\", " ")
        .replace('"', " ")
        .replace("*", " ")
        .replace("?", " ")
        .replace("^", " ")
        .strip()
    )
    return f'{_CQL[by]}="{term}"'


def pqf_of(by: By, words: str) -> str:
    """Return a question in the prefix notation of YAZ: one quoted term under one use attribute."""
    term = words.replace("\\", " ").replace('"', " ").strip()
    structure = "@attr 4=6 " if by in (By.TITLE, By.AUTHOR, By.ANY) and " " in term else ""
    return f'@attr 1={_BIB1[by]} {structure}"{term}"'
