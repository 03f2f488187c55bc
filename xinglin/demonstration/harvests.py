"""What was harvested last night, in the story: another union catalogue's new books wait for a librarian's word."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from xinglin.catalog.harvesting import running, services
from xinglin.catalog.served.namespaces import spaces
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.demonstration import files

_OAI = "http://www.openarchives.org/OAI/2.0/"


def harvest_a_neighbour(libraries: dict[str, Library]) -> None:
    """Harvest the neighbour of the story; its answers are written here, for it does not exist."""
    story = files.entries("discovery")["harvest"]
    library = libraries[story["library"]]
    source = services.add_source(
        name=story["name"],
        library=library,
        address=story["address"],
        metadata_prefix="oai_dc",
        set_spec=story["set_spec"],
        by=None,
    )
    run = services.harvest(source=source, by=None)

    def fetch(_address: str, asked: Mapping[str, str]) -> bytes:
        return _identity(story) if asked["verb"] == "Identify" else _list(story)

    while running.harvest_page(run.pk, fetch):
        continue


def _answer() -> etree._Element:
    root = etree.Element(f"{{{_OAI}}}OAI-PMH", nsmap=spaces(_OAI))
    _add(root, "responseDate", f"{clock.now():%Y-%m-%dT%H:%M:%SZ}")
    return root


def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{_OAI}}}{name}")
    element.text = text or None
    return element


def _identity(story: Mapping[str, Any]) -> bytes:
    root = _answer()
    said = _add(root, "Identify")
    _add(said, "repositoryName", story["repository"])
    _add(said, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    return etree.tostring(root, encoding="utf-8")


def _list(story: Mapping[str, Any]) -> bytes:
    root = _answer()
    listed = _add(root, "ListRecords")
    for number, book in enumerate(story["records"], start=1):
        record = _add(listed, "record")
        header = _add(record, "header")
        _add(header, "identifier", f"oai:xcunion.example:{number}")
        _add(header, "datestamp", f"{clock.now():%Y-%m-%dT%H:%M:%SZ}")
        described = _add(_add(record, "metadata"), "dc")
        for name, value in book.items():
            for text in [value] if isinstance(value, str) else value:
                if text:
                    _add(described, name, text)
    return etree.tostring(root, encoding="utf-8")
