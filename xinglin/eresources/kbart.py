"""KBART files, read row by row (NISO RP-9-2014): a title as it is listed, or a sentence why it cannot be taken."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from stdnum import isbn as isbn_rules
from stdnum import issn as issn_rules
from stdnum.exceptions import ValidationError as NotANumber

from xinglin.commons.sheets import Row
from xinglin.commons.text import comparable
from xinglin.eresources.coverage import CoverageUnfit, day_read, embargo_parts
from xinglin.eresources.models.titles import Depth, TitleKind

NEEDED = ("publication_title", "print_identifier", "online_identifier")
_NOTHING = frozenset({"", "n/a", "na", "none", "-", "null"})
_DEPTHS = {
    "": Depth.FULL,
    "fulltext": Depth.FULL,
    "full text": Depth.FULL,
    "ebook": Depth.FULL,
    "selected": Depth.SELECTED,
    "selected articles": Depth.SELECTED,
    "abstracts": Depth.ABSTRACTS,
    "abstract": Depth.ABSTRACTS,
}


class RowUnfit(ValueError):
    """A row that cannot be taken; its text is a sentence for the librarian."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One title of a list."""

    kind: TitleKind
    title: str
    numbers: tuple[str, ...]
    publisher: str = ""
    first_on: date | None = None
    last_on: date | None = None
    first_volume: str = ""
    last_volume: str = ""
    embargo: str = ""
    depth: Depth = Depth.FULL
    is_free: bool = False
    url: str = ""
    note: str = ""


@dataclass
class _Numbers:
    """The identifiers of a row: what is right, and what was left out and why."""

    issns: list[str] = field(default_factory=list)
    isbns: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def take(self, written: str) -> None:
        try:
            bare = issn_rules.compact(written)
            if len(bare) == 8:
                self.issns.append(issn_rules.format(issn_rules.validate(bare)))
            else:
                self.isbns.append(isbn_rules.to_isbn13(isbn_rules.validate(written)).replace("-", ""))
        except NotANumber:
            self.bad.append(written[:20])


def absent_columns(row: Row) -> list[str]:
    """Return the headings without which a file is no KBART file."""
    there = {heading.casefold() for heading in row.cells}
    return [heading for heading in NEEDED if heading not in there]


def listed(row: Row) -> Listed:
    """Return the title of a row. Raises ``RowUnfit``."""
    cells = {heading.casefold(): _said(cell) for heading, cell in row.cells.items()}
    title = cells.get("publication_title", "")
    if not title:
        raise RowUnfit(_("没有题名（publication_title）。"))
    numbers = _Numbers()
    for written in (cells.get("print_identifier", ""), cells.get("online_identifier", "")):
        if written:
            numbers.take(written)
    kind = _kind(cells, numbers)
    right = numbers.issns if kind == TitleKind.SERIAL else numbers.isbns
    if not right and numbers.bad:
        raise RowUnfit(_("ISSN 或 ISBN「%(bad)s」校验不对。") % {"bad": "、".join(numbers.bad)})
    if not right:
        raise RowUnfit(_("没有可用的 ISSN 或 ISBN，无法与读者要的文献核对。"))
    depth = _DEPTHS.get(cells.get("coverage_depth", "").casefold())
    if depth is None:
        raise RowUnfit(_("收录深度「%(depth)s」不认识。") % {"depth": cells["coverage_depth"][:40]})
    try:
        embargo = ";".join(
            f"{mark}{n}{unit}" for mark, n, unit in embargo_parts(cells.get("embargo_info", ""))
        )
        first = day_read(cells.get("date_first_issue_online", ""), begins=True)
        last = day_read(cells.get("date_last_issue_online", ""), begins=False)
    except CoverageUnfit as unfit:
        raise RowUnfit(str(unfit)) from None
    if first and last and last < first:
        raise RowUnfit(_("收录止于 %(last)s，早于起始的 %(first)s。") % {"last": last, "first": first})
    url = cells.get("title_url", "")
    notes = [cells.get("notes", "") or cells.get("coverage_notes", "")]
    if numbers.bad:
        notes.append(_("未采用校验不对的号码 %(bad)s") % {"bad": "、".join(numbers.bad)})
    return Listed(
        kind=kind,
        title=title[:400],
        numbers=tuple(dict.fromkeys(right)),
        publisher=cells.get("publisher_name", "")[:200],
        first_on=first if kind == TitleKind.SERIAL else None,
        last_on=last if kind == TitleKind.SERIAL else None,
        first_volume=cells.get("num_first_vol_online", "")[:40],
        last_volume=cells.get("num_last_vol_online", "")[:40],
        embargo=embargo[:20],
        depth=depth,
        is_free=cells.get("access_type", "").upper() == "F",
        url=url[:1000] if url.startswith(("http://", "https://")) else "",
        note="；".join(filter(None, notes))[:400],
    )


def _kind(cells: dict[str, str], numbers: _Numbers) -> TitleKind:
    """Return what a row is; files of the first phase do not say it, their numbers do. Raises ``RowUnfit``."""
    written = cells.get("publication_type", "").casefold()
    if written in TitleKind.values:
        return TitleKind(written)
    if written:
        raise RowUnfit(_("文献类型「%(kind)s」不认识；应为 serial 或 monograph。") % {"kind": written[:40]})
    return TitleKind.MONOGRAPH if numbers.isbns and not numbers.issns else TitleKind.SERIAL


def _said(cell: str) -> str:
    return "" if comparable(cell) in _NOTHING else cell.strip()
