"""What a tag, an indicator and a subfield may be: one rule a tag, read from the tables of two standards.

A table line: tag, name, R or N (repeatable or not), the values of indicator 1 and 2, the subfields. ``#``
is blank, ``.`` is whatever stands there; a ``*`` after a subfield lets it repeat. Facts of UNIMARC
Manual: Bibliographic Format, the CNMARC of WH/T 0503-1996, and MARC 21 Format for Bibliographic Data.
"""

from dataclasses import dataclass
from functools import cache

from xinglin.catalog.editing.tags_cnmarc import CNMARC
from xinglin.catalog.editing.tags_marc21 import MARC21
from xinglin.catalog.marc import Flavour

ANY = "."


@dataclass(frozen=True, slots=True)
class TagRule:
    """What the standard says of one tag."""

    tag: str
    name: str
    repeatable: bool
    ind1: str
    ind2: str
    subfields: str

    @property
    def is_control(self) -> bool:
        """Whether it is a field without indicators and subfields."""
        return not self.subfields

    def may_hold(self, code: str) -> bool:
        """Whether a subfield is defined; figures are control subfields, defined in every field."""
        return self.subfields == ANY or code.isdigit() or code in self.subfields.replace("*", "")

    def may_repeat(self, code: str) -> bool:
        """Whether a subfield may stand twice in one field."""
        return self.subfields == ANY or code.isdigit() or f"{code}*" in self.subfields


def rule_of(tag: str, flavour: Flavour) -> TagRule | None:
    """Return what the standard says of a tag, or None when it does not define it."""
    return rules_of(flavour).get(tag)


@cache
def rules_of(flavour: Flavour) -> dict[str, TagRule]:
    """Return all tags of a standard."""
    table = CNMARC if flavour.is_unimarc_family else MARC21
    rules = (_rule(line) for line in table.strip().splitlines())
    return {rule.tag: rule for rule in rules}


def _rule(line: str) -> TagRule:
    tag, name, repeats, *rest = line.split()
    ind1, ind2, subfields = rest or ("", "", "")
    return TagRule(tag, name, repeats == "R", ind1.replace("#", " "), ind2.replace("#", " "), subfields)


def is_local(tag: str) -> bool:
    """Whether a tag is a library's own to define: any with a 9 in it (UNIMARC Manual, 4.3; MARC 21, introduction)."""
    return "9" in tag
