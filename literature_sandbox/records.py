"""What the pretend databases hold: articles that appear, change, are retracted and merged by the clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from lxml import etree


@dataclass
class Version:
    """How a record reads from one moment on."""

    since: float
    xml: bytes


@dataclass
class Record:
    """One article. ``entered_at`` is when it appeared; ``merged_into`` and ``gone_at`` when it ceased to be."""

    number: str
    entered_at: float
    versions: list[Version] = field(default_factory=list)
    gone_at: float | None = None
    merged_into: str = ""

    def at(self, moment: float) -> Version | None:
        """Return how it reads at a moment, or None when it is not there."""
        if self.gone_at is not None and moment >= self.gone_at:
            return None
        shown = [version for version in self.versions if version.since <= moment]
        return shown[-1] if shown else None

    def revised_at(self, moment: float) -> float:
        version = self.at(moment)
        return version.since if version else self.entered_at


class Shelf:
    """All records by number."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self._facts: dict[bytes, Facts] = {}

    def add(self, xml: bytes, *, at: float) -> Record:
        """Put an article on the shelf; it appears at a moment, and its entry date says so."""
        element = etree.fromstring(xml, _parser())
        number = element.findtext(".//PMID") or ""
        _set_entry_date(element, at)
        record = Record(number, at, [Version(at, etree.tostring(element))])
        self.records[number] = record
        return record

    def revise(self, number: str, change: Callable[[etree._Element], None], *, at: float) -> None:
        """Let a record read otherwise from a moment on."""
        record = self.records[number]
        element = etree.fromstring(record.versions[-1].xml, _parser())
        change(element)
        record.versions.append(Version(at, etree.tostring(element)))

    def retract(self, number: str, *, at: float) -> None:
        """Mark a record as retracted from a moment on."""
        self.revise(number, _mark_retracted, at=at)

    def merge(self, number: str, *, into: str, at: float) -> None:
        """Delete a record that was a duplicate; whoever asks for it is given the other."""
        self.records[number].gone_at, self.records[number].merged_into = at, into

    def delete(self, number: str, *, at: float) -> None:
        self.records[number].gone_at = at

    def present(self, moment: float) -> list[Record]:
        """Return what is there at a moment, newest first."""
        there = [record for record in self.records.values() if record.at(moment)]
        return sorted(there, key=lambda record: (-record.entered_at, -int(record.number)))

    def resolved(self, number: str, moment: float) -> Record | None:
        """Return the record of a number, or the one that it was merged into."""
        record = self.records.get(number)
        while record is not None and record.at(moment) is None:
            record = self.records.get(record.merged_into) if record.merged_into else None
        return record

    def facts(self, xml: bytes) -> Facts:
        """Return what can be searched in a version; worked out once."""
        if xml not in self._facts:
            self._facts[xml] = Facts.of(etree.fromstring(xml, _parser()))
        return self._facts[xml]


@dataclass(frozen=True)
class Facts:
    """The searchable fields of one version, in lower case."""

    title: str
    abstract: str
    headings: tuple[str, ...]
    authors: tuple[str, ...]
    journal: str
    types: tuple[str, ...]
    doi: str

    @classmethod
    def of(cls, element: etree._Element) -> Facts:
        def texts(*paths: str) -> tuple[str, ...]:
            return tuple(
                " ".join("".join(str(piece) for piece in each.itertext()).split()).casefold()
                for path in paths
                for each in element.iterfind(path)
            )

        authors = tuple(
            f"{each.findtext('LastName') or ''} {each.findtext('Initials') or ''}".strip().casefold()
            for each in element.iterfind(".//AuthorList/Author")
        )
        return cls(
            title=" ".join(texts(".//ArticleTitle", ".//VernacularTitle", ".//BookTitle")),
            abstract=" ".join(texts(".//Abstract/AbstractText")),
            headings=texts(".//DescriptorName", ".//Keyword"),
            authors=authors,
            journal=" ".join(texts(".//Journal/Title", ".//MedlineTA", ".//ISOAbbreviation")),
            types=texts(".//PublicationType"),
            doi=next(iter(texts(".//ArticleIdList/ArticleId[@IdType='doi']")), ""),
        )


def articles_in(data: bytes) -> Iterable[bytes]:
    """Yield the PubmedArticle elements of a file, each whole."""
    for found in re.finditer(rb"<PubmedArticle[\s>].*?</PubmedArticle>", data, re.DOTALL):
        yield found[0]


def day_of(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _set_entry_date(element: etree._Element, moment: float) -> None:
    data = element.find("PubmedData")
    if data is None:
        data = etree.SubElement(element, "PubmedData")
    history = data.find("History")
    if history is None:
        history = etree.SubElement(data, "History")
    for old in history.findall("PubMedPubDate[@PubStatus='entrez']"):
        history.remove(old)
    entry, day = etree.SubElement(history, "PubMedPubDate", PubStatus="entrez"), day_of(moment)
    for name, value in (("Year", day.year), ("Month", day.month), ("Day", day.day)):
        etree.SubElement(entry, name).text = str(value)


def _mark_retracted(element: etree._Element) -> None:
    types = element.find(".//PublicationTypeList")
    if types is None:
        types = etree.SubElement(_one(element, ".//Article"), "PublicationTypeList")
    etree.SubElement(types, "PublicationType", UI="D016441").text = "Retracted Publication"
    citation = _one(element, "MedlineCitation")
    listed = citation.find("CommentsCorrectionsList")
    if listed is None:
        listed = etree.SubElement(citation, "CommentsCorrectionsList")
    notice = etree.SubElement(listed, "CommentsCorrections", RefType="RetractionIn")
    etree.SubElement(notice, "RefSource").text = "Retraction notice."


def _one(element: etree._Element, path: str) -> etree._Element:
    found = element.find(path)
    if found is None:
        raise ValueError(f"the record has no {path}")
    return found
