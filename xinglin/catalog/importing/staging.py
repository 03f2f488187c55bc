"""A file becomes rows: each record's bytes, or the refusal of it with its bytes and the reason."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.errors import FileTooLarge
from xinglin.catalog.lifecycle import Outcome
from xinglin.catalog.marc import Form, Reading, RecordRead, RefusedRecord, form_of, read_file
from xinglin.catalog.models import Format, ImportBatch, ImportRow

LARGEST_FILE = 200 * 1024 * 1024
_CHUNK = 256 * 1024
_HEAD = 64 * 1024
# COPY knows no defaults of Django's: what is not known yet is written out.
_NOT_YET = {
    "title": "", "remarks": "[]", "candidates": "[]", "trace": "{}", "version": 0, "undone": False, "undo_remark": "",
}  # fmt: skip
_KNOWN = ("batch_id", "number", "raw", "size", "charset", "flavour", "foreseen", "outcome", "code", "reason")


@dataclass(frozen=True)
class Received:
    """A file that was sent in: readable from its beginning, with its size, digest and form."""

    stream: BinaryIO
    size: int
    sha256: str
    format: Format


@contextmanager
def received(file: BinaryIO) -> Iterator[Received]:
    """Take a file in once, counting and digesting. Raises ``FileTooLarge`` before all of it is taken."""
    digest = hashlib.sha256()
    size = 0
    with tempfile.TemporaryFile() as spool:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > LARGEST_FILE:
                raise FileTooLarge(_("文件超过 200 MB；请分成几个文件，分别上传。"))
            digest.update(chunk)
            spool.write(chunk)
        spool.seek(0)
        form = form_of(spool.read(_HEAD))
        spool.seek(0)
        yield Received(spool, size, digest.hexdigest(), _format_of(form))


def stage(batch: ImportBatch, stream: BinaryIO) -> int:
    """Write one row for each record of the file by COPY, and return how many there are."""
    count = 0
    columns = ", ".join((*_KNOWN, *_NOT_YET))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {ImportRow._meta.db_table} ({columns}) from stdin") as copy,
    ):
        for count, reading in enumerate(read_file(stream), start=1):
            copy.write_row((batch.pk, count, *_facts(reading), *_NOT_YET.values()))
    return count


def _facts(reading: Reading) -> tuple[object, ...]:
    match reading:
        case RefusedRecord():
            outcome = Outcome.REFUSED.value
            return reading.raw, reading.size, "", "", outcome, outcome, reading.code, reading.reason
        case RecordRead():
            outcome = Outcome.WAITING.value
            size = len(reading.raw)
            return reading.raw, size, reading.charset, reading.flavour.value, outcome, outcome, "", ""


def _format_of(form: Form | None) -> Format:
    return Format(form.value) if form is not None else Format.NONE
