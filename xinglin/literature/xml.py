"""XML from outside: no entity is expanded, nothing is fetched, depth and size are capped by libxml2."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.literature import cleaning
from xinglin.literature.files.pieces import Piece, Unreadable

_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[[^\]]*\])?\s*>", re.IGNORECASE)


def root_of(text: str) -> etree._Element:
    """Return the root of a document; a DOCTYPE is passed over, never loaded.

    Raises ``Unreadable``: an entity is declared, or the XML is not whole.
    """
    if _ENTITY.search(text[:100_000]):
        raise Unreadable(_("XML 里声明了实体，出于安全不予读取"))
    bare = _DOCTYPE.sub("", _DECLARATION.sub("", text.lstrip("\ufeff"), count=1), count=1)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
    )
    try:
        return etree.fromstring(bare.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(_("XML 不完整或有误（%(why)s）"), why=str(error)[:120]) from None


def slices(text: str, *names: str) -> Iterator[Piece]:
    """Cut a document into its records without reading it whole: a broken one does not cost its neighbours."""
    either = "|".join(names)
    begins = re.compile(rf"<(?P<name>{either})(?:\s[^<>]{{0,500}})?>")
    position, line = 0, 1
    while found := begins.search(text, position):
        line += text.count("\n", position, found.start())
        end = text.find(f"</{found['name']}>", found.end())
        following = begins.search(text, found.end())
        broken = end < 0 or (following is not None and following.start() < end)
        stop = (following.start() if following else len(text)) if broken else end + len(found["name"]) + 3
        yield Piece(line, text[found.start() : stop].split("\n"))
        line += text.count("\n", found.start(), stop)
        position = stop


def count(text: str, *names: str) -> int:
    """Count how many records of these names a document begins."""
    return len(re.findall(rf"<(?:{'|'.join(names)})(?:\s[^<>]{{0,500}})?>", text))


def words(element: etree._Element | None) -> str:
    """Return all text inside of an element, in one line."""
    return cleaning.clean("".join(str(each) for each in element.itertext())) if element is not None else ""


def at(element: etree._Element, path: str) -> str:
    """Return the text at a path, or an empty string."""
    return words(element.find(path))


def every(element: etree._Element, path: str) -> tuple[str, ...]:
    """Return the texts at a path, empty ones left out."""
    return tuple(text for each in element.iterfind(path) if (text := words(each)))
