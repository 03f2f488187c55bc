"""Rows of the acquisitions room."""

from xinglin.acquisitions.models.funds import Fund, Vendor
from xinglin.acquisitions.models.orders import Accession, Invoice, InvoiceLine, OrderLine, PurchaseOrder
from xinglin.acquisitions.models.rules import PurchaseRules
from xinglin.acquisitions.models.serials import Claim, Issue, IssueState, Subscription, SubscriptionTerm
from xinglin.acquisitions.models.suggestions import Suggestion, SuggestionSource, Vote

__all__ = [
    "Accession",
    "Claim",
    "Fund",
    "Invoice",
    "InvoiceLine",
    "Issue",
    "IssueState",
    "OrderLine",
    "PurchaseOrder",
    "PurchaseRules",
    "Subscription",
    "SubscriptionTerm",
    "Suggestion",
    "SuggestionSource",
    "Vendor",
    "Vote",
]
