"""905 and 852 as each library means them: from a local field to the copies it names.

MARC 21's 852 says what its subfields are (MARC 21 Format for Holdings Data, 852). CNMARC has no
agreed field: the profile of the library that sends the file is asked, and where it is silent, what
most Chinese systems write (library systems sheet 2.3).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from xinglin.catalog.importing.kept import Understood
from xinglin.catalog.marc import Flavour, LocalHolding
from xinglin.catalog.models import ImportProfile
from xinglin.commons.text import plain

_LONGEST = 120
_LONGEST_BARCODE = 60
_PRICE = re.compile(r"\d{1,6}(?:\.\d{1,2})?")
_STANDARD_TAG = "852"


@dataclass(frozen=True)
class NamedCopy:
    """One copy that a field names; without a barcode, only its holding."""

    library_code: str
    location: str
    call_number: str
    barcode: str
    volume: str
    price_fen: int | None


def copies_named_in(facts: Understood, profile: ImportProfile) -> list[NamedCopy]:
    """Return the copies named in the fields that the profile points at, each once."""
    found: list[NamedCopy] = []
    for field in facts.local_holdings:
        if field.tag == profile.holdings_tag:
            found.extend(_by_profile(field, profile, price_fen(facts.price)))
        elif field.tag == _STANDARD_TAG and facts.flavour is Flavour.MARC21:
            found.extend(_by_standard(field))
    return list(dict.fromkeys(found))


def price_fen(text: str) -> int | None:
    """Return the first amount in a price, in fen: CNY48.00, ￥66.00（全三册）; other currencies are none."""
    bare = plain(text).replace(",", "")
    if re.search(r"USD|EUR|GBP|JPY|HKD|US\$|[£€$]", bare, re.IGNORECASE):
        return None
    amount = _PRICE.search(bare)
    return int(Decimal(amount[0]) * 100) if amount else None


def _by_profile(field: LocalHolding, profile: ImportProfile, price: int | None) -> Iterator[NamedCopy]:
    held: dict[str, list[str]] = {}
    for code, value in field.subfields:
        if code and value.strip():
            held.setdefault(code, []).append(plain(value).strip())

    def first(code: str) -> str:
        return held[code][0][:_LONGEST] if code in held else ""

    parts = (first(profile.class_subfield), first(profile.book_number_subfield))
    # $s is where others put the whole call number: it is read when the profile's own place is empty.
    call_number = (
        first(profile.call_number_subfield) or first("s") or "/".join(part for part in parts if part)
    )
    own_price = first(profile.price_subfield)
    for barcode in held.get(profile.barcode_subfield, [""]):
        yield NamedCopy(
            library_code=first(profile.library_subfield),
            location=first(profile.location_subfield),
            call_number=call_number[:_LONGEST],
            barcode=barcode[:_LONGEST_BARCODE],
            volume=first(profile.volume_subfield)[:60],
            price_fen=price_fen(own_price) if own_price else price,
        )


def _by_standard(field: LocalHolding) -> Iterator[NamedCopy]:
    def values(codes: str) -> list[str]:
        return [
            plain(value).strip()
            for code, value in field.subfields
            if code and code in codes and value.strip()
        ]

    for barcode in values("p") or [""]:
        yield NamedCopy(
            library_code=next(iter(values("b") or values("a")), "")[:_LONGEST],
            location=" ".join(values("c"))[:_LONGEST],
            call_number=" ".join(values("khim"))[:_LONGEST],
            barcode=barcode[:_LONGEST_BARCODE],
            volume=next(iter(values("3")), "")[:60],
            price_fen=None,
        )
