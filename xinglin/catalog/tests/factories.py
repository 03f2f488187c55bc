"""Records and copies for tests: each says only what matters."""

from itertools import count

from xinglin.catalog import services
from xinglin.catalog.description import Description
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.marc import ControlField, DataField, Field, Flavour, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.models import Holding, Item, ItemType, Record
from xinglin.consortium.models import Library

_barcodes = count(1)


def a_record(title: str = "心电图诊断学", **facts: object) -> Record:
    """Add a record by the house's own hand."""
    return services.add_record(description=Description(title=title, **facts), by=None)  # type: ignore[arg-type]


def a_holding(record: Record, library: Library, call_number: str = "R540.4/1", location: str = "") -> Holding:
    return services.add_holding(
        record=record, library=library, call_number=call_number, location=location, by=None
    )


def an_item(
    record: Record,
    library: Library,
    *,
    barcode: str = "",
    condition: Condition = Condition.ON_SHELF,
    item_type: ItemType = ItemType.BOOK,
    call_number: str = "R540.4/1",
) -> Item:
    """Register a copy, with its holding where there is none yet."""
    holding = Holding.objects.filter(record=record, library=library, call_number=call_number).first()
    return services.add_item(
        holding=holding or a_holding(record, library, call_number),
        barcode=barcode or f"T{next(_barcodes):06}",
        condition=condition,
        item_type=item_type,
        by=None,
    )


def cnmarc(
    number: str,
    title: str,
    *,
    isbn: str = "",
    barcode: str = "",
    call: str = "R540.4/1",
    extra: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """One CNMARC record of an agency, with a copy in 905; ``extra`` are fields with one subfield a."""
    fields: list[Field] = [
        ControlField("001", number),
        DataField("100", " ", " ", (("a", "20200101d2020    em y0chiy50      ea"),)),
        DataField("101", "0", " ", (("a", "chi"),)),
        DataField("200", "1", " ", (("a", title), ("f", "王吉耀主编"))),
        DataField("210", " ", " ", (("a", "北京"), ("c", "人民卫生出版社"), ("d", "2020"))),
        DataField("215", " ", " ", (("a", "320页"), ("d", "26cm"))),
        *(DataField(tag, " ", " ", (("a", value),)) for tag, value in extra),
        DataField("606", "0", " ", (("a", "心电图"), ("x", "诊断"))),
        DataField("690", " ", " ", (("a", "R540.4"), ("v", "5"))),
        DataField("801", " ", "0", (("a", "CN"), ("b", "MED"), ("c", "20200101"))),
    ]
    if isbn:
        fields.insert(1, DataField("010", " ", " ", (("a", isbn), ("d", "CNY48.00"))))
    if barcode:
        copy = (("a", "MAIN"), ("b", barcode), ("d", "R540.4"), ("e", "1"), ("f", call))
        fields.append(DataField("905", " ", " ", copy))
    return write_iso2709(MarcRecord("00000nam0 2200000   450 ", tuple(fields)), flavour=Flavour.CNMARC)
