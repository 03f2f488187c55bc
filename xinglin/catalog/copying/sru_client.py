"""SRU read from anybody: versions 1.1 to 2.0, any prefix, diagnostics, records of any schema.

Source: SRU 1.2 (Library of Congress), searchRetrieve 2.0 (OASIS); real answers of a dozen servers.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.catalog.copying import fetching
from xinglin.catalog.copying.errors import AnswerUnreadable, SourceRefused
from xinglin.catalog.copying.xml_answers import child_text, children, local_name, root_of, text_in, text_of
from xinglin.catalog.marc import Reading, RecordRead, read_marcxml
from xinglin.commons.numbers import whole

_ANSWERS = ("searchRetrieveResponse",)
_LONGEST_MESSAGE = 200


@dataclass(frozen=True)
class Diagnostic:
    """What a server says is wrong."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} ({self.code})" if self.code else self.message


@dataclass(frozen=True)
class SruAnswer:
    """One page of a result. ``readings`` are the records in order, each read or refused with a reason."""

    version: str
    total: int | None
    readings: tuple[Reading, ...]
    diagnostics: tuple[Diagnostic, ...]
    following: int | None
    trouble: str = ""

    @property
    def records(self) -> tuple[RecordRead, ...]:
        """The records that were read."""
        return tuple(reading for reading in self.readings if isinstance(reading, RecordRead))


def search(
    address: str, query: str, *, schema: str = "marcxml", start: int = 1, maximum: int = 10
) -> SruAnswer:
    """Ask a server. A diagnostic that comes with no record at all is a refusal.

    Raises ``AddressRefused``, ``SourceUnreachable``, ``AnswerUnreadable``, ``SourceRefused``.
    """
    body = fetching.fetch(
        address,
        {
            "version": "1.1",  # what every server of the last twenty years understands
            "operation": "searchRetrieve",
            "query": query,
            "startRecord": str(start),
            "maximumRecords": str(maximum),
            "recordSchema": schema,
        },
    )
    answer = read_answer(body)
    if answer.diagnostics and not answer.readings and not answer.total:
        raise SourceRefused(
            _("来源不能执行这次检索：%(why)s。请换一个检索项，或请总馆核对来源的设置。"),
            why="; ".join(map(str, answer.diagnostics[:3])),
        )
    return answer


def read_answer(body: bytes) -> SruAnswer:
    """Return what an answer says. Raises ``AnswerUnreadable`` when it is no answer of SRU."""
    text = text_of(body)
    root, trouble = root_of(text)
    envelope = root if local_name(root) in _ANSWERS else _within_soap(root)
    if envelope is None:
        raise AnswerUnreadable(_("来源的答复不是 SRU 检索结果（%(name)s）。"), name=local_name(root)[:40])
    return SruAnswer(
        version=child_text(envelope, "version"),
        total=_number(child_text(envelope, "numberOfRecords")),
        readings=tuple(read_marcxml(io.BytesIO(text.encode("utf-8", "replace"))))
        if _has_records(envelope)
        else (),
        diagnostics=tuple(_diagnostics(envelope)),
        following=_number(child_text(envelope, "nextRecordPosition")),
        trouble=trouble,
    )


def _within_soap(root: etree._Element) -> etree._Element | None:
    for element in root.iter():
        if local_name(element) in _ANSWERS:
            return element
    return None


def _has_records(envelope: etree._Element) -> bool:
    return any(len(records) for records in children(envelope, "records"))


def _diagnostics(envelope: etree._Element) -> Iterator[Diagnostic]:
    """Yield the diagnostics of the answer itself; those in place of a record are that record's refusal."""
    for group in children(envelope, "diagnostics"):
        for element in children(group, "diagnostic"):
            code = child_text(element, "uri").rpartition("/")[2] or child_text(element, "code")
            said = (child_text(element, "message"), child_text(element, "details"))
            message = ": ".join(part for part in said if part) or text_in(element)
            yield Diagnostic(code[:40], message[:_LONGEST_MESSAGE])


def _number(text: str) -> int | None:
    return whole(text.strip().replace(",", ""))
