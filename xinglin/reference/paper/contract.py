"""The contract of an order as PDF: what GB/T 32003-2015 asks to be agreed in writing before the search begins."""

from pathlib import Path

from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.commons.typesetting import typeset
from xinglin.reference.models import Order, OrderKind
from xinglin.reference.services.reports import ARCHIVED_AFTER

TEMPLATE = Path(__file__).with_name("contract.typ")


def of(order: Order) -> dict[str, object]:
    """Return everything that stands in the contract, in plain values."""
    agreed = order.agreed_at
    return {
        "kind": order.kind,
        "heading": str(OrderKind(order.kind).label) + _("委托合同"),
        "contract": order.contract_number,
        "number": order.number,
        "client": order.client_name,
        "unit": order.client_unit,
        "reached_by": "，".join(each for each in (order.client_phone, order.client_email) if each),
        "agency": order.library.name,
        "title": order.title,
        "title_foreign": order.title_foreign,
        "purpose": order.get_purpose_display(),
        "scope": order.get_scope_display(),
        "self_rule": order.get_self_rule_display(),
        "members": list(order.members),
        "content": order.content,
        "points": list(order.points),
        "fee": yuan_text(order.fee_fen) if order.fee_fen else _("免费"),
        "promised_on": order.promised_on.isoformat() if order.promised_on else "",
        "days": ARCHIVED_AFTER.days,
        "agreed_at": f"{clock.local(agreed):%Y-%m-%d %H:%M}" if agreed else "",
        "offered_on": f"{clock.local(order.submitted_at or order.created_at):%Y-%m-%d}",
    }


def pdf(order: Order) -> bytes:
    """Return the contract; the same order gives the same bytes. Raises ``FontMissing``."""
    return typeset(TEMPLATE, of(order), moment=order.agreed_at or order.submitted_at or order.created_at)
