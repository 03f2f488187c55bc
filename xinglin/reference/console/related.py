"""What belongs to an order on its page: reports, searches, documents compared, what was said."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.screens import Column, Related
from xinglin.console.screens import Kind as Shown
from xinglin.reference.lifecycle import DEEDS
from xinglin.reference.models import Order, RelatedDocument, Remark, Report, Strategy


def _corrected(strategy: Strategy) -> str:
    return _("已被更正") if hasattr(strategy, "replaced_by") else ""


def _file(form: str) -> Callable[[Report], str]:
    return lambda report: reverse("console:reference.order.report", args=[report.pk, form])


def related_of(row: Order) -> list[Related[Any]]:
    """Return the lists that stand below an order's facts."""
    return [
        Related(
            gettext_lazy("报告"),
            rows=row.reports.select_related("issued_by"),
            columns=(
                Column[Report](
                    gettext_lazy("编号"),
                    "number",
                    link=_file("pdf"),
                ),
                Column[Report](
                    gettext_lazy("Word"),
                    lambda report: _("下载"),
                    link=_file("docx"),
                ),
                Column[Report](gettext_lazy("页数"), "pages", kind=Shown.NUMBER),
                Column[Report](gettext_lazy("出具时间"), "issued_at", kind=Shown.MOMENT),
                Column[Report](gettext_lazy("验证码"), "verification_code"),
                Column[Report](gettext_lazy("有效"), "is_valid", kind=Shown.FLAG),
            ),
            empty=gettext_lazy("还没有出具报告。"),
        ),
        Related(
            gettext_lazy("检索策略"),
            rows=row.strategies.select_related("by"),
            columns=(
                Column[Strategy](gettext_lazy("数据库"), "database"),
                Column[Strategy](gettext_lazy("检索式"), "expression"),
                Column[Strategy](gettext_lazy("日期"), "searched_on", kind=Shown.DAY),
                Column[Strategy](gettext_lazy("命中"), "hits", kind=Shown.NUMBER),
                Column[Strategy](gettext_lazy("相关"), "relevant", kind=Shown.NUMBER),
                Column[Strategy](
                    gettext_lazy("更正"),
                    _corrected,
                ),
            ),
            empty=gettext_lazy("还没有检索记录。"),
        ),
        Related(
            gettext_lazy("密切相关文献"),
            rows=row.related_documents.all(),
            columns=(
                Column[RelatedDocument](gettext_lazy("文献"), "citation"),
                Column[RelatedDocument](gettext_lazy("对比分析"), "comparison"),
                Column[RelatedDocument](gettext_lazy("查新点"), lambda each: each.point or _("全部")),
            ),
            empty=gettext_lazy("还没有对比文献。"),
        ),
        Related(
            gettext_lazy("往来意见"),
            rows=row.remarks.all(),
            columns=(
                Column[Remark](gettext_lazy("时间"), "at", kind=Shown.MOMENT),
                Column[Remark](gettext_lazy("谁"), "who"),
                Column[Remark](gettext_lazy("事项"), lambda each: DEEDS.get(each.deed, each.deed)),
                Column[Remark](gettext_lazy("意见"), "text"),
            ),
            empty=gettext_lazy("没有退回或异议。"),
        ),
    ]
