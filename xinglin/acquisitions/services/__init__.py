"""Every change in the acquisitions room; each deed is one transaction."""

from xinglin.acquisitions.services.claiming import claim, mail_claim
from xinglin.acquisitions.services.deciding import (
    approve,
    arrive,
    consider,
    decline,
    describe,
    note_ordered,
    reconsider,
)
from xinglin.acquisitions.services.funds import change_budget, keep_vendor, open_fund
from xinglin.acquisitions.services.invoicing import close_order, enter_invoice
from xinglin.acquisitions.services.lists import ListOutcome, take_list
from xinglin.acquisitions.services.ordering import (
    add_line,
    begin_order,
    cancel_order,
    order_suggestion,
    place_order,
    remove_line,
)
from xinglin.acquisitions.services.receiving import receive
from xinglin.acquisitions.services.reversing import reverse_invoice, reverse_receipt
from xinglin.acquisitions.services.rules import set_rules
from xinglin.acquisitions.services.serials import check_in, extend, give_up, subscribe
from xinglin.acquisitions.services.suggesting import Suggested, forget_reader, suggest, vote, withdraw
from xinglin.acquisitions.services.telling import tell_of_arrival, tell_of_decision
from xinglin.acquisitions.services.terms import bind_term, end_subscription, pay_term
from xinglin.acquisitions.services.vendor_lists import VendorListOutcome, take_vendor_list, vendor_sheet

__all__ = [
    "ListOutcome",
    "Suggested",
    "VendorListOutcome",
    "add_line",
    "approve",
    "arrive",
    "begin_order",
    "bind_term",
    "cancel_order",
    "change_budget",
    "check_in",
    "claim",
    "close_order",
    "consider",
    "decline",
    "describe",
    "end_subscription",
    "enter_invoice",
    "extend",
    "forget_reader",
    "give_up",
    "keep_vendor",
    "mail_claim",
    "note_ordered",
    "open_fund",
    "order_suggestion",
    "pay_term",
    "place_order",
    "receive",
    "reconsider",
    "remove_line",
    "reverse_invoice",
    "reverse_receipt",
    "set_rules",
    "subscribe",
    "suggest",
    "take_list",
    "take_vendor_list",
    "tell_of_arrival",
    "tell_of_decision",
    "vendor_sheet",
    "vote",
    "withdraw",
]
