"""Records set aside for one export, by one cataloguer: kept in the session, gone when they sign out."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import Record
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.screens import Action, Answers

MOST = 5_000
_KEY = "catalog.export_basket"


class BasketFull(Refusal):
    """The basket holds as many records as one selection may have."""

    code = "export_basket_full"


def picked(request: StaffRequest) -> list[int]:
    """Return the keys of the records set aside, in the order in which they were."""
    return list(request.session.get(_KEY, []))


def pick(request: StaffRequest, record: Record) -> None:
    """Set a record aside. Raises ``BasketFull``."""
    held = picked(request)
    if record.pk in held:
        return
    if len(held) >= MOST:
        raise BasketFull(_("导出篮最多放 %(most)d 条；请先导出，或按筛选条件导出。"), most=MOST)
    request.session[_KEY] = [*held, record.pk]


def empty(request: StaffRequest) -> None:
    """Put all records back."""
    request.session.pop(_KEY, None)


def picked_among(request: StaffRequest, rows: QuerySet[Record]) -> QuerySet[Record]:
    """Return those of the rows that were set aside."""
    return rows.filter(pk__in=picked(request))


def _pick(request: StaffRequest, record: Record, answers: Answers) -> str:
    pick(request, record)
    return _("已放入导出篮，共 %(n)d 条。") % {"n": len(picked(request))}


pick_for_export: Action[Record] = Action(
    "pick",
    gettext_lazy("放入导出篮"),
    run=_pick,
    icon="basket-plus",
    permission="catalog.view_record",
    many=True,
)
