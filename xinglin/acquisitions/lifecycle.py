"""Which state may become which, and by whose hand: suggestions, and orders to vendors."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SuggestionState(models.TextChoices):
    """Where a purchase suggestion stands."""

    SUGGESTED = "suggested", _("待处理")
    CONSIDERED = "considered", _("评估中")
    APPROVED = "approved", _("同意购买")
    DECLINED = "declined", _("未采纳")
    ORDERED = "ordered", _("已订购")
    ARRIVED = "arrived", _("已到馆")
    WITHDRAWN = "withdrawn", _("读者撤回")


READER = "reader"
LIBRARIAN = "librarian"
ORDER = "order"

S = SuggestionState

# (where the suggestion stands, what someone does) -> (where it goes, whose hand)
SUGGESTION_MOVES: dict[tuple[SuggestionState, str], tuple[SuggestionState, str]] = {
    (S.SUGGESTED, "consider"): (S.CONSIDERED, LIBRARIAN),
    (S.SUGGESTED, "approve_suggestion"): (S.APPROVED, LIBRARIAN),
    (S.CONSIDERED, "approve_suggestion"): (S.APPROVED, LIBRARIAN),
    (S.SUGGESTED, "decline_suggestion"): (S.DECLINED, LIBRARIAN),
    (S.CONSIDERED, "decline_suggestion"): (S.DECLINED, LIBRARIAN),
    (S.APPROVED, "decline_suggestion"): (S.DECLINED, LIBRARIAN),
    (S.DECLINED, "reconsider"): (S.CONSIDERED, LIBRARIAN),
    (S.APPROVED, "order_suggestion"): (S.ORDERED, LIBRARIAN),
    (S.ORDERED, "order_falls_through"): (S.APPROVED, ORDER),
    (S.APPROVED, "suggestion_arrives"): (S.ARRIVED, LIBRARIAN),
    (S.ORDERED, "suggestion_arrives"): (S.ARRIVED, LIBRARIAN),
    (S.ARRIVED, "receipt_reversed"): (S.ORDERED, ORDER),
    (S.SUGGESTED, "withdraw_suggestion"): (S.WITHDRAWN, READER),
    (S.CONSIDERED, "withdraw_suggestion"): (S.WITHDRAWN, READER),
}

SUGGESTION_DEEDS = {
    "consider": _("开始评估"),
    "approve_suggestion": _("同意购买"),
    "decline_suggestion": _("不采纳"),
    "reconsider": _("重新评估"),
    "order_suggestion": _("登记已订购"),
    "order_falls_through": _("订单取消"),
    "suggestion_arrives": _("登记已到馆"),
    "receipt_reversed": _("验收撤销"),
    "withdraw_suggestion": _("撤回"),
}

# A work that is asked for again joins the suggestion that stands here.
STANDING = (S.SUGGESTED, S.CONSIDERED, S.APPROVED, S.ORDERED, S.DECLINED)
OPEN_TO_DECISION = (S.SUGGESTED, S.CONSIDERED)


class OrderState(models.TextChoices):
    """Where an order to a vendor stands."""

    DRAFT = "draft", _("草稿")
    PLACED = "placed", _("已下单")
    PARTLY = "partly", _("部分到货")
    RECEIVED = "received", _("到货完毕")
    CLOSED = "closed", _("已结清")
    CANCELLED = "cancelled", _("已取消")


P = OrderState

# (where the order stands, what someone does) -> (where it goes, whose hand)
ORDER_MOVES: dict[tuple[OrderState, str], tuple[OrderState, str]] = {
    (P.DRAFT, "place_order"): (P.PLACED, LIBRARIAN),
    (P.DRAFT, "cancel_order"): (P.CANCELLED, LIBRARIAN),
    (P.PLACED, "cancel_order"): (P.CANCELLED, LIBRARIAN),
    (P.PLACED, "receive_part"): (P.PARTLY, LIBRARIAN),
    (P.PARTLY, "receive_part"): (P.PARTLY, LIBRARIAN),
    (P.PLACED, "receive_rest"): (P.RECEIVED, LIBRARIAN),
    (P.PARTLY, "receive_rest"): (P.RECEIVED, LIBRARIAN),
    (P.PARTLY, "cancel_rest"): (P.RECEIVED, LIBRARIAN),
    (P.RECEIVED, "close_order"): (P.CLOSED, LIBRARIAN),
    (P.CLOSED, "reopen_order"): (P.RECEIVED, LIBRARIAN),
    (P.RECEIVED, "reverse_receipt"): (P.PARTLY, LIBRARIAN),
    (P.PARTLY, "reverse_receipt"): (P.PARTLY, LIBRARIAN),
    (P.RECEIVED, "reverse_all_receipts"): (P.PLACED, LIBRARIAN),
    (P.PARTLY, "reverse_all_receipts"): (P.PLACED, LIBRARIAN),
}

ORDER_DEEDS = {
    "place_order": _("下单"),
    "cancel_order": _("取消订单"),
    "receive_part": _("验收一部分"),
    "receive_rest": _("验收完毕"),
    "cancel_rest": _("取消未到的"),
    "close_order": _("结清"),
    "reopen_order": _("重新打开"),
    "reverse_receipt": _("撤销一册验收"),
    "reverse_all_receipts": _("撤销全部验收"),
}

# In these states the money of a line is bound: the vendor was told.
BINDING = (P.PLACED, P.PARTLY, P.RECEIVED, P.CLOSED)
