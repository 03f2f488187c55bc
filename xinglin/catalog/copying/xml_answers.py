"""The envelopes of SRU and OAI-PMH answers, read without trusting them.

Only the envelope is read here; MARC records in it are cut out and read one by one by ``marc``, so a
broken one does not cost its neighbours.
"""

import codecs
import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.catalog.copying.errors import AnswerUnreadable

_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def text_of(body: bytes) -> str:
    """Return an answer as text without its declaration. Raises ``AnswerUnreadable``: no XML, or a DOCTYPE in it."""
    declared = _ENCODING.match(body.removeprefix(codecs.BOM_UTF8)[:400])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if encoding.lower() in ("gb2312", "gbk"):
        encoding = "gb18030"
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        text = body.decode("utf-8", "replace")
    text = text.lstrip("\ufeff \t\r\n")
    if _FORBIDDEN.search(text):
        raise AnswerUnreadable(_("来源的答复带有 DOCTYPE 或实体声明，出于安全不予读取。"))
    if not text.startswith("<"):
        raise AnswerUnreadable(_("来源的答复不是 XML；请核对来源的地址。"))
    return re.sub(r"^<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)


def parser(*, recover: bool = False) -> etree.XMLParser:
    """Return a parser that fetches nothing and expands nothing; libxml2's caps on depth and size hold."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )


def root_of(text: str) -> tuple[etree._Element, str]:
    """Return the root of an answer and what is wrong with its XML ("" for nothing), reading on where it can.

    Raises ``AnswerUnreadable`` when nothing can be read at all.
    """
    data = text.encode("utf-8", "replace")
    try:
        return etree.fromstring(data, parser()), ""
    except etree.XMLSyntaxError as error:
        trouble = str(error)[:160]
    try:
        found: object = etree.fromstring(data, parser(recover=True))
    except etree.XMLSyntaxError:
        found = None
    # lxml gives None itself when nothing was recovered.
    if not isinstance(found, etree._Element):
        raise AnswerUnreadable(_("来源的答复不是完整的 XML（%(why)s）。"), why=trouble)
    return found, trouble


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; empty for comments."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of one name, whatever their namespace."""
    return (child for child in element if local_name(child) == name)


def child_text(element: etree._Element, name: str) -> str:
    """Return the text of the first child of a name, or an empty string."""
    found = next(children(element, name), None)
    return text_in(found) if found is not None else ""


def text_in(element: etree._Element) -> str:
    """Return all text inside of an element."""
    return "".join(str(piece) for piece in element.itertext(with_tail=False)).strip()
