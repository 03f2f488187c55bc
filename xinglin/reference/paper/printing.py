"""A report as PDF."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import segno

from xinglin.commons.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")


def pdf(told: Mapping[str, object], *, moment: datetime) -> bytes:
    """Return the PDF of a report; the same content and moment give the same bytes.

    Raises ``FontMissing``.
    """
    code = segno.make(str(told["verify_at"]), error="m", micro=False)
    return typeset(TEMPLATE, {**told, "qr": code.svg_inline(scale=4, border=2)}, moment=moment)
