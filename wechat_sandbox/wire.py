"""XML and JSON as the platform writes and reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias, Union

from lxml import etree

XmlValue: TypeAlias = Union[str, int, Decimal, "XmlFields", Sequence["XmlFields"]]
XmlFields: TypeAlias = Mapping[str, XmlValue]

MAX_BYTES = 1_000_000
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class MalformedXml(ValueError):
    """Not XML that the platform would accept."""


def cdata(text: str) -> str:
    """Wrap any text; ``]]>`` inside is split over two sections, characters XML forbids are dropped."""
    return "<![CDATA[" + _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def to_xml(fields: XmlFields) -> str:
    """Write fields in order: texts in CDATA, numbers bare, a list as a repeated element."""
    return "<xml>" + "\n".join(_element(name, value) for name, value in fields.items()) + "\n</xml>"


def _element(name: str, value: XmlValue) -> str:
    if isinstance(value, str):
        return f"<{name}>{cdata(value)}</{name}>"
    if isinstance(value, int | Decimal):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>" + "".join(_element(key, inner) for key, inner in value.items()) + f"</{name}>"
    return "".join(_element(name, inner) for inner in value)


def to_json(fields: XmlFields) -> str:
    """Write the same fields as JSON, as mini programs receive them.

    A list of one becomes the object itself, as captured pushes show.
    """
    return json.dumps(_plain(fields), ensure_ascii=False)


def _plain(value: XmlValue) -> object:
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return _plain(value[0]) if len(value) == 1 else [_plain(inner) for inner in value]


_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=True
)


def parse_xml(body: bytes) -> etree._Element:
    """Read a reply. Raises ``MalformedXml`` for oversized, entity-laden or broken input."""
    if len(body) > MAX_BYTES:
        raise MalformedXml(f"{len(body)} bytes; at most {MAX_BYTES}")
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedXml(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedXml("a DOCTYPE is not allowed")
    if root.tag != "xml":
        raise MalformedXml(f"the root element is <{root.tag}>, not <xml>")
    return root


def child_text(element: etree._Element, path: str) -> str | None:
    """The text at ``path``, empty when the element is empty, ``None`` when there is none."""
    found = element.find(path)
    return None if found is None else (found.text or "").strip()
