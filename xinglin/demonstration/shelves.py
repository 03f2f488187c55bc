"""The catalogue of the story: CNMARC records made from its titles, holdings, items, holds."""

from xinglin.catalog import services as catalog
from xinglin.catalog.description import Native
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.marc import ControlField, DataField, Flavour, facts_of, write_iso2709
from xinglin.catalog.marc import Record as Marc
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Format, Holding, ItemType, Record
from xinglin.catalog.projection import description_of
from xinglin.circulation import services as circulation
from xinglin.circulation.models import HoldSource
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.patrons.models import Patron

AGENCY = "XCMU"
LEADER = {"journal": "00000nas0 2200000   450 ", "audio": "00000nim0 2200000   450 "}
ITEM_TYPES = {"bound_journal": ItemType.JOURNAL, "audio": ItemType.MEDIA, "reference": ItemType.REFERENCE}
CONDITIONS = {"at_bindery": Condition.BINDERY}
# Relator terms of 7XX $4 in the wording of Chinese cataloguing rules.
MAIN_ROLES = ("主编", "著", "编著", "作者")


def make_catalogue() -> dict[str, Record]:
    """Add every title of the story with the bytes of a CNMARC record; return records by title key."""
    records: dict[str, Record] = {}
    for row in files.rows("titles"):
        marc = _cnmarc(row)
        raw = write_iso2709(marc, to="utf-8", flavour=Flavour.CNMARC)
        native = Native(raw=raw, format=Format.ISO2709, charset="utf-8", flavour=StoredFlavour.CNMARC)
        description = description_of(facts_of(marc, Flavour.CNMARC))
        records[row["title_key"]] = catalog.add_record(description=description, native=native, by=None)
    return records


def fill_the_shelves(records: dict[str, Record], libraries: dict[str, Library]) -> None:
    """Add every copy of the story where it stands."""
    holdings: dict[tuple[str, str, str, str], Holding] = {}
    for row in files.rows("items"):
        place = (row["title_key"], row["library_code"], row["location"], row["call_number"])
        if place not in holdings:
            holdings[place] = catalog.add_holding(
                record=records[row["title_key"]],
                library=libraries[row["library_code"]],
                location=row["location"],
                call_number=row["call_number"],
                by=None,
            )
        catalog.add_item(
            holding=holdings[place],
            barcode=row["barcode"],
            item_type=ITEM_TYPES.get(row["item_type"], ItemType.BOOK),
            condition=CONDITIONS.get(row["condition"], row["condition"]),
            price_fen=int(row["price_fen"]) if row["price_fen"] else None,
            volume=row["enumeration"],
            by=None,
        )


def place_holds(
    records: dict[str, Record], readers: dict[str, Patron], libraries: dict[str, Library]
) -> None:
    """Let the readers of the story reserve what they wait for, the longest waiting first."""
    for row in sorted(files.rows("holds"), key=lambda row: -int(row["days_ago"])):
        circulation.place(
            patron=readers[row["card_number"]],
            record=records[row["title_key"]],
            pickup_library=libraries[row["pickup_library"]],
            source=HoldSource.IMPORT,
        )


def _cnmarc(row: dict[str, str]) -> Marc:
    fields: list[ControlField | DataField] = [ControlField("001", row["title_key"])]
    price = f"CNY{int(row['price_fen']) / 100:.2f}" if row["price_fen"] else ""
    fields += _data("010", "  ", a=row["isbn"], d=price if row["isbn"] else "")
    fields += _data("011", "  ", a=row["issn"], d=price if row["issn"] else "")
    fields += _data("100", "  ", a=_coded(row))
    fields += _data("101", "0 ", a=row["language"])
    fields += _data("102", "  ", a="CN" if row["language"] == "chi" else "US")
    people = [pair.split(":") for pair in row["authors"].split(";") if pair]
    said = "；".join(f"{name}{role}" for name, role in people)
    fields += _data("200", "1 ", a=row["title"], e=row["subtitle"], h=row["volume"], f=said)
    fields += _data("205", "  ", a=row["edition"])
    fields += _data("210", "  ", a=row["place"], c=row["publisher"], d=row["year"])
    fields += _data("215", "  ", a=f"{row['pages']}页" if row["pages"] else "", d=_size(row))
    fields += _data("225", "2 ", a=row["series"])
    fields += _data("330", "  ", a=row["abstract"])
    for subject in filter(None, row["subjects"].split(";")):
        fields += _data("606", "0 ", a=subject)
    for keyword in filter(None, row["keywords"].split(";")):
        fields += _data("610", "0 ", a=keyword)
    fields += _data("690", "  ", a=row["class_number"], v="5")
    for name, role in people:
        fields += _data("701" if role in MAIN_ROLES else "702", " 0", a=name, **{"4": role})
    fields += _data("801", " 0", a="CN", b=AGENCY, c="20261101")
    return Marc(LEADER.get(row["kind"], "00000nam0 2200000   450 "), tuple(fields))


def _data(tag: str, indicators: str, **subfields: str) -> list[ControlField | DataField]:
    kept = tuple((code, value) for code, value in subfields.items() if value)
    return [DataField(tag, indicators[0], indicators[1], kept)] if kept else []


def _coded(row: dict[str, str]) -> str:
    """Return UNIMARC 100 $a: date entered, kind and year of publication, language of cataloguing, character set."""
    year = (row["year"] or "    ")[:4]
    return f"20261101d{year}    em y0chiy50      ea"


def _size(row: dict[str, str]) -> str:
    return f"{row['size_cm']}cm" if row["size_cm"] else ""
