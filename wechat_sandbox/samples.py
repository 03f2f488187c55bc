"""Small real files for deeds that come without one: a picture, a voice, a video."""

from __future__ import annotations

import struct
import zlib
from functools import cache

AMR_FRAMES_PER_SECOND = 50


@cache
def picture(width: int = 240, height: int = 160) -> bytes:
    """A PNG of a window at dusk, drawn here so that nothing has to be shipped."""
    rows = b"".join(b"\0" + _row(y, width, height) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _row(y: int, width: int, height: int) -> bytes:
    part = y / height
    sky = (int(60 + 150 * part), int(90 + 90 * part), int(160 - 40 * part))
    frame = (70, 60, 55)
    return b"".join(
        bytes(frame if x % (width // 2) < 4 or y % (height // 2) < 4 else sky) for x in range(width)
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def with_text(png: bytes, text: str) -> bytes:
    """A PNG with a text chunk ``qrcode`` right after its header."""
    head = 8 + 25
    return png[:head] + _chunk(b"tEXt", b"qrcode\0" + text.encode("latin-1", "replace")) + png[head:]


@cache
def voice(seconds: int = 3) -> bytes:
    """Silence as AMR-NB: the header and one no-data frame for each 20 milliseconds."""
    return b"#!AMR\n" + b"\x7c" * (max(1, min(seconds, 60)) * AMR_FRAMES_PER_SECOND)


@cache
def video() -> bytes:
    """The shortest MP4 that names itself one: a file-type box and an empty movie data box."""
    brand = struct.pack(">I", 24) + b"ftypisom" + struct.pack(">I", 512) + b"isommp42"
    return brand + struct.pack(">I", 8) + b"mdat"
