"""What a preview read in a record, kept with the row: the run takes it up where it would read MARC again.

Only what the record itself says. What the library's profile makes of it (which copies, whose record) is
asked anew by the run, for a profile may be mended in between.
"""

from dataclasses import dataclass, fields
from typing import Any

from xinglin.catalog.description import LISTS, Description
from xinglin.catalog.marc import BibFacts, Flavour, LocalHolding
from xinglin.catalog.projection import description_of

#: Raise it when what is kept, or how it is read from a record, changes: rows kept before are read anew.
FORM = 1
_FIELDS = tuple(field.name for field in fields(Description))


@dataclass(frozen=True, slots=True)
class Understood:
    """A record as the import needs it."""

    flavour: Flavour
    description: Description
    control_number: str
    price: str
    local_holdings: tuple[LocalHolding, ...]
    remarks: tuple[str, ...]
    is_deletion: bool = False

    @classmethod
    def of(cls, facts: BibFacts, remarks: tuple[str, ...], *, is_deletion: bool) -> "Understood":
        return cls(
            facts.flavour,
            description_of(facts),
            facts.control_number,
            facts.price,
            facts.local_holdings,
            remarks,
            is_deletion,
        )

    def as_json(self) -> list[Any]:
        """Return it in short: a value a field, in their order."""
        return [
            FORM,
            self.flavour.value,
            [getattr(self.description, name) for name in _FIELDS],
            self.control_number,
            self.price,
            [(held.tag, held.subfields) for held in self.local_holdings],
            self.remarks,
            self.is_deletion,
        ]


def understood_from(kept: Any) -> Understood | None:
    """Return what was kept, or None where nothing was or an older version kept it."""
    if not kept or kept[0] != FORM:
        return None
    _form, flavour, values, control_number, price, holdings, remarks, is_deletion = kept
    said: dict[str, Any] = {
        name: tuple(value) if name in LISTS else value for name, value in zip(_FIELDS, values, strict=True)
    }
    description = Description(**said)
    return Understood(
        Flavour(flavour),
        description,
        control_number,
        price,
        tuple(
            LocalHolding(tag, tuple((code, value) for code, value in subfields))
            for tag, subfields in holdings
        ),
        tuple(remarks),
        bool(is_deletion),
    )
