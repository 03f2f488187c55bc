"""The librarian's screens of acquisitions."""

from xinglin.acquisitions.console import funds, lists, orders, rules, serials, suggestions

__all__ = ["funds", "lists", "orders", "rules", "serials", "suggestions"]
