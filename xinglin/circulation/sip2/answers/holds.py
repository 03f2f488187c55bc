"""Holds: 15/16, placed, given up, or fetched somewhere else."""

from django.utils.translation import gettext as _

from xinglin.catalog.models import Record
from xinglin.catalog.queries import record_by_id
from xinglin.circulation import queries, services
from xinglin.circulation.errors import HoldUnknown
from xinglin.circulation.models import DeviceRight, Hold, HoldSource
from xinglin.circulation.sip2.asking import Answer, Asking, answers, flag, told
from xinglin.commons.numbers import whole
from xinglin.consortium.models import Library
from xinglin.consortium.queries import library_named, public_libraries
from xinglin.patrons.models import Patron


def _refuse(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.head(), *asking.echo("AA", "AB"), ("AJ", ""), *told(sentence)]
    return Answer("16", f"0N{asking.stamp}", fields, refused=sentence)


@answers("15", refuse=_refuse, right=DeviceRight.HOLD)
def hold(asking: Asking) -> Answer:
    """Place a hold on the title of a copy, give it up, or change where it is fetched."""
    patron = asking.patron()
    proved = asking.password_is_right(patron)
    if proved is False or (proved is None and asking.device.needs_password):
        return _refuse(asking, str(_("请输入正确的读者证密码。")))
    record = _record(asking)
    if asking.fixed("mode") == "+":
        pickup = _pickup(asking) or asking.device.library
        held = services.place(
            patron=patron, record=record, pickup_library=pickup, source=HoldSource.DESK, by=None
        )
        return _held(asking, held, _("已预约《%(title)s》，第 %(n)d 位。"))
    found = _own(patron, record)
    if asking.fixed("mode") == "-":
        services.cancel(hold=found)
        found.refresh_from_db()
        return _held(asking, found, _("已取消《%(title)s》的预约。"))
    changed = services.change_pickup(hold=found, pickup_library=_pickup(asking) or asking.device.library)
    return _held(asking, changed, _("《%(title)s》改在%(library)s取。"))


def _held(asking: Asking, held: Hold, sentence: str) -> Answer:
    title = held.record.title
    facts = {"title": title, "n": held.position or 0, "library": held.pickup_library.label}
    free = queries.free_items(held.record).exists()
    fields = [
        *([("BR", str(held.position))] if held.position else []),
        ("BS", held.pickup_library.code),
        *asking.head(),
        *asking.echo("AA", "AB"),
        ("AJ", title),
        *told(sentence % facts),
    ]
    return Answer("16", f"1{flag(free)}{asking.stamp}", fields)


def _record(asking: Asking) -> Record:
    """Return the title that is meant: by the number of a record (MA), or by the barcode of a copy."""
    if (number := whole(asking.message.first("MA"))) is not None:
        return record_by_id(number)
    return asking.item().holding.record


def _own(patron: Patron, record: Record) -> Hold:
    found = queries.open_holds_of(patron).filter(record=record).first()
    if found is None:
        raise HoldUnknown(_("您没有预约这本书。"))
    return found


def _pickup(asking: Asking) -> Library | None:
    written = asking.message.first("BS")
    if not written:
        return None
    return public_libraries().filter(code=written).first() or library_named(written)
