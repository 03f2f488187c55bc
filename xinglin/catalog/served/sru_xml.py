"""Writing one SRU answer, in the form of 1.x or of 2.0."""

from collections.abc import Iterable

from lxml import etree

from xinglin.catalog.models import Record
from xinglin.catalog.served import dublin_core, marc_forms
from xinglin.catalog.served.marc_forms import UNIMARC, without_controls
from xinglin.catalog.served.namespaces import spaces
from xinglin.catalog.served.oai_formats import page_of
from xinglin.catalog.served.sru_request import DC, MARCXCHANGE, MARCXML, SruRequest

SRW = "http://www.loc.gov/zing/srw/"
SRU2 = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
DIAGNOSTIC = "http://www.loc.gov/zing/srw/diagnostic/"
DIAGNOSTIC2 = "http://docs.oasis-open.org/ns/search-ws/diagnostic"
SRW_DC = "info:srw/schema/1/dc-v1.1"
# The standard's own words, for those of its diagnostics that we give (SRU 1.2, Diagnostics List).
MESSAGES = {
    1: "General system error", 2: "System temporarily unavailable", 4: "Unsupported operation",
    5: "Unsupported version", 6: "Unsupported parameter value", 7: "Mandatory parameter not supplied",
    8: "Unsupported parameter", 10: "Query syntax error", 12: "Too many characters in query",
    13: "Invalid or unsupported use of parentheses", 14: "Invalid or unsupported use of quotes",
    15: "Unsupported context set", 16: "Unsupported index",
    19: "Unsupported relation", 20: "Unsupported relation modifier",
    22: "Unsupported combination of relation and index", 27: "Empty term unsupported",
    28: "Masking character not supported", 32: "Anchoring character in unsupported position",
    36: "Term in invalid format for index or relation", 38: "Too many boolean operators in query",
    39: "Proximity not supported", 46: "Unsupported boolean modifier", 48: "Query feature unsupported",
    50: "Result sets not supported", 61: "First record position out of range", 66: "Unknown schema for retrieval",
    71: "Unsupported record packing", 72: "XPath retrieval unsupported", 82: "Unsupported sort sequence",
    84: "Too many sort keys", 110: "Stylesheets not supported",
}  # fmt: skip


class Answer:
    """One answer being written. Elements come in the order of the schema, whatever is known first."""

    def __init__(self, version: str) -> None:
        self.version = version
        self._is_2 = version == "2.0"
        self._space = SRU2 if self._is_2 else SRW
        self._total: int | None = None
        self._records: list[etree._Element] = []
        self._following: int | None = None
        self._diagnostics: list[tuple[int, str]] = []
        self._request: SruRequest | None = None

    def begin(self, request: SruRequest) -> None:
        """Take note of what was asked; it is repeated in the answer."""
        self._request = request

    def count(self, total: int) -> None:
        """Say how many records there are."""
        self._total = total

    def go_on_at(self, position: int) -> None:
        """Say where the next records begin."""
        self._following = position

    def diagnose(self, number: int, details: str = "") -> None:
        """Say what is wrong."""
        self._diagnostics.append((number, details))

    def add_record(self, record: Record, position: int) -> None:
        """Write one record in the schema asked for."""
        if self._request is None:
            raise ValueError("a record before the request")
        element = self._new("record")
        is_dc = self._request.schema == DC
        is_unimarc = marc_forms.form_of(record) is UNIMARC
        schema = DC if is_dc else MARCXCHANGE if is_unimarc else MARCXML
        self._add(element, "recordSchema", schema)
        escaping = "string" if self._request.as_string else "xml"
        self._add(element, "recordXMLEscaping" if self._is_2 else "recordPacking", escaping)
        data = self._add(element, "recordData")
        # Our own writing, without anything a sender could have declared.
        inner = _dc(record) if is_dc else etree.fromstring(marc_forms.marc_xml(record))
        inner.tail = None
        if self._request.as_string:
            data.text = etree.tostring(inner, encoding="unicode")
        else:
            data.append(inner)
        self._add(element, "recordIdentifier", str(record.pk))
        self._add(element, "recordPosition", str(position))
        self._records.append(element)

    def as_bytes(self) -> bytes:
        """Return the whole document."""
        root = etree.Element(f"{{{self._space}}}searchRetrieveResponse", nsmap=spaces(self._space))
        if self._is_2:
            self._append_number(root)
        else:
            self._add(root, "version", self.version)
            self._append_number(root)
        if self._records:
            self._add(root, "records").extend(self._records)
        if self._following is not None:
            self._add(root, "nextRecordPosition", str(self._following))
        if not self._is_2:
            self._echo(root)
            self._append_diagnostics(root)
        else:
            self._append_diagnostics(root)
            self._echo(root)
            self._add(root, "resultCountPrecision", "info:srw/vocabulary/resultCountPrecision/1/exact")
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def _new(self, name: str) -> etree._Element:
        return etree.Element(f"{{{self._space}}}{name}", nsmap=spaces(self._space))

    def _add(self, parent: etree._Element, name: str, text: str = "") -> etree._Element:
        element = etree.SubElement(parent, f"{{{self._space}}}{name}")
        if text:
            element.text = without_controls(text)
        return element

    def _append_number(self, root: etree._Element) -> None:
        self._add(root, "numberOfRecords", str(self._total or 0))

    def _append_diagnostics(self, root: etree._Element) -> None:
        if not self._diagnostics:
            return
        append_diagnostics(self._add(root, "diagnostics"), self._diagnostics, is_2=self._is_2)

    def _echo(self, root: etree._Element) -> None:
        if self._request is None:
            return
        name = "echoedSearchRetrieveRequest"
        echoed = self._add(root, name)
        if not self._is_2:
            self._add(echoed, "version", self.version)
        given = {name.lower(): value for name, value in self._request.given.items()}
        for each in (
            "query", "startRecord", "maximumRecords", "recordPacking", "recordXMLEscaping", "recordSchema", "sortKeys",
        ):  # fmt: skip
            if given.get(each.lower()):
                self._add(echoed, each, given[each.lower()])


def append_diagnostics(parent: etree._Element, told: Iterable[tuple[int, str]], *, is_2: bool) -> None:
    """Write what is wrong, by the standard's numbers and in its words."""
    space = DIAGNOSTIC2 if is_2 else DIAGNOSTIC
    for number, details in told:
        each = etree.SubElement(parent, f"{{{space}}}diagnostic", nsmap={"diag": space})
        for name, text in (
            ("uri", f"info:srw/diagnostic/1/{number}"),
            ("details", details),
            ("message", MESSAGES.get(number, "")),
        ):
            if text:
                etree.SubElement(each, f"{{{space}}}{name}").text = without_controls(text)


def _dc(record: Record) -> etree._Element:
    root = etree.Element(f"{{{SRW_DC}}}dc", nsmap={"srw_dc": SRW_DC, "dc": dublin_core.DC})
    dublin_core.append_to(root, record, address=page_of(record))
    return root
