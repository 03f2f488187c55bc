"""Outside bytes to a plain tree of text, with every trick refused.

XML and JSON pushes end in the same shape: an object whose leaves are text, and a list where an element is
repeated. What the typed classes do not name is kept in it, so that nothing the platform sends is lost.
"""

import codecs
import json
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.wechat.errors import BadMessage, MessageTooBig
from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_list

LARGEST_BODY = 1024 * 1024
DEEPEST = 12

# Characters that XML 1.0 forbids (§2.2) and that a reader's keyboard or clipboard nevertheless sends inside a
# CDATA section: dropped, so that the message is not.
_FORBIDDEN_BYTES = bytes(code for code in range(32) if code not in (9, 10, 13))
_HALVES = range(0xD800, 0xE000)
_CHARACTER_NUMBER = re.compile("&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_CESU = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_parser = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def check_size(size: int) -> None:
    """Refuse a body beyond a megabyte.

    Raises ``MessageTooBig``.
    """
    if size > LARGEST_BODY:
        raise MessageTooBig(
            _("消息有 %(size)d 字节，超过上限 %(limit)d 字节，未予接收。"), size=size, limit=LARGEST_BODY
        )


def read_xml(body: bytes) -> JsonObject:
    """Read one ``<xml>`` document.

    A document type is refused whatever it holds: the platform never sends one, and entities are how small
    files become big ones. Raises ``BadMessage``.
    """
    check_size(len(body))
    body = bare(body).translate(None, _FORBIDDEN_BYTES)
    try:
        root = etree.fromstring(body, _parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        root = _read_mended(body)
    if root is None:
        raise BadMessage(_("消息不是合法的 XML。"))
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.externalDTD is not None:
        raise BadMessage(_("消息的 XML 带有 DTD 或实体声明，已拒收。"))
    return _branch(root, 1)


def bare(body: bytes) -> bytes:
    """Return a body without the blanks and the byte order mark before it."""
    return body.lstrip().removeprefix(codecs.BOM_UTF8).lstrip()


def _read_mended(body: bytes) -> "etree._Element":
    """Read what is XML but for its characters: halves of pairs, as bytes or as numbers, and broken UTF-8.

    An old phone sends an emoji so. Its message is worth more than the one character that cannot be read.
    """
    text = _CESU.sub(_half, body).decode("utf-8", "replace")
    text = _CHARACTER_NUMBER.sub(_numbered, text)
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    try:
        return etree.fromstring(whole.encode(), _parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadMessage(_("消息不是合法的 XML。")) from error


def _half(found: re.Match[bytes]) -> bytes:
    return b"&#%d;" % ord(found[0].decode("utf-8", "surrogatepass"))


def _numbered(found: re.Match[str]) -> str:
    """Return the half of a pair that a number names, and leave other numbers to the parser."""
    number = int(found[1], 16) if found[1] else int(found[2])
    if number in _HALVES:
        return chr(number)
    is_forbidden = number < 32 and number not in (9, 10, 13)
    return "" if is_forbidden else found[0]


def _branch(element: "etree._Element", depth: int) -> JsonObject:
    if depth > DEEPEST:
        raise BadMessage(_("消息的 XML 嵌套超过 %(limit)d 层，已拒收。"), limit=DEEPEST)
    tree: JsonObject = {}
    for child in element:
        if not isinstance(child.tag, str):  # an entity reference that nobody declared
            raise BadMessage(_("消息的 XML 带有未声明的实体，已拒收。"))
        value: JsonValue = _branch(child, depth + 1) if len(child) else child.text or ""
        tree[child.tag] = [*as_list(tree[child.tag]), value] if child.tag in tree else value
    return tree


def read_json(body: bytes) -> JsonObject:
    """Read a mini program's JSON push.

    Raises ``BadMessage``.
    """
    check_size(len(body))
    try:
        value = _clean(json.loads(bare(body)), 1)
    except (ValueError, RecursionError) as error:
        raise BadMessage(_("消息不是合法的 JSON。")) from error
    if not isinstance(value, dict):
        raise BadMessage(_("消息的 JSON 不是一个对象。"))
    return value


def clean_text(text: str) -> str:
    """Drop what PostgreSQL and XML cannot hold: NUL, and halves of surrogate pairs."""
    return _LONE_SURROGATE.sub("\ufffd", text.replace("\0", ""))


def _clean(value: JsonValue, depth: int) -> JsonValue:
    if depth > DEEPEST:
        raise BadMessage(_("消息的 JSON 嵌套超过 %(limit)d 层，已拒收。"), limit=DEEPEST)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {clean_text(name): _clean(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_clean(inner, depth + 1) for inner in value]
    return value
