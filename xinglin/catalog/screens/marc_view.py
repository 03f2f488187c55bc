"""A record as a cataloguer reads it: fields, indicators, subfields."""

from dataclasses import dataclass

from xinglin.catalog.marc import ControlField
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.stored import read_stored


@dataclass(frozen=True)
class Line:
    """One field; a control field has a value and neither indicators nor subfields."""

    tag: str
    indicators: str
    value: str
    subfields: tuple[tuple[str, str], ...]


def lines_of(raw: bytes, charset: str) -> list[Line]:
    """Return the lines of a record's bytes, the leader first; none when they cannot be read."""
    if not raw:
        return []
    try:
        record = read_stored(raw, charset).record
    except Unreadable:
        return []
    lines = [Line("LDR", "", record.leader, ())]
    for field in record.fields:
        if isinstance(field, ControlField):
            lines.append(Line(field.tag, "", field.value, ()))
        else:
            # A blank indicator means something: it is shown as the sign that manuals print for it.
            lines.append(Line(field.tag, (field.ind1 + field.ind2).replace(" ", "#"), "", field.subfields))
    return lines
