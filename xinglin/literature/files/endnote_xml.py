"""EndNote's XML, and the XML that 维普's Qikan gives for EndNote (Titles/Title/Text, Periodical/Name)."""

import re
from collections.abc import Iterator

from xinglin.commons.numbers import whole
from xinglin.literature import cleaning, identifiers, xml
from xinglin.literature.articles import Article, Kind
from xinglin.literature.files.pieces import Format, Piece, kind_of, needs_a_title


def split(text: str) -> Iterator[Piece]:
    return xml.slices(text, "record")


def declared(text: str) -> int:
    return xml.count(text, "record")


def article(piece: Piece) -> Article:
    """Return the article of one record. Raises ``Unreadable``."""
    record = xml.root_of(piece.text)
    kind_element = record.find("ref-type")
    kind = kind_of(kind_element.get("name") or "") if kind_element is not None else Kind.JOURNAL
    numbers = xml.at(record, "isbn")
    published = xml.at(record, "dates/pub-dates/date")
    year = cleaning.year_in(xml.at(record, "dates/year")) or cleaning.year_in(published)
    dated = cleaning.date_in(f"{year or ''} {published}") if published else ""
    return needs_a_title(
        Article(
            title=xml.at(record, "titles/title"),
            other_title=xml.at(record, "titles/translated-title"),
            authors=tuple(cleaning.author(each) for each in xml.every(record, "contributors/authors/author")),
            kind=kind,
            journal=xml.at(record, "periodical/full-title") or xml.at(record, "titles/secondary-title"),
            journal_short=xml.at(record, "periodical/abbr-1") or xml.at(record, "alt-periodical/abbr-1"),
            issns=identifiers.issns_in(numbers),
            isbns=tuple(re.findall(r"97[89][\d-]{10,14}", numbers)),
            year=year,
            published=dated,
            volume=xml.at(record, "volume"),
            issue=xml.at(record, "number"),
            pages=xml.at(record, "pages"),
            abstract=xml.at(record, "abstract"),
            keywords=xml.every(record, "keywords/keyword"),
            types=xml.every(record, "work-type"),
            language=xml.at(record, "language"),
            publisher=xml.at(record, "publisher"),
            place=xml.at(record, "pub-location"),
            doi=identifiers.clean_doi(xml.at(record, "electronic-resource-num")),
            pmid=_pmid(xml.at(record, "accession-num"), xml.at(record, "remote-database-name")),
            pmcid=identifiers.find(xml.at(record, "custom2")).pmcid,
            url=xml.at(record, "urls/related-urls/url") or xml.at(record, "urls/web-urls/url"),
            source=xml.at(record, "remote-database-name"),
            source_id=xml.at(record, "accession-num"),
            extra=tuple(
                (name, said)
                for name in ("caption", "notes", "label", "auth-address", "rec-number")
                if (said := xml.at(record, name))
            ),
        )
    )


def _pmid(number: str, database: str) -> str:
    is_medline = any(word in database.casefold() for word in ("medline", "pubmed", "nlm")) or not database
    return number if is_medline and whole(number, digits=8) and len(number) >= 5 else ""


def split_vip(text: str) -> Iterator[Piece]:
    return xml.slices(text, "PeriodicalPaper", "Article", "Paper")


def declared_vip(text: str) -> int:
    return xml.count(text, "PeriodicalPaper", "Article", "Paper")


def article_vip(piece: Piece) -> Article:
    """Return the article of one record of Qikan. Raises ``Unreadable``."""
    record = xml.root_of(piece.text)

    def first(*paths: str) -> str:
        return next((found for path in paths if (found := xml.at(record, path))), "")

    published = first(".//PublishDate", ".//PublicationDate")
    return needs_a_title(
        Article(
            title=cleaning.clean_chinese(first(".//Titles/Title/Text", ".//Titles/Title")),
            authors=tuple(cleaning.author(each) for each in xml.every(record, ".//Creators/Creator/Name")),
            journal=first(".//Periodical/Name"),
            issns=identifiers.issns_in(first(".//Periodical/ISSN", ".//ISSN")),
            year=cleaning.year_in(first(".//PublishYear", ".//Year") or published),
            published=cleaning.date_in(published),
            volume=first(".//Volum", ".//Volume"),
            issue=first(".//Issue"),
            pages=first(".//Page"),
            abstract=cleaning.clean_chinese(first(".//Abstracts/Abstract/Text", ".//Abstract")),
            keywords=cleaning.pieces(xml.every(record, ".//Keywords/Keyword")),
            class_number=first(".//CLCs/CLC/Code", ".//CLC/Code"),
            doi=identifiers.clean_doi(first(".//DOI")),
            language=first(".//Language"),
            source="维普",
        )
    )


ENDNOTE_XML = Format("endnote_xml", "EndNote XML", declared, split, article)
VIP_XML = Format("vip_xml", "维普 XML", declared_vip, split_vip, article_vip)
