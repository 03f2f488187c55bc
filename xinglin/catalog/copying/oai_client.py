"""OAI-PMH answers read from anybody: records one by one, each with its own report.

Who asks, and follows the tokens to the end, is ``harvesting.running`` and, for articles, ``literature.sources.oai``.

Source: Open Archives Initiative Protocol for Metadata Harvesting 2.0.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext_lazy as _
from lxml import etree

from xinglin.catalog.copying.errors import AnswerUnreadable
from xinglin.catalog.copying.xml_answers import (
    child_text,
    children,
    local_name,
    parser,
    root_of,
    text_in,
    text_of,
)
from xinglin.catalog.marc import RecordRead, read_record
from xinglin.catalog.marc.reading import Unreadable
from xinglin.commons.numbers import whole

_VERBS = ("GetRecord", "ListRecords", "ListIdentifiers")
_BEGINS = re.compile(r"<(?:[\w.\-]{1,40}:)?record(?:\s[^<>]{0,500})?>\s{0,200}<(?:[\w.\-]{1,40}:)?header\b")
_ENDS = re.compile(r"</(?:[\w.\-]{1,40}:)?record\s*>")
_MARC_NAMES = ("leader", "controlfield", "datafield")

Fetch = Callable[[str, Mapping[str, str]], bytes]


@dataclass(frozen=True)
class Harvested:
    """One record of a list: who it is, and its MARC, its Dublin Core, or why there is neither.

    ``trouble`` is a code: no_identifier, no_metadata, no_datestamp, broken_xml, or one of ``marc``.
    """

    identifier: str
    datestamp: str
    sets: tuple[str, ...] = ()
    deleted: bool = False
    marc: RecordRead | None = None
    elements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    raw: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class OaiAnswer:
    """One answer. ``errors`` are (code, sentence) as the repository gave them; ``responded`` is its own clock."""

    verb: str
    records: tuple[Harvested, ...]
    errors: tuple[tuple[str, str], ...]
    token: str
    total: int | None
    facts: Mapping[str, str] = field(default_factory=dict)
    sets: tuple[tuple[str, str], ...] = ()
    trouble: str = ""
    responded: str = ""


def read_answer(body: bytes) -> OaiAnswer:
    """Return what an answer says. Raises ``AnswerUnreadable`` when it is no answer of OAI-PMH."""
    text = text_of(body)
    root, trouble = root_of(text)
    if local_name(root) != "OAI-PMH":
        raise AnswerUnreadable(_("来源的答复不是 OAI-PMH（%(name)s）。"), name=local_name(root)[:40])
    part = next((child for child in root if local_name(child) in _VERBS), None)
    facts = next(children(root, "Identify"), None)
    listed = next(children(root, "ListSets"), None)
    token = next(iter(root.iter("{*}resumptionToken")), None)
    records = _slices(text) if trouble else _records(part)
    return OaiAnswer(
        verb=next(
            (local_name(child) for child in root if local_name(child) not in ("responseDate", "request")), ""
        ),
        records=tuple(records),
        errors=tuple((error.get("code") or "", text_in(error)) for error in children(root, "error")),
        token=text_in(token) if token is not None else "",
        total=whole(token.get("completeListSize") or "") if token is not None else None,
        facts={local_name(child): text_in(child) for child in facts if not len(child)}
        if facts is not None
        else {},
        sets=tuple(
            (child_text(each, "setSpec"), child_text(each, "setName")) for each in children(listed, "set")
        )
        if listed is not None
        else (),
        trouble=trouble,
        responded=child_text(root, "responseDate"),
    )


def _records(part: etree._Element | None) -> Iterator[Harvested]:
    if part is None:
        return
    for child in part:
        if local_name(child) == "header":
            yield _headed(child)
        elif local_name(child) == "record":
            yield _harvested(child)


def _slices(text: str) -> Iterator[Harvested]:
    """Yield the records of an answer that is not well formed: each is parsed alone, as far as it goes."""
    begins = [found.start() for found in _BEGINS.finditer(text)]
    for start, end in pairwise([*begins, len(text)]):
        closing = [found.end() for found in _ENDS.finditer(text, start, end)]
        piece = text[start : closing[-1] if closing else end]
        prefixes = set(re.findall(r"[<\s]/?([A-Za-z_][\w.\-]*):[A-Za-z_]", piece)) - {"xml", "xmlns"}
        declared = "".join(f' xmlns:{name}="urn:x-prefix:{name}"' for name in sorted(prefixes)[:50])
        try:
            root = etree.fromstring(f"<slice{declared}>{piece}</slice>".encode(), parser())
        except etree.XMLSyntaxError:
            name = re.search(r"identifier[^<>]{0,200}>\s*([^<]{1,300})<", piece)
            yield Harvested(name[1].strip() if name else "", "", raw=piece, trouble="broken_xml")
        else:
            yield _harvested(root[0])


def _headed(header: etree._Element) -> Harvested:
    identifier, datestamp = child_text(header, "identifier"), child_text(header, "datestamp")
    return Harvested(
        identifier=identifier,
        datestamp=datestamp,
        sets=tuple(text_in(each) for each in children(header, "setSpec")),
        deleted=header.get("status") == "deleted",
        trouble="" if identifier and datestamp else "no_datestamp" if identifier else "no_identifier",
    )


def _harvested(record: etree._Element) -> Harvested:
    header = next(children(record, "header"), None)
    headed = _headed(header) if header is not None else Harvested("", "", trouble="no_identifier")
    metadata = next(children(record, "metadata"), None)
    content = next((child for child in metadata if local_name(child)), None) if metadata is not None else None
    if headed.deleted:
        return headed
    if content is None:
        return _with(headed, trouble=headed.trouble or "no_metadata")
    raw = etree.tostring(content, encoding="unicode", with_tail=False)
    marc = next((each for each in content.iter() if local_name(each) == "record" and _is_marc(each)), None)
    if marc is None:
        return _with(headed, raw=raw, elements=_elements(content), trouble=headed.trouble)
    try:
        read = read_record(etree.tostring(marc, encoding="utf-8", with_tail=False))
    except Unreadable as error:
        return _with(headed, raw=raw, trouble=error.remark.code)
    return _with(headed, raw=raw, marc=read, trouble=headed.trouble)


def _with(
    headed: Harvested,
    *,
    raw: str = "",
    marc: RecordRead | None = None,
    elements: Mapping[str, tuple[str, ...]] | None = None,
    trouble: str = "",
) -> Harvested:
    return Harvested(
        headed.identifier, headed.datestamp, headed.sets, headed.deleted, marc, elements or {}, raw, trouble
    )


def _is_marc(element: etree._Element) -> bool:
    return any(local_name(child) in _MARC_NAMES for child in element)


def _elements(content: etree._Element) -> dict[str, tuple[str, ...]]:
    """Return the leaves of a description by name: the elements of Dublin Core, and whatever is like it."""
    found: dict[str, list[str]] = {}
    for element in content.iter():
        if (
            local_name(element)
            and not any(local_name(child) for child in element)
            and (text := text_in(element))
        ):
            found.setdefault(local_name(element), []).append(text)
    return {name: tuple(values) for name, values in found.items()}
