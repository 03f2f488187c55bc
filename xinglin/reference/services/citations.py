"""The client's articles and who cites them, one by one or from a table."""

from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import history
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row, UnreadableTable, read_table
from xinglin.console.uploads import BadRow
from xinglin.consortium.models import Staff
from xinglin.reference.errors import OrderUnfit
from xinglin.reference.models import CitedArticle, CitingArticle, Order
from xinglin.reference.services.searching import writing

# The table's columns: one row an article of the client (文献 empty), or one that cites it (its 序号 again).
HEADINGS = (
    "序号",
    "被引或施引",
    "题名",
    "作者",
    "出处",
    "来源数据库",
    "收录情况",
    "影响因子",
    "分区",
    "年份",
    "DOI",
)
CITED, CITING = "被引", "施引"


@dataclass
class Taken:
    """What became of the rows of a table."""

    cited: int = 0
    citing: int = 0
    bad: list[BadRow] = field(default_factory=list)


def people(text: str) -> list[str]:
    """Return the authors of a cell: divided by semicolons, or by commas where there are only Chinese names."""
    rest = text.replace("；", ";").replace("、", ";")
    if ";" not in rest and not rest.isascii():
        rest = rest.replace("，", ";").replace(",", ";")
    return [name.strip() for name in rest.split(";") if name.strip()]


@transaction.atomic
def add_cited(*, order: Order, title: str, authors: list[str], source: str, position: int | None = None,
              doi: str = "", indexed_in: list[str] | None = None, impact_factor: str = "", partition: str = "",
              figures_year: int | None = None, by: Staff | None) -> CitedArticle:  # fmt: skip
    """Add an article of the client, or amend the one at a position. A journal's figures need their year.

    Raises ``OrderUnfit``.
    """
    kept = writing(order, by)
    if not title.strip() or not authors:
        raise OrderUnfit(gettext_lazy("被引文献要有题名和作者。"))
    if (impact_factor or partition) and not figures_year:
        raise OrderUnfit(gettext_lazy("影响因子和分区要写明是哪一年的。"))
    last = kept.cited_articles.order_by("-position").first()
    article, _created = CitedArticle.objects.update_or_create(
        order=kept,
        position=position or (last.position + 1 if last else 1),
        defaults={
            "title": title.strip(),
            "authors": authors,
            "source": source.strip(),
            "doi": doi.strip(),
            "indexed_in": indexed_in or [],
            "impact_factor": impact_factor.strip(),
            "partition": partition.strip(),
            "figures_year": figures_year,
        },
    )
    return article


@transaction.atomic
def add_citing(*, cited: CitedArticle, title: str, authors: list[str], database: str, source: str = "",
               by: Staff | None) -> CitingArticle:  # fmt: skip
    """Add an article that cites one of the client's; the same one twice is kept once.

    Raises ``OrderUnfit``.
    """
    writing(cited.order, by)
    if not title.strip() or not database.strip():
        raise OrderUnfit(gettext_lazy("施引文献要有题名和来源数据库。"))
    citing, _created = CitingArticle.objects.get_or_create(
        cited=cited,
        title=title.strip(),
        source=source.strip(),
        defaults={"authors": authors, "database": database.strip()},
    )
    return citing


@transaction.atomic
def remove_cited(*, cited: CitedArticle, by: Staff | None) -> None:
    """Take an article of the client out again, with what cites it."""
    kept = writing(cited.order, by)
    history.record(kept, "remove_cited", by=by.user if by else None, changes={"title": cited.title})
    cited.delete()


def take_citations(*, order: Order, file: BinaryIO, name: str, by: Staff | None) -> Taken:
    """Add the articles of a table (CSV or XLSX); a bad row is told with its reason and leaves the others alone.

    Raises ``UnreadableTable``.
    """
    rows = list(read_table(file, name=name))
    absent = [heading for heading in HEADINGS[:4] if not rows or heading not in rows[0].cells]
    if absent:
        raise UnreadableTable(gettext_lazy("表格缺少这些列：%(columns)s。"), columns="、".join(absent))
    taken = Taken()
    for row in rows:
        try:
            with transaction.atomic():
                if row["被引或施引"].strip() == CITING:
                    _take_citing(order, row, by)
                    taken.citing += 1
                else:
                    _take_cited(order, row, by)
                    taken.cited += 1
        except Refusal as refusal:
            taken.bad.append(
                BadRow(row.number, str(refusal), "，".join(filter(None, row.cells.values()))[:200])
            )
    return taken


def _take_cited(order: Order, row: Row, by: Staff | None) -> None:
    add_cited(
        order=order,
        position=_number(row["序号"], _("序号")),
        title=row["题名"],
        authors=people(row["作者"]),
        source=row["出处"],
        doi=row["DOI"],
        indexed_in=people(row["收录情况"].replace(" ", ";")),
        impact_factor=row["影响因子"],
        partition=row["分区"],
        figures_year=_number(row["年份"], _("年份")) if row["年份"] else None,
        by=by,
    )


def _take_citing(order: Order, row: Row, by: Staff | None) -> None:
    position = _number(row["序号"], _("序号"))
    cited = order.cited_articles.filter(position=position).first()
    if cited is None:
        raise OrderUnfit(_("没有序号为 %(position)d 的被引文献；请先写被引的那一行。"), position=position)
    add_citing(
        cited=cited,
        title=row["题名"],
        authors=people(row["作者"]),
        source=row["出处"],
        database=row["来源数据库"],
        by=by,
    )


def _number(cell: str, name: str) -> int:
    number = whole(cell.strip().removesuffix(".0"), digits=4)
    if number is None:
        raise OrderUnfit(_("%(name)s「%(cell)s」不是数字。"), name=name, cell=cell[:20])
    return number
