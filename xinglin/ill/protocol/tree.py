"""The tree of an ISO 18626 message, asked by local names; what cannot be understood is refused with its value.

XML from outside: no entities, no document type, no network, a cap on size and depth.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from xinglin.ill.protocol.messages import Agency, Cost, Header
from xinglin.ill.protocol.vocabulary import ErrorType, MessageKind

LARGEST = 1024 * 1024
DEEPEST = 20
MOST_ELEMENTS = 5000
_MOST_TEXT = 10_000
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)

E = TypeVar("E", bound=StrEnum)


class Refused(Exception):
    """A message that is not taken: the standard's error type, and what is wrong, where.

    ``kind`` and ``header`` are what could be read of it, for the confirmation.
    """

    def __init__(
        self, error: ErrorType, value: str, *, kind: MessageKind | None = None, header: Header | None = None
    ) -> None:
        super().__init__(f"{error}: {value}")
        self.error = error
        self.value = value[:500]
        self.kind = kind
        self.header = header


class Node:
    """An element, asked by local names: prefixes and order do not matter."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def children(self, name: str) -> Iterator["Node"]:
        for child in self.element:
            if isinstance(child.tag, str) and etree.QName(child).localname == name:
                yield Node(child)

    def child(self, name: str) -> "Node | None":
        return next(self.children(name), None)

    def need(self, name: str) -> "Node":
        found = self.child(name)
        if found is None:
            raise Refused(ErrorType.BADLY_FORMED, f"missing element: {name}")
        return found

    @property
    def own(self) -> str:
        return " ".join("".join(map(str, self.element.itertext())).split())[:_MOST_TEXT]

    def text(self, name: str) -> str:
        found = self.child(name)
        return found.own if found else ""

    def lines(self, name: str) -> str:
        """A text whose lines stay apart: notes."""
        found = self.child(name)
        if found is None:
            return ""
        written = "".join(map(str, found.element.itertext()))[:_MOST_TEXT].splitlines()
        return "\n".join(line.strip() for line in written if line.strip())

    def word(self, name: str, words: type[E], error: ErrorType = ErrorType.UNRECOGNISED_VALUE) -> E | None:
        """A word of a closed list; None when it is absent or empty."""
        written = self.text(name)
        if not written:
            return None
        try:
            return words(written)
        except ValueError:
            raise Refused(error, f"{name}: {written}") from None

    def moment(self, name: str) -> datetime | None:
        written = self.text(name)
        if not written:
            return None
        found = moment_in(written)
        if found is None:
            raise Refused(ErrorType.UNRECOGNISED_VALUE, f"{name}: {written}")
        return found

    def yes(self, name: str) -> bool | None:
        written = self.text(name).upper()
        if written in ("Y", "YES", "TRUE", "1"):
            return True
        if written in ("N", "NO", "FALSE", "0"):
            return False
        if written:
            raise Refused(ErrorType.UNRECOGNISED_VALUE, f"{name}: {written}")
        return None

    def agency(self, name: str) -> Agency | None:
        found = self.child(name)
        value = found.text("agencyIdValue") if found else ""
        return Agency(value, (found.text("agencyIdType") if found else "") or "ISIL") if value else None

    def cost(self, name: str) -> Cost | None:
        found = self.child(name)
        written = found.text("monetaryValue") if found else ""
        if not found or not written:
            return None
        try:
            amount = Decimal(written)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise Refused(ErrorType.UNRECOGNISED_VALUE, f"monetaryValue: {written}")
        return Cost(amount, found.text("currencyCode") or "CNY")


def moment_in(written: str) -> datetime | None:
    """Return a moment as people and programs write it; without a zone it is UTC. None for what is none."""
    found = _MOMENT.fullmatch(written.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        made = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int(((fraction or "") + "000000")[:6]), tzinfo=UTC,
        )  # fmt: skip
        if zone and zone != "Z":
            sign = -1 if zone[0] == "-" else 1
            digits = zone[1:].replace(":", "")
            made -= sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    except (ValueError, OverflowError):
        return None
    return made


def body_of(data: bytes) -> tuple[MessageKind, Node]:
    """Return what kind of message some bytes hold, and its body. Raises ``Refused``."""
    if len(data) > LARGEST:
        raise Refused(ErrorType.BADLY_FORMED, f"larger than {LARGEST} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(ErrorType.BADLY_FORMED, str(error)) from None
    if etree.tostring(root.getroottree(), with_tail=False).lstrip().startswith(b"<!DOCTYPE"):
        raise Refused(ErrorType.BADLY_FORMED, "a document type is not allowed")
    _refuse_odd_trees(root)
    name = etree.QName(root).localname
    body = root
    if name == "ISO18626Message":
        inner = [child for child in root if isinstance(child.tag, str)]
        if len(inner) != 1:
            raise Refused(ErrorType.BADLY_FORMED, f"{len(inner)} messages in one ISO18626Message")
        body = inner[0]
        name = etree.QName(body).localname
    try:
        return MessageKind(name), Node(body)
    except ValueError:
        raise Refused(ErrorType.UNRECOGNISED_ELEMENT, name) from None


def _refuse_odd_trees(root: etree._Element) -> None:
    count = 0
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise Refused(ErrorType.BADLY_FORMED, "nested too deeply, or too many elements")
        if not isinstance(element.tag, str):
            raise Refused(ErrorType.BADLY_FORMED, "entities are not allowed")
        waiting.extend((child, depth + 1) for child in element)
