"""The librarian's screens of document delivery."""

from xinglin.delivery.console import access, forms, handlers, limits, requests, sources, statistics, terms

__all__ = ["access", "forms", "handlers", "limits", "requests", "sources", "statistics", "terms"]
