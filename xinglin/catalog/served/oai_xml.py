"""Writing one OAI-PMH answer."""

from collections.abc import Mapping
from datetime import UTC, datetime

from lxml import etree

from xinglin.catalog.served.marc_forms import without_controls
from xinglin.catalog.served.namespaces import spaces
from xinglin.catalog.served.oai_errors import OaiError
from xinglin.catalog.served.oai_formats import XSI, MetadataFormat
from xinglin.catalog.served.oai_lists import Entry, Page
from xinglin.catalog.served.oai_tokens import Token

OAI = "http://www.openarchives.org/OAI/2.0/"
_SCHEMA = f"{OAI} {OAI}OAI-PMH.xsd"


def stamp(moment: datetime) -> str:
    """Return a moment as UTCdatetime with seconds granularity (3.3)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Answer:
    """One answer being written."""

    def __init__(self, base_url: str, at: datetime) -> None:
        self.at = at
        self._root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap=spaces(OAI, xsi=XSI))
        self._root.set(f"{{{XSI}}}schemaLocation", _SCHEMA)
        self.add(self._root, "responseDate", stamp(at))
        self._request = self.add(self._root, "request", base_url)

    def as_bytes(self) -> bytes:
        """Return the whole document."""
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8")

    def add(self, parent: etree._Element, name: str, text: str = "") -> etree._Element:
        """Append an element of the protocol."""
        element = etree.SubElement(parent, f"{{{OAI}}}{name}")
        if text:
            element.text = without_controls(text)
        return element

    def locate(self, element: etree._Element, namespace: str, schema: str) -> None:
        """Say where the schema of an element stands."""
        element.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")

    def repeat_request(self, arguments: Mapping[str, str]) -> None:
        """Repeat what was asked as attributes of ``request``."""
        for name, value in arguments.items():
            self._request.set(name, without_controls(value))

    def refuse(self, error: OaiError) -> None:
        """Write an error instead of what was begun."""
        for part in list(self._root)[2:]:
            self._root.remove(part)
        if error.code in ("badVerb", "badArgument"):
            self._request.attrib.clear()
        self.add(self._root, "error", error.sentence).set("code", error.code)

    def part(self, verb: str) -> etree._Element:
        """Begin the part that is named as the verb."""
        return self.add(self._root, verb)

    def add_header(self, parent: etree._Element, entry: Entry) -> None:
        """Write who a record is, since when, and in which sets."""
        header = self.add(parent, "header")
        if entry.is_gone:
            header.set("status", "deleted")
        self.add(header, "identifier", entry.identifier)
        self.add(header, "datestamp", stamp(entry.record.updated_at))
        for spec in entry.sets:
            self.add(header, "setSpec", spec)

    def add_record(self, parent: etree._Element, entry: Entry, form: MetadataFormat) -> None:
        """Write a header and, unless the record is gone, its metadata."""
        record = self.add(parent, "record")
        self.add_header(record, entry)
        if not entry.is_gone:
            form.write(self.add(record, "metadata"), entry.record)

    def add_token(self, parent: etree._Element, page: Page, token: Token) -> None:
        """Write the token of the next page; an empty one ends a list that came in several (3.5)."""
        if page.following is None and token.cursor == 0:
            return
        element = self.add(parent, "resumptionToken")
        element.set("completeListSize", str(page.total))
        element.set("cursor", str(token.cursor))
        if page.following is not None:
            element.text = page.following.written()
            element.set("expirationDate", stamp(page.following.expires))
