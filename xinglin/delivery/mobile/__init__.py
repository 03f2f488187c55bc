"""The reader's pages of document delivery."""

from xinglin.delivery.mobile import access, asking, reading, requests

__all__ = ["access", "asking", "reading", "requests"]
