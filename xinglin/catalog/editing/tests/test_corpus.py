"""Real records opened in the editor and saved without a change keep every byte."""

from pathlib import Path

import pytest

from xinglin.catalog.editing.lines import parse, text_of
from xinglin.catalog.editing.saving import WRITABLE_CHARSETS, rewritten
from xinglin.catalog.marc import RecordRead, read_file
from xinglin.catalog.models import Format, Record

_MOST_OF_A_FILE = 300


@pytest.mark.corpus
def test_a_real_record_opened_and_saved_has_its_old_bytes(shared: Path) -> None:
    saved, differing = 0, []
    for path in sorted((shared / "data" / "library").rglob("*")):
        if path.suffix not in (".mrc", ".iso", ".marc", ".dat"):
            continue
        with path.open("rb") as stream:
            for at, reading in enumerate(read_file(stream)):
                if at >= _MOST_OF_A_FILE:
                    break
                if (
                    not isinstance(reading, RecordRead)
                    or reading.remarks
                    or reading.charset not in WRITABLE_CHARSETS
                ):
                    continue
                row = Record(
                    marc=reading.raw,
                    format=Format.ISO2709,
                    charset=reading.charset,
                    flavour=reading.flavour.value,
                )
                marc = parse(text_of(reading.record)).record
                saved += 1
                if rewritten(row, marc, reading.flavour).raw != reading.raw:
                    differing.append((path.name, reading.number))
    assert saved > 100
    assert not differing, differing[:20]
