"""Databases for tests; each says only what matters."""

import io
from typing import Unpack

from xinglin.consortium.models import Library
from xinglin.eresources import services
from xinglin.eresources.models import Database, TitleList
from xinglin.eresources.services import Entry


def a_database(
    keeper: Library, code: str = "cnki", *, libraries: tuple[Library, ...] = (), **entry: Unpack[Entry]
) -> Database:
    """A licensed database; the libraries may use it from now on."""
    entry.setdefault("name", "中国知网")
    entry.setdefault("url", f"https://{code}.example/")
    database = services.add_database(code=code, keeper=keeper, by=None, **entry)
    if libraries:
        services.entitle(database=database, libraries=libraries, by=None)
    return database


def kbart(*rows: tuple[str, ...]) -> io.BytesIO:
    """A KBART file of journals: title, print ISSN, online ISSN, first and last day."""
    headings = (
        "publication_title", "print_identifier", "online_identifier", "date_first_issue_online",
        "date_last_issue_online", "embargo_info", "coverage_depth", "publication_type", "access_type",
    )  # fmt: skip
    lines = [headings, *(row + ("",) * (6 - len(row)) + ("fulltext", "serial", "P") for row in rows)]
    return io.BytesIO("\n".join("\t".join(line) for line in lines).encode())


def a_title_list(database: Database, *rows: tuple[str, ...], name: str = "全库") -> TitleList:
    """A list of journals that a database holds."""
    return services.take_title_list(
        database=database, name=name, file=kbart(*rows), file_name="list.tsv", by=None
    )
