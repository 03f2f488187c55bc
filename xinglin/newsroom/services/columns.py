"""Columns: laid out once, then changed by the consortium."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import ColumnUnfit
from xinglin.newsroom.models import Column, ColumnKind

# What a consortium begins with (N1). What a library says of itself passes one hand; what touches health
# or policy passes several (N4).
_FIRST = (
    Column(code="notices", name="通知公告", kind=ColumnKind.NOTICES, needs_review=False),
    Column(code="overview", name="馆情概览", kind=ColumnKind.OVERVIEW, needs_review=False),
    Column(code="how-to", name="使用指南", kind=ColumnKind.HOW_TO, needs_review=False),
    Column(code="reading", name="阅读推广", kind=ColumnKind.READING, needs_review=False),
    Column(code="medical-news", name="医学资讯", kind=ColumnKind.MEDICAL_NEWS, needs_gatekeeper=True),
    Column(code="policy", name="时事政策", kind=ColumnKind.POLICY),
    Column(code="health", name="健康教育", kind=ColumnKind.HEALTH_EDUCATION, needs_gatekeeper=True),
)


@transaction.atomic
def lay_out_columns() -> None:
    """Put up the first columns where there is none; what the consortium has changed stays as it is."""
    if Column.objects.exists():
        return
    Column.objects.bulk_create(
        (
            Column(
                code=first.code,
                name=first.name,
                kind=first.kind,
                needs_review=first.needs_review,
                needs_gatekeeper=first.needs_gatekeeper,
                position=place * 10,
            )
            for place, first in enumerate(_FIRST, start=1)
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def add_column(
    *,
    code: str,
    name: str,
    kind: ColumnKind,
    introduction: str = "",
    needs_review: bool = True,
    needs_gatekeeper: bool = False,
    position: int = 50,
    by: Staff | None,
) -> Column:
    """Add a column for the whole consortium. Raises ``ColumnUnfit``."""
    access.require(by, "newsroom.change_column", None)
    column = Column(
        code=code,
        name=name,
        kind=kind,
        introduction=introduction,
        needs_review=needs_review or needs_gatekeeper,
        needs_gatekeeper=needs_gatekeeper,
        position=position,
    )
    _check(column)
    column.save()
    history.record(column, "add", by=by.user if by else None, changes={"code": code, "name": name})
    return column


@transaction.atomic
def amend_column(
    *,
    column: Column,
    name: str,
    introduction: str,
    needs_review: bool,
    needs_gatekeeper: bool,
    position: int,
    active: bool,
    by: Staff | None,
) -> Column:
    """Change a column; what is published stays published. A gatekeeper brings review with it.

    Raises ``ColumnUnfit``.
    """
    access.require(by, "newsroom.change_column", None)
    kept = Column.objects.select_for_update().get(pk=column.pk)
    new: dict[str, object] = {
        "name": name,
        "introduction": introduction,
        "needs_review": needs_review or needs_gatekeeper,
        "needs_gatekeeper": needs_gatekeeper,
        "position": position,
        "active": active,
    }
    changes = {
        field: [getattr(kept, field), value] for field, value in new.items() if getattr(kept, field) != value
    }
    for field, value in new.items():
        setattr(kept, field, value)
    _check(kept)
    kept.save()
    if changes:
        history.record(kept, "amend", by=by.user if by else None, changes=changes)
    return kept


def _check(column: Column) -> None:
    try:
        column.full_clean()
    except ValidationError as error:
        raise ColumnUnfit(_("栏目资料有误：%(why)s"), why=" ".join(error.messages)) from None
