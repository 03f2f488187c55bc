"""What the reference room does when it has news itself, or other rooms have."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.commons.bulletin import listens_to
from xinglin.commons.onscreen import yuan_text
from xinglin.notices.services import owe
from xinglin.patrons.events import PatronErased
from xinglin.reference import notice_kinds as kinds
from xinglin.reference.events import OrderQuoted, OrderSentBack, ReportIssued
from xinglin.reference.models import Order, Report
from xinglin.reference.services.orders import forget


@listens_to(PatronErased)
@transaction.atomic
def part_from_the_erased(event: PatronErased) -> None:
    """Delete an erased reader's drafts and part their orders from the person."""
    forget(patron_id=event.patron_id)


@listens_to(OrderQuoted)
def owe_word_of_a_quotation(event: OrderQuoted) -> None:
    """Tell the client the fee and the day, and that it is theirs to agree."""
    order = _order(event.order_id)
    fee = yuan_text(order.fee_fen or 0)
    said = _("您委托的《%(title)s》：费用 %(fee)s，%(day)s 前完成。请打开链接确认，确认后开始检索。")
    _owe(
        order,
        kinds.QUOTED,
        _("查新查引待您确认"),
        said % {"title": order.title, "fee": fee, "day": order.promised_on},
        {"fee": fee, "promised_on": str(order.promised_on)},
        key=f"{order.pk} {order.version}",
    )


@listens_to(OrderSentBack)
def owe_word_of_what_is_missing(event: OrderSentBack) -> None:
    """Tell the client why the order came back."""
    order = _order(event.order_id)
    remark = order.remarks.filter(deed="send_back").first()
    said = _("您委托的《%(title)s》需要补充：%(why)s")
    facts = {"title": order.title, "why": remark.text if remark else ""}
    _owe(order, kinds.SENT_BACK, _("查新查引需要补充"), said % facts, {}, key=f"{order.pk} {order.version}")


@listens_to(ReportIssued)
def owe_word_of_a_report(event: ReportIssued) -> None:
    """Tell the client that the report can be fetched."""
    report = Report.objects.select_related("order__patron", "order__library").get(pk=event.report_id)
    said = _("您委托的《%(title)s》已出具报告 %(number)s，请打开链接查看、下载。")
    facts = {"title": report.order.title, "number": report.number}
    _owe(
        report.order,
        kinds.ISSUED,
        _("报告已出具"),
        said % facts,
        {"report": report.number},
        key=report.number,
    )


def _order(pk: int) -> Order:
    return Order.objects.select_related("patron__home_library", "library").get(pk=pk)


def _owe(order: Order, kind: str, title: str, text: str, fields: dict[str, str], *, key: str) -> None:
    """Owe the client a word; whoever came to the desk without a card is called by the librarian."""
    if order.patron is None:
        return
    owe(
        patron=order.patron,
        kind=kind,
        key=key,
        title=title,
        text=text,
        link=reverse("mobile:order", args=[order.pk]),
        fields={"number": order.number, "title": order.title, **fields},
        library=order.library,
    )
