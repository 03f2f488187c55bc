"""The librarian's screens of document delivery."""

from xinglin.delivery.console import access, forms, policy, requests, statistics

__all__ = ["access", "forms", "policy", "requests", "statistics"]
