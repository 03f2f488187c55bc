"""What a branch types into a proposal: the lines of a MARC record, or the facts of one without MARC."""

from collections.abc import Mapping
from dataclasses import asdict

from django import forms
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.errors import RecordNotCopied
from xinglin.catalog.description import Description, Native, restored, taken_from
from xinglin.catalog.editing.lines import parse, text_of
from xinglin.catalog.marc import Flavour, facts_of, record_as_xml, write_iso2709
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.marc.writing import MARC21_NAMESPACE, MARCXCHANGE_NAMESPACE
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Format, Record
from xinglin.catalog.projection import description_of
from xinglin.catalog.stored import read_stored

LINES = "lines"
_FACTS = {
    "title": _("题名"), "subtitle": _("副题名"), "volume": _("卷册"), "responsibility": _("责任说明"),
    "edition": _("版本"), "place": _("出版地"), "publisher": _("出版者"), "extent": _("载体形态"),
}  # fmt: skip


def _has_lines(record: Record) -> bool:
    return bool(record.marc)


def fields_for(record: Record) -> dict[str, forms.Field]:
    """Return the fields that a proposal about this record has."""
    if _has_lines(record):
        area = forms.Textarea(
            attrs={"rows": 18, "spellcheck": "false", "class": "form-control font-monospace"}
        )
        return {LINES: forms.CharField(label="MARC", widget=area, max_length=200_000, strip=False)}
    facts: dict[str, forms.Field] = {
        name: forms.CharField(label=label, max_length=1000, required=name == "title")
        for name, label in _FACTS.items()
    }
    facts["year"] = forms.IntegerField(label=_("出版年"), min_value=1, max_value=9999, required=False)
    return facts


def initial_of(record: Record) -> dict[str, object]:
    """Return what stands in the fields before anything is typed. Raises ``RecordNotCopied``."""
    if not _has_lines(record):
        return {name: getattr(record, name) for name in (*_FACTS, "year")}
    try:
        return {LINES: text_of(read_stored(bytes(record.marc), record.charset).record)}
    except Unreadable:
        raise RecordNotCopied(_("这条书目的 MARC 数据无法解析，不能在这里修改；请联系总馆编目。")) from None


def drafted(record: Record, answers: Mapping[str, object]) -> tuple[Description, Native | None]:
    """Return what was typed as a description and, for a record with MARC, its bytes in the same form.

    Raises ``RecordNotCopied`` naming the first line that is no field, ``UnwritableRecord``.
    """
    if not _has_lines(record):
        year = answers.get("year")
        kept = asdict(taken_from(record)) | {name: str(answers[name]).strip() for name in _FACTS}
        return restored(kept | {"year": year if isinstance(year, int) else None}), None
    parsed = parse(str(answers[LINES]))
    if parsed.misread:
        first = parsed.misread[0]
        raise RecordNotCopied(_("第 %(line)d 行不是字段：%(why)s"), line=first.line, why=str(first.sentence))
    flavour = Flavour(record.flavour)
    if record.format == Format.MARCXML:
        space = MARCXCHANGE_NAMESPACE if flavour.is_unimarc_family else MARC21_NAMESPACE
        raw, form = (
            record_as_xml(parsed.record, flavour=flavour, namespace=space).strip().encode(),
            Format.MARCXML,
        )
    else:
        raw, form = write_iso2709(parsed.record, flavour=flavour), Format.ISO2709
    try:
        read_stored(raw, "utf-8")
    except Unreadable as error:
        raise RecordNotCopied(_("改过的记录读不回来：%(why)s"), why=error.remark.sentence) from None
    native = Native(raw=raw, format=form, charset="utf-8", flavour=StoredFlavour(record.flavour))
    return description_of(facts_of(parsed.record, flavour)), native
