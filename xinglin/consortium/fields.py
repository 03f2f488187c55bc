"""What may stand in a library's fields that Django has no field for."""

import ipaddress

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST_PICTURE = 4 * 1024 * 1024
# First bytes of the picture formats that every phone shows (their file format specifications).
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network_of(written: str) -> Network:
    """Return one network range in CIDR form; a lone address is a range of one.

    Raises ``ValidationError`` for what is no range, has host bits set, or is the whole internet.
    """
    try:
        network = ipaddress.ip_network(written.strip())
    except ValueError:
        raise ValidationError(
            _("「%(range)s」不是网络地址段，请写成 10.20.0.0/16 的形式（主机位为 0）。"),
            params={"range": written},
        ) from None
    if network.prefixlen == 0:
        raise ValidationError(_("「%(range)s」是整个互联网，不能作为馆内地址段。"), params={"range": written})
    return network


def validate_network_ranges(ranges: object) -> None:
    """Refuse what is not a list of network ranges."""
    if not isinstance(ranges, list) or not all(isinstance(written, str) for written in ranges):
        raise ValidationError(_("网络地址段应是一个列表，每行一段。"))
    for written in ranges:
        network_of(written)


def picture_kind(head: bytes) -> str | None:
    """Return the media type of a picture by its first bytes, never by its name; None when it is none."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)
