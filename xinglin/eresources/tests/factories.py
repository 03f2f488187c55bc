"""Databases for tests; each says only what matters."""

from typing import Unpack

from xinglin.consortium.models import Library
from xinglin.eresources import services
from xinglin.eresources.models import Database
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
