"""The metadata formats of the repository, and how its items are called."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from lxml import etree

from xinglin.catalog.models import Record
from xinglin.catalog.served import dublin_core, marc_forms
from xinglin.catalog.served.marc_forms import MARC21, UNIMARC, UNIMARC_FAMILY
from xinglin.catalog.served.oai_errors import OaiError

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PK = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class MetadataFormat:
    """One form in which records are given out, and which records have it."""

    prefix: str
    namespace: str
    schema: str
    has: Q
    write: Callable[[etree._Element, Record], None]

    def fits(self, record: Record) -> bool:
        """Whether this record is given out in this form; asked of one that is loaded."""
        is_unimarc = record.flavour in UNIMARC_FAMILY
        return self.prefix == "oai_dc" or (self.prefix == "unimarc") == is_unimarc


def _write_dc(parent: etree._Element, record: Record) -> None:
    root = etree.SubElement(
        parent, f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": dublin_core.DC, "xsi": XSI}
    )
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    dublin_core.append_to(root, record, address=page_of(record))


def _write_marc(parent: etree._Element, record: Record) -> None:
    form = marc_forms.form_of(record)
    # Our own writing, without anything a sender could have declared.
    element = etree.fromstring(marc_forms.marc_xml(record))
    element.set(f"{{{XSI}}}schemaLocation", f"{form.namespace} {form.schema}")
    element.tail = None
    parent.append(element)


FORMATS = {
    each.prefix: each
    for each in (
        MetadataFormat("oai_dc", OAI_DC, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", Q(), _write_dc),
        MetadataFormat(
            "marcxml", MARC21.namespace, MARC21.schema, ~Q(flavour__in=UNIMARC_FAMILY), _write_marc
        ),
        MetadataFormat(
            "unimarc", UNIMARC.namespace, UNIMARC.schema, Q(flavour__in=UNIMARC_FAMILY), _write_marc
        ),
    )
}


def format_named(prefix: str) -> MetadataFormat:
    """Return a format. Raises ``OaiError`` with cannotDisseminateFormat."""
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"known here: {', '.join(FORMATS)}")
    return FORMATS[prefix]


def repository() -> str:
    """Return the name of the repository in identifiers: the host of our public address."""
    host = (urlsplit(settings.PUBLIC_URL).hostname or "localhost").strip("[]")
    return (
        host if re.fullmatch(r"[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+", host) else "xinglin.local"
    )


def identifier_of(pk: int) -> str:
    """Return the OAI identifier of a record (implementation guideline for oai-identifier)."""
    return f"oai:{repository()}:{pk}"


def pk_in(identifier: str) -> int | None:
    """Return the record number in an identifier of ours, or None."""
    prefix = identifier_of(0)[:-1]
    number = identifier.removeprefix(prefix)
    return int(number) if identifier.startswith(prefix) and _PK.fullmatch(number) else None


def page_of(record: Record) -> str:
    """Return the address of the page that readers see."""
    return f"{settings.PUBLIC_URL}{reverse('mobile:record', args=[record.pk])}"
