"""Kept bytes understood again: what a file said around a record is gone and has to be said once more."""

from xinglin.catalog.marc import RecordRead, read_record

_NOT_XML_CHARSETS = frozenset({"", "utf-8", "utf-16", "text"})


def read_stored(raw: bytes, charset: str) -> RecordRead:
    """Return the record that these bytes hold, in the character set they were first read in.

    A record element cut from an XML file in GB 18030 has lost the declaration that said so; UTF-16
    brings its own mark, and ISO 2709 is found out anew. Raises ``marc.reading.Unreadable``.
    """
    if raw.lstrip()[:1] == b"<" and charset.lower() not in _NOT_XML_CHARSETS:
        raw = f'<?xml version="1.0" encoding="{charset}"?>'.encode("ascii") + raw
    return read_record(raw)
