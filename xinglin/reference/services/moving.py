"""One step of an order, under a lock: what the deeds of this room share."""

from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.models import Patron
from xinglin.reference.errors import NotTheirOrder, OrderMoveNotPossible, OrderUnknown
from xinglin.reference.lifecycle import DEEDS, MOVES, State
from xinglin.reference.models import Order, Remark


def locked(order: Order) -> Order:
    """Return the order as it stands now, locked until the transaction ends."""
    return Order.objects.select_for_update(of=("self",)).select_related("library", "patron").get(pk=order.pk)


def for_staff(order: Order, permission: str, by: Staff | None) -> Order:
    """Return the order locked, for someone who has a permission in its library. Raises ``NotAllowed``."""
    kept = locked(order)
    access.require(by, permission, kept.library_id)
    return kept


def for_client(order: Order, patron: Patron) -> Order:
    """Return the order locked, for its own client. Raises ``OrderUnknown`` for another's."""
    kept = locked(order)
    if kept.patron_id != patron.pk:
        raise OrderUnknown(_("没有找到这份委托；请从“我的查新查引”里打开。"))
    return kept


def only(named: Staff | None, by: Staff | None, role: object) -> None:
    """Refuse a deed that belongs to the person who was named for it. Raises ``NotTheirOrder``."""
    if by is None or named is None or named.pk != by.pk:
        raise NotTheirOrder(
            _("这一步由%(role)s %(name)s 办理；要换人，请先重新指派。"),
            role=role,
            name=named.name if named else _("（未指派）"),
        )


def move(kept: Order, deed: str, *, by: Staff | Patron | str | None, changes: dict[str, object] | None = None,
         reason: str = "") -> None:  # fmt: skip
    """Take a locked order one step on, and write the step down. Raises ``OrderMoveNotPossible``."""
    step = MOVES.get((State(kept.state), deed))
    if step is None:
        raise OrderMoveNotPossible(
            _("委托 %(number)s 现在是“%(state)s”，不能%(deed)s；请刷新后再看。"),
            number=kept.number, state=kept.get_state_display(), deed=DEEDS[deed],
        )  # fmt: skip
    kept.state = step[0]
    kept.version += 1
    kept.save()
    actor = by.user if isinstance(by, Staff) else by.name if isinstance(by, Patron) else by
    history.record(kept, deed, by=actor, changes=changes, reason=reason)
    if reason:
        Remark.objects.create(order=kept, who=_who(by), deed=deed, text=reason)


def _who(by: Staff | Patron | str | None) -> str:
    return by.name if isinstance(by, (Staff, Patron)) else (by or "")
