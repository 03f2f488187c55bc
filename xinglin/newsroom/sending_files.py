"""A stored file over HTTP: whole, or the piece that a player asks for (RFC 9110, sections 13.1.5 and 14).

Phones play a film only from a server that gives out pieces; Safari asks for the first two bytes to find out.
"""

import re
from collections.abc import Iterator

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from xinglin.newsroom.models import StoredFile

_RANGE = re.compile(r"\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)
_CHUNK = 64 * 1024


def answer_with(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """Return the file, the one piece asked for (206), or the refusal of a piece that it does not have (416)."""
    tag = f'"{stored.name.partition(".")[0]}"'
    piece = _piece(request, tag, stored.size)
    answer: HttpResponseBase
    if piece is None:
        answer = FileResponse(default_storage.open(stored.path), content_type=stored.media_type)
    elif not piece:
        answer = HttpResponse(status=416, content_type=stored.media_type)
        answer["Content-Range"] = f"bytes */{stored.size}"
    else:
        answer = StreamingHttpResponse(
            _read(default_storage.open(stored.path), piece), status=206, content_type=stored.media_type
        )
        answer["Content-Range"] = f"bytes {piece.start}-{piece.stop - 1}/{stored.size}"
        answer["Content-Length"] = str(len(piece))
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = tag
    return answer


def _piece(request: HttpRequest, tag: str, size: int) -> range | None:
    """Return the piece that is asked for: None is the whole file, an empty one a piece that it does not have.

    A unit or a shape that is not understood, several pieces at once, and a condition on another file are all
    answered with the whole one, as the standard lets us.
    """
    asked = request.headers.get("Range", "")
    if request.method != "GET" or not asked or request.headers.get("If-Range", tag) != tag:
        return None
    unit, _equals, wanted = asked.partition("=")
    found = _RANGE.fullmatch(wanted)
    if unit.strip().lower() != "bytes" or found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        return range(max(0, size - int(last)), size) if int(last) else range(0)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _read(file: "File[bytes]", piece: range) -> Iterator[bytes]:
    with file:
        file.seek(piece.start)
        left = len(piece)
        while left and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
