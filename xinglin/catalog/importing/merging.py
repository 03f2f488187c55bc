"""A newer description over the fields that a library wrote itself (library systems sheet 4.7).

Local fields of the record in the catalogue stay, and what came under their tags is left out: 9xx
(holdings and the like), 59x, the library's own class in 690 to 699, UNIMARC notes in 300.
"""

from xinglin.catalog.description import Native
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc import record_as_xml, write_iso2709
from xinglin.catalog.marc.model import Field, Flavour
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Format
from xinglin.catalog.stored import read_stored


def is_local(tag: str, flavour: Flavour) -> bool:
    """Whether a field is a library's own."""
    if tag.startswith(("9", "59", "69")):
        return True
    return flavour.is_unimarc_family and tag == "300"


def merged(incoming: Native, kept: bytes, charset: str) -> Native:
    """Return the newer record with the local fields of the one in the catalogue, ``kept`` in ``charset``.

    Where that one has none, the newer bytes are kept as they came. Raises ``UnwritableRecord``.
    """
    flavour = Flavour(incoming.flavour.value)
    ours = (
        [field for field in read_stored(kept, charset).record.fields if is_local(field.tag, flavour)]
        if kept
        else []
    )
    if not ours:
        return incoming
    held = {field.tag for field in ours}
    theirs = read_stored(incoming.raw, incoming.charset).record
    fields: list[Field] = [field for field in theirs.fields if field.tag not in held]
    together = MarcRecord(theirs.leader, tuple(sorted([*fields, *ours], key=lambda field: field.tag)))
    if incoming.format is Format.MARCXML:
        raw = record_as_xml(together, flavour=flavour).encode()
        return Native(raw=raw, format=Format.MARCXML, charset="utf-8", flavour=StoredFlavour(flavour.value))
    raw = write_iso2709(together, flavour=flavour)
    return Native(raw=raw, format=Format.ISO2709, charset="utf-8", flavour=StoredFlavour(flavour.value))
