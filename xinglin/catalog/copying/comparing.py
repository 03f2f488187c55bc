"""What somebody else's record is beside ours: the matching rules of imports, asked for single records."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.errors import RecordNotCopied
from xinglin.catalog.description import Native, put_into
from xinglin.catalog.importing.matching import Candidates, Match, reason_of
from xinglin.catalog.importing.understanding import Incoming, keys_of
from xinglin.catalog.marc import Form, Kind, RecordRead, facts_of, form_of
from xinglin.catalog.models import Flavour, Format, ImportRow, Record
from xinglin.catalog.projection import description_of
from xinglin.commons import clock


@dataclass(frozen=True)
class Compared:
    """One record of a source as the row it would become, and what the catalogue has of it."""

    read: RecordRead
    record: Record
    match: Match

    @property
    def reason(self) -> str:
        """The sentence that a cataloguer reads about the match."""
        return reason_of(self.match.rule)


def native_of(read: RecordRead) -> Native:
    """Return the bytes of a record as they are kept: exactly those that came."""
    written = {Form.MARCXML: Format.MARCXML, Form.ISO2709: Format.ISO2709}
    form = form_of(read.raw[:400])
    return Native(
        raw=read.raw,
        format=written.get(form, Format.TEXT) if form else Format.TEXT,
        charset=read.charset,
        flavour=Flavour(read.flavour.value),
    )


def row_of(read: RecordRead) -> Record:
    """Return the row a record would become, not saved. Raises ``RecordNotCopied`` for what describes no work."""
    facts = facts_of(read.record, read.flavour)
    if facts.kind in (Kind.AUTHORITY, Kind.HOLDINGS):
        raise RecordNotCopied(_("这是规范记录或馆藏记录，不是书目记录，不能套录；请换一条。"))
    record = Record(added_at=clock.now(), updated_at=clock.now())
    put_into(record, description_of(facts), native_of(read))
    return record


def compared(reads: Sequence[RecordRead]) -> list[Compared]:
    """Return each record with what the catalogue has of it, in a constant number of queries.

    What describes no work is left out.
    """
    incoming: list[tuple[RecordRead, Incoming]] = []
    for read in reads:
        try:
            record = row_of(read)
        except RecordNotCopied:
            continue
        row = ImportRow(raw=read.raw, charset=read.charset, flavour=read.flavour.value)
        incoming.append((read, Incoming(row, record, keys_of(record), [])))
    candidates = Candidates.of([each for _read, each in incoming])
    return [Compared(read, each.record, candidates.match(each)) for read, each in incoming]


# What is set side by side; the label, then the column.
_SHOWN = (
    (_("题名"), "full_title"), (_("责任说明"), "responsibility"), (_("责任者"), "authors"), (_("版本"), "edition"),
    (_("出版地"), "place"), (_("出版者"), "publisher"), (_("出版年"), "year"), (_("载体形态"), "extent"),
    (_("丛编"), "series"), ("ISBN", "isbns"), ("ISSN", "issns"), (_("分类号"), "classes"), (_("主题词"), "subjects"),
    (_("关键词"), "keywords"), (_("语种"), "languages"), (_("类型"), "get_kind_display"), (_("摘要"), "abstract"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One fact of two records."""

    label: str
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs


def side_by_side(ours: Record | None, theirs: Record) -> list[Line]:
    """Return the facts of both, leaving out what neither says."""
    lines = [
        Line(str(label), _shown(ours, name) if ours else "", _shown(theirs, name)) for label, name in _SHOWN
    ]
    return [line for line in lines if line.ours or line.theirs]


def _shown(record: Record, name: str) -> str:
    value = getattr(record, name)
    if callable(value):
        value = value()
    if isinstance(value, (list, tuple)):
        return "；".join(map(str, value))
    return "" if value is None else str(value)
