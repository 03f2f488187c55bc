"""Rows of the reference room."""

from xinglin.reference.models.orders import Order, OrderKind, Purpose, Remark, Scope, SelfCitationRule
from xinglin.reference.models.reports import Report, ReportTemplate
from xinglin.reference.models.searching import CitedArticle, CitingArticle, RelatedDocument, Strategy
from xinglin.reference.models.staffing import Qualification, Skill

__all__ = [
    "CitedArticle",
    "CitingArticle",
    "Order",
    "OrderKind",
    "Purpose",
    "Qualification",
    "RelatedDocument",
    "Remark",
    "Report",
    "ReportTemplate",
    "Scope",
    "SelfCitationRule",
    "Skill",
    "Strategy",
]
