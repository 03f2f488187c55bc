"""The reader's pages of document delivery."""

from xinglin.delivery.mobile import access, articles, asking, reading, requests

__all__ = ["access", "articles", "asking", "reading", "requests"]
