"""A record of a source on its way through the cataloguer's browser and back, signed, kept by nobody."""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.core import signing
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.errors import RecordNotCopied
from xinglin.catalog.copying.models import CopySource
from xinglin.catalog.marc import RecordRead
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.stored import read_stored

LARGEST = 300_000  # bytes of one record in a form; real ones have two thousand
_SALT = "xinglin.catalog.copying"
_GOOD_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Unpacked:
    """A record that came back."""

    read: RecordRead
    source_id: int


def packed(read: RecordRead, source: CopySource) -> str:
    """Return a record as a hidden field carries it; empty for one that is too large."""
    if len(read.raw) > LARGEST:
        return ""
    return signing.dumps(
        [source.pk, read.charset, base64.b64encode(read.raw).decode("ascii")], salt=_SALT, compress=True
    )


def unpacked(text: str) -> Unpacked:
    """Return what came back. Raises ``RecordNotCopied`` for what we did not give out, or long ago."""
    try:
        source_id, charset, raw = cast("list[object]", signing.loads(text, salt=_SALT, max_age=_GOOD_FOR))
        read = read_stored(base64.b64decode(str(raw)), str(charset))
    except (signing.BadSignature, Unreadable, ValueError, binascii.Error):
        raise RecordNotCopied(_("这条记录的数据已失效；请重新检索后再套录。")) from None
    return Unpacked(read, int(str(source_id)))
