"""The searcher's work: searches noted verbatim, documents compared, findings and conclusion written."""

from datetime import date
from typing import cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium.models import Staff
from xinglin.reference.errors import OrderMoveNotPossible, OrderUnfit
from xinglin.reference.lifecycle import WRITING
from xinglin.reference.models import Order, OrderKind, RelatedDocument, Strategy
from xinglin.reference.queries import SEARCH, strategies_that_hold
from xinglin.reference.services.moving import for_staff, move, only


@transaction.atomic
def note_strategy(*, order: Order, database: str, expression: str, hits: int, searched_on: date,
                  coverage: str = "", relevant: int = 0, replaces: Strategy | None = None,
                  by: Staff | None) -> Strategy:  # fmt: skip
    """Note one search as it was run. It is never changed: a wrong note is corrected by another that replaces it.

    Raises ``OrderUnfit``.
    """
    kept = writing(order, by)
    if not database.strip() or not expression.strip():
        raise OrderUnfit(_("请填写数据库和检索式；检索式照原样记录。"))
    if searched_on > clock.today():
        raise OrderUnfit(_("检索日期 %(day)s 还没有到；请改正。"), day=searched_on)
    if relevant > hits:
        raise OrderUnfit(_("相关数 %(relevant)d 多于命中数 %(hits)d；请改正。"), relevant=relevant, hits=hits)
    if replaces is not None and (replaces.order_id != kept.pk or hasattr(replaces, "replaced_by")):
        raise OrderUnfit(_("这条检索记录已被更正过，或不属于这份委托；请刷新后再选。"))
    noted = Strategy.objects.create(
        order=kept,
        database=database.strip(),
        coverage=coverage.strip(),
        expression=expression,
        searched_on=searched_on,
        hits=hits,
        relevant=relevant,
        replaces=replaces,
        by=cast(Staff, by),  # ``writing`` refuses nobody
    )
    changes = {"database": noted.database, "hits": hits, "replaces": replaces.pk if replaces else None}
    history.record(kept, "note_strategy", by=by.user if by else None, changes=changes)
    return noted


@transaction.atomic
def add_related(
    *, order: Order, citation: str, comparison: str, point: int = 0, by: Staff | None
) -> RelatedDocument:
    """Set a close document beside the project. ``point`` is the novelty point it bears on, 0 for all.

    Raises ``OrderUnfit``.
    """
    kept = writing(order, by)
    if not citation.strip():
        raise OrderUnfit(_("请填写文献的著录。"))
    if not 0 <= point <= len(kept.points):
        raise OrderUnfit(_("只有 %(n)d 条查新点，没有第 %(point)d 条。"), n=len(kept.points), point=point)
    return RelatedDocument.objects.create(
        order=kept, citation=citation.strip(), comparison=comparison.strip(), point=point
    )


@transaction.atomic
def remove_related(*, document: RelatedDocument, by: Staff | None) -> None:
    """Take a document out of the comparison again."""
    kept = writing(document.order, by)
    history.record(
        kept, "remove_related", by=by.user if by else None, changes={"citation": document.citation[:200]}
    )
    document.delete()


@transaction.atomic
def say(*, order: Order, findings: str, conclusion: str, by: Staff | None) -> Order:
    """Write what was found and what follows from it."""
    kept = writing(order, by)
    kept.findings, kept.conclusion = findings.strip(), conclusion.strip()
    kept.version += 1
    kept.save()
    history.record(kept, "say_findings", by=by.user if by else None)
    return kept


@transaction.atomic
def begin_report(*, order: Order, by: Staff | None) -> Order:
    """End the search and begin to write."""
    kept = for_staff(order, SEARCH, by)
    only(kept.searcher, by, _("查新员"))
    move(kept, "begin_report", by=by)
    return kept


@transaction.atomic
def search_again(*, order: Order, by: Staff | None) -> Order:
    """Go back to searching."""
    kept = for_staff(order, SEARCH, by)
    only(kept.searcher, by, _("查新员"))
    move(kept, "search_again", by=by)
    return kept


@transaction.atomic
def hand_in(*, order: Order, by: Staff | None) -> Order:
    """Give the report to the reviewer. Raises ``OrderUnfit`` with everything that is still missing."""
    kept = for_staff(order, SEARCH, by)
    only(kept.searcher, by, _("查新员"))
    absent = _missing(kept)
    if absent:
        raise OrderUnfit(_("报告还缺：%(absent)s。补齐后再送审。"), absent="、".join(absent))
    move(kept, "hand_in", by=by)
    return kept


def writing(order: Order, by: Staff | None) -> Order:
    """Return the order locked, for its searcher while it is searched and written.

    Raises ``NotTheirOrder``, ``OrderMoveNotPossible``.
    """
    kept = for_staff(order, SEARCH, by)
    only(kept.searcher, by, _("查新员"))
    if kept.state not in WRITING:
        raise OrderMoveNotPossible(
            _("委托 %(number)s 现在是“%(state)s”，内容不能再改。"),
            number=kept.number, state=kept.get_state_display(),
        )  # fmt: skip
    return kept


def _missing(order: Order) -> list[str]:
    wanted: list[tuple[object, object]] = [
        (strategies_that_hold(order).exists(), _("检索策略（至少一条）")),
        (order.conclusion, _("结论")),
    ]
    if order.kind == OrderKind.NOVELTY:
        wanted.append((order.findings, _("检索结果")))
    else:
        wanted.append((order.cited_articles.exists(), _("被引文献（至少一篇）")))
    return [str(name) for there, name in wanted if not there]
