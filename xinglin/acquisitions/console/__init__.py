"""The librarian's screens of acquisitions."""

from xinglin.acquisitions.console import (
    funds,
    issues,
    lines,
    lists,
    orders,
    registers,
    rules,
    serials,
    suggestions,
)

__all__ = ["funds", "issues", "lines", "lists", "orders", "registers", "rules", "serials", "suggestions"]
