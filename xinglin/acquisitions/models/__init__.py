"""Rows of the acquisitions room."""

from xinglin.acquisitions.models.rules import PurchaseRules
from xinglin.acquisitions.models.suggestions import Suggestion, SuggestionSource, Vote

__all__ = ["PurchaseRules", "Suggestion", "SuggestionSource", "Vote"]
