"""A self-check machine and a gate in the main library, and what the machine said on its first morning."""

from xinglin.catalog.models import Item, ItemType
from xinglin.circulation import services as circulation
from xinglin.circulation.models import DeviceRight
from xinglin.circulation.sip2.conversation import Conversation
from xinglin.circulation.sip2.wire import date_of
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron

# An address of documentation (RFC 5737): nothing of ours is there.
MACHINE = "192.0.2.21"


def put_machines(libraries: dict[str, Library], readers: dict[str, Patron]) -> int:
    """Enter two machines, and let one of them lend, refuse and take back; return how many there are."""
    main = libraries["XCMU"]
    circulation.add_device(
        library=main,
        name="一楼大厅自助借还机",
        place="一楼大厅",
        networks=[MACHINE],
        rights=[DeviceRight.LEND, DeviceRight.CHECK_IN, DeviceRight.RENEW, DeviceRight.PATRON],
        by=None,
    )
    circulation.add_device(
        library=main, name="正门安全门", place="正门", networks=["192.0.2.22"], rights=[], by=None
    )
    card = next(
        number
        for number, reader in readers.items()
        if reader.home_library_id == main.pk and reader.is_in_good_standing
    )
    item = Item.objects.filter(library=main, available=True, item_type=ItemType.BOOK).order_by("-pk").first()
    if item is None:
        return 2
    now = date_of(clock.now())
    machine = Conversation(peer=MACHINE, server="demonstration")
    for line in (
        "9900802.00",
        f"63019{now}          AO|AA{card}|AC|",
        f"11YN{now}{now}AO|AA{card}|AB{item.barcode}|AC|",
        f"11YN{now}{now}AO|AAXCX000000|AB{item.barcode}|AC|",
        f"09N{now}{now}AP|AO|AB{item.barcode}|AC|",
        f"35{now}AO|AA{card}|",
    ):
        machine.answer(line.encode())
    machine.close("演示结束")
    return 2
