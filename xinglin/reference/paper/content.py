"""What a report says, as plain data: PDF and Word document are made from it, and it is kept with the report."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.reference.models import Order, OrderKind
from xinglin.reference.queries import citations_of, is_own, strategies_that_hold


def address_of(code: str) -> str:
    """Return the page on which anybody may verify a report."""
    return f"{settings.PUBLIC_URL}/m/verify/{code}/"


def of(order: Order, *, number: str, code: str, moment: datetime) -> dict[str, object]:
    """Return everything that stands in a report, in plain values."""
    told: dict[str, object] = {
        "kind": order.kind,
        "heading": str(OrderKind(order.kind).label) + _("报告"),
        "number": number,
        "code": code,
        "verify_at": address_of(code),
        "agency": order.library.name,
        "title": order.title,
        "title_foreign": order.title_foreign,
        "client": order.client_name,
        "unit": order.client_unit,
        "contract": order.contract_number,
        "purpose": order.get_purpose_display(),
        "scope": order.get_scope_display(),
        "commissioned_on": _day(order.agreed_at or order.submitted_at),
        "issued_on": _day(moment),
        "searcher": order.searcher.name if order.searcher else "",
        "reviewer": order.reviewer.name if order.reviewer else "",
        "content": order.content,
        "points": list(order.points),
        "keywords": list(order.keywords),
        "members": list(order.members),
        "findings": order.findings,
        "conclusion": order.conclusion,
        "strategies": [
            {
                "database": each.database,
                "coverage": each.coverage,
                "expression": each.expression,
                "searched_on": each.searched_on.isoformat(),
                "hits": each.hits,
                "relevant": each.relevant,
            }
            for each in strategies_that_hold(order)
        ],
        "related": [
            {"citation": each.citation, "comparison": each.comparison, "point": each.point}
            for each in order.related_documents.all()
        ],
    }
    return told | (_citations(order) if order.kind == OrderKind.CITATION else {})


def _citations(order: Order) -> dict[str, object]:
    counts = citations_of(order)
    articles = [
        {
            "position": count.article.position,
            "title": count.article.title,
            "authors": "; ".join(count.article.authors),
            "source": count.article.source,
            "doi": count.article.doi,
            "indexed_in": "、".join(count.article.indexed_in),
            "impact_factor": count.article.impact_factor,
            "partition": count.article.partition,
            "figures_year": count.article.figures_year or "",
            "total": count.total,
            "by_self": count.by_self,
            "by_others": count.by_others,
            "citing": [
                {
                    "title": citing.title,
                    "authors": "; ".join(citing.authors),
                    "source": citing.source,
                    "database": citing.database,
                    "own": is_own(order, count.article, citing.authors),
                }
                for citing in count.article.citing.all()
            ],
        }
        for count in counts
    ]
    return {
        "self_rule": order.get_self_rule_display(),
        "articles": articles,
        "total": sum(count.total for count in counts),
        "by_self": sum(count.by_self for count in counts),
        "by_others": sum(count.by_others for count in counts),
    }


def _day(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%d}" if moment else ""
