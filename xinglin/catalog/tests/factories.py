"""Records and copies for tests: each says only what matters."""

from itertools import count

from xinglin.catalog import services
from xinglin.catalog.description import Description
from xinglin.catalog.lifecycle import Condition
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
