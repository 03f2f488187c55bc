"""The catalogue read by a process that only builds a part of an index: it starts Django by itself."""

from collections.abc import Iterator

from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.parts import SourceName

SOURCE = SourceName(__name__, "share")


def share(number: int, of: int) -> Iterator[SearchDocument]:
    """Yield this process's share of the catalogue."""
    import django

    django.setup()
    from xinglin.catalog.documents import share_of_the_catalogue

    yield from share_of_the_catalogue(number, of)
