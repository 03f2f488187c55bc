"""Signatures of messages: an HMAC over the moment and the bytes, by the secret shared with a partner.

``X-ILL-Signature: t=<seconds since 1970>,v1=<hex>``; the moment may be ten minutes off.
"""

import hashlib
import hmac

from xinglin.commons.numbers import whole

HEADER = "X-ILL-Signature"
TOLERANCE = 600


def signature(secret: str, data: bytes, *, at: int) -> str:
    """Return the header's value for some bytes."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + data, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def is_signed(secret: str, data: bytes, header: str, *, now: int) -> bool:
    """Whether a header's value is the signature of some bytes by a secret, and not too old."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = whole(parts.get("t", ""))
    if at is None or abs(now - at) > TOLERANCE:
        return False
    return hmac.compare_digest(signature(secret, data, at=at).encode(), header.encode())
