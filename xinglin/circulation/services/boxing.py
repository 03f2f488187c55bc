"""Boxes: what goes to one library is put under one lid with a number, and is ticked off where it is opened."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.errors import BoxUnknown, NothingToBox
from xinglin.circulation.models import Box, Transit
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def seal_box(*, start: Library, to: Library, by: Staff | None) -> Box:
    """Close the box for a library over everything that is on its way there and lies in no box yet.

    Raises ``NothingToBox``, ``NotAllowed``.
    """
    access.require(by, "circulation.send_item", start.pk)
    loose = Transit.objects.select_for_update(of=("self",)).filter(
        from_library=start, to_library=to, received_at=None, box=None
    )
    transits = list(loose)
    if not transits:
        raise NothingToBox(_("没有要送往%(library)s、还没装箱的书。"), library=to.label)
    box = Box.objects.create(
        number="", from_library=start, to_library=to, sealed_at=clock.now(), sealed_by=by
    )
    box.number = f"BOX{box.pk:07d}"
    box.save(update_fields=["number"])
    Transit.objects.filter(pk__in=[transit.pk for transit in transits]).update(box=box)
    history.record(box, "seal", by=by.user if by else None, changes={"copies": len(transits)})
    return box


@transaction.atomic
def open_box(*, number: str, library: Library, by: Staff | None) -> Box:
    """Note that a box has arrived; each copy in it is still scanned, so what is missing is seen.

    A box that came to the wrong library is opened there too. Raises ``BoxUnknown``, ``NotAllowed``.
    """
    access.require(by, "circulation.check_in", library.pk)
    box = (
        Box.objects.select_for_update(of=("self",))
        .select_related("from_library", "to_library")
        .filter(number=number.strip().upper())
        .first()
    )
    if box is None:
        raise BoxUnknown(_("没有箱号 %(number)s；请核对箱上的号码。"), number=number)
    if box.opened_at is None:
        box.opened_at, box.opened_by = clock.now(), by
        box.save(update_fields=["opened_at", "opened_by"])
        history.record(box, "open_box", by=by.user if by else None, changes={"library": library.code})
    return box
