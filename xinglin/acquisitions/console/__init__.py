"""The librarian's screens of acquisitions."""

from xinglin.acquisitions.console import lists, rules, suggestions

__all__ = ["lists", "rules", "suggestions"]
