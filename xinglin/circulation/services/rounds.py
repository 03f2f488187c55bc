"""Book carts and books brought to the reader."""

from collections.abc import Sequence
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation import errors, telling
from xinglin.circulation.lifecycle import (
    BRINGING_MOVES,
    BRINGING_OPEN,
    RUN_MOVES,
    BringingState,
    HoldState,
    RunState,
)
from xinglin.circulation.models import Bringing, CartItem, CartRoute, CartRun, CartStop, Hold, Loan
from xinglin.circulation.services.copies import actor, locked_item, settle
from xinglin.circulation.services.filling import hand_over
from xinglin.circulation.services.lending import lend
from xinglin.circulation.services.queue import locked
from xinglin.circulation.services.returning import CheckIn, check_in
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron


@transaction.atomic
def plan_route(
    *,
    library: Library,
    name: str,
    weekday: int,
    starts: time,
    stops: Sequence[tuple[str, time]],
    by: Staff | None,
    route: CartRoute | None = None,
) -> CartRoute:
    """Plan the weekly way of a book cart, or change it. Raises ``RouteUnfit``, ``NotAllowed``."""
    access.require(by, "circulation.plan_cart", library.pk)
    moments = [starts, *(at for _place, at in stops)]
    if not stops or moments != sorted(moments) or not all(place.strip() for place, _at in stops):
        raise errors.RouteUnfit(_("路线至少一站，各站有名称，时间依次不早于出车。"))
    route = route or CartRoute(library=library)
    route.name, route.weekday, route.starts = name.strip(), weekday, starts
    is_new = route.pk is None
    route.save()
    route.stops.filter(position__gt=len(stops)).delete()
    for position, (place, at) in enumerate(stops, start=1):
        CartStop.objects.update_or_create(
            route=route, position=position, defaults={"place": place.strip(), "at": at}
        )
    deed = "add" if is_new else "change_stops"
    history.record(route, deed, by=by.user if by else None, changes={"stops": len(stops)})
    return route


@transaction.atomic
def load_cart(*, route: CartRoute, day: date, item: Item, by: Staff | None) -> CartItem:
    """Put a copy on the cart of a day. Raises ``NotForTheCart``, ``RunMoveNotPossible``, ``NotAllowed``."""
    access.require(by, "circulation.plan_cart", route.library_id)
    CartRun.objects.get_or_create(route=route, day=day, defaults={"by": by})
    run = CartRun.objects.select_for_update(of=("self",)).get(route=route, day=day)
    if run.state != RunState.LOADING:
        raise errors.RunMoveNotPossible(_("这一车已经出发，不能再装。"))
    item = locked_item(item)
    if not item.available or item.library_id != route.library_id:
        raise errors.NotForTheCart(_("单册 %(barcode)s 不在本馆架上，不能装车。"), barcode=item.barcode)
    row = CartItem.objects.create(run=run, item=item, loaded_at=clock.now())
    settle(item)
    return row


@transaction.atomic
def set_out(*, run: CartRun, by: Staff | None) -> CartRun:
    """Send a cart on its way. Raises ``RunMoveNotPossible``, ``NotAllowed``."""
    run = _moved_run(run, "set_out", by)
    run.set_out_at, run.by = clock.now(), by or run.by
    run.save(update_fields=["state", "set_out_at", "by"])
    return run


@transaction.atomic
def lend_from_cart(
    *, run: CartRun, stop: CartStop | None, patron: Patron, item: Item, by: Staff | None, override: str = ""
) -> Loan:
    """Lend a copy at the cart, by the same rules as at the desk; where it was lent is kept.

    Raises ``RunMoveNotPossible`` unless the cart is out, and what stands against lending.
    """
    _refuse_unless_out(run)
    row = CartItem.objects.filter(run=run, item=item, off_at=None).first()
    loan = lend(patron=patron, item=item, library=run.route.library, by=by, override=override)
    if row is None:
        row = CartItem(run=run, item=item, loaded_at=clock.now())
    row.off_at, row.stop, row.loan = clock.now(), stop, loan
    row.save()
    return loan


@transaction.atomic
def take_back_at_cart(*, run: CartRun, item: Item, by: Staff | None) -> CheckIn:
    """Take a copy back at the cart. Raises ``RunMoveNotPossible`` unless the cart is out, ``NotAllowed``."""
    _refuse_unless_out(run)
    return check_in(item=item, library=run.route.library, by=by)


@transaction.atomic
def come_back(*, run: CartRun, by: Staff | None) -> CartRun:
    """Bring a cart home: what was not lent goes back to its shelf, or to who waits for it.

    Raises ``RunMoveNotPossible``, ``NotAllowed``.
    """
    run = _moved_run(run, "come_back", by)
    for row in run.items.filter(off_at=None).select_related("item__holding__record", "item__library"):
        check_in(item=row.item, library=run.route.library, by=None)
    run.back_at = clock.now()
    run.save(update_fields=["state", "back_at"])
    return run


def _refuse_unless_out(run: CartRun) -> None:
    if CartRun.objects.get(pk=run.pk).state != RunState.OUT:
        raise errors.RunMoveNotPossible(_("书车不在外面，请到借还台办理。"))


def _moved_run(run: CartRun, deed: str, by: Staff | None) -> CartRun:
    access.require(by, "circulation.lend", run.route.library_id)
    current = CartRun.objects.select_for_update(of=("self",)).select_related("route__library").get(pk=run.pk)
    move = RUN_MOVES.get((RunState(current.state), deed))
    if move is None:
        raise errors.RunMoveNotPossible(
            _("这一车现在是“%(state)s”，不能这样操作。"), state=current.get_state_display()
        )
    current.state = move[0]
    history.record(current, deed, by=by.user if by else None, changes={"copies": current.items.count()})
    return current


# -- to the ward or home ------------------------------------------------------------------------


@transaction.atomic
def ask_to_bring(
    *,
    hold: Hold,
    where: str,
    address: str = "",
    phone: str = "",
    wish: str = "",
    stop: CartStop | None = None,
    by: Staff | None = None,
) -> Bringing:
    """Ask for a copy that waits on the hold shelf to be brought. ``by`` is None for the reader.

    Raises ``BringingMoveNotPossible``, ``AddressNeeded``, ``NotAllowed``.
    """
    access.require(by, "circulation.change_hold", hold.pickup_library_id)
    hold = locked(hold)
    if hold.state != HoldState.READY or hold.bringings.filter(state__in=BRINGING_OPEN).exists():
        raise errors.BringingMoveNotPossible(_("只有已在预约架上、还没有请求送书的书可以送。"))
    if where == Bringing.Where.CART:
        if stop is None or stop.route.library_id != hold.pickup_library_id:
            raise errors.AddressNeeded(_("请选取书馆的一个书车站点。"))
        address = str(stop)
    if not address.strip():
        raise errors.AddressNeeded(_("请写明送到哪里：楼、层、科室或住址。"))
    bringing = Bringing.objects.create(
        hold=hold,
        where=where,
        address=address.strip()[:160],
        phone=phone.strip()[:30],
        wish=wish.strip()[:80],
        stop=stop if where == Bringing.Where.CART else None,
        asked_at=clock.now(),
    )
    history.record(bringing, "ask_delivery", by=actor(by))
    return bringing


@transaction.atomic
def move_bringing(*, bringing: Bringing, deed: str, by: Staff | None, reason: str = "") -> Bringing:
    """Set out with a copy, deliver it (it is lent then), come back with it, or give the request up.

    Raises ``BringingMoveNotPossible``, ``ReasonNeeded``, ``NotAllowed``, and what stands against lending.
    """
    current = (
        Bringing.objects.select_for_update(of=("self",))
        .select_related("hold__patron__home_library", "hold__pickup_library", "hold__record", "hold__item")
        .get(pk=bringing.pk)
    )
    access.require(by, "circulation.fill_hold", current.hold.pickup_library_id)
    move = BRINGING_MOVES.get((BringingState(current.state), deed))
    if move is None:
        raise errors.BringingMoveNotPossible(
            _("这次送书现在是“%(state)s”，不能这样操作。"), state=current.get_state_display()
        )
    if deed == "fail" and not reason.strip():
        raise errors.ReasonNeeded(_("没有送到必须写明原因。"))
    if deed == "deliver":
        hand_over(hold=current.hold, by=by)
    current.state, current.reason = move[0], reason.strip()[:200]
    if deed == "set_out":
        current.set_out_at, current.by = clock.now(), by
    else:
        current.ended_at = clock.now()
    current.save()
    history.record(current, deed, by=actor(by), reason=reason)
    telling.bringing_moved(current, deed)
    return current
