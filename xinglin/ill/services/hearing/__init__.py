"""What a partner's message does, by who speaks: a request, a supplier, a requester."""

from xinglin.ill.services.hearing import requesters, requests, suppliers

__all__ = ["requesters", "requests", "suppliers"]
