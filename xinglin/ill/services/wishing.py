"""The requesting side: ask, find a supplier, receive, lend, send back; and what the rota does by itself."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.models import Record
from xinglin.circulation import services as circulation
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold, HoldSource
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.errors import Refusal
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.ill import choosing, queries
from xinglin.ill.errors import (
    AlreadyWished,
    MayNotBorrow,
    NothingWished,
    NotInThisState,
    TooManyWishes,
    WishUnknown,
)
from xinglin.ill.events import WishMade, WishMoved
from xinglin.ill.lifecycle import WANTED_CLOSED, LegState, Wanted, wanted_goes_to
from xinglin.ill.models import IllMessage, Leg, Partner, Service, Wish
from xinglin.ill.protocol.vocabulary import Action
from xinglin.ill.services import broking
from xinglin.ill.services.sending import post
from xinglin.ill.services.wording import action_of, request_of
from xinglin.patrons.models import Patron, Right

MOST_OPEN = 10
# A clinical need does not wait three days for a no: half an hour, then the next (sheet 4.8).
URGENT_ANSWER = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader writes down of what is wanted."""

    title: str
    author: str = ""
    isbn: str = ""
    issn: str = ""
    publisher: str = ""
    year: str = ""
    volume: str = ""
    service: Service = Service.LOAN
    urgent: bool = False
    most_fen: int = 0
    need_before: date | None = None
    note: str = ""


@transaction.atomic
def ask(*, patron: Patron, asked: Asked, library: Library, by: Staff | None = None) -> Wish:
    """Ask for something on behalf of a reader, to be fetched at a library; ``by`` is None for the reader.

    What a library of ours lends is reserved by a hold and is no inter-library loan. Anything else goes to the
    first supplier of the rota.

    Raises ``MayNotBorrow``, ``NothingWished``, ``AlreadyWished``, ``TooManyWishes``, ``NotAllowed``, and what
    stands against a hold.
    """
    access.require(by, queries.HANDLE, library.pk)
    patron = (
        Patron.objects.select_for_update(of=("self",))
        .select_related("category", "home_library")
        .get(pk=patron.pk)
    )
    if not patron.may(Right.ILL):
        raise MayNotBorrow(_("您的读者类别没有开通馆际互借，或读者证已过期；请联系所属图书馆。"))
    title = plain(asked.title).strip()
    if len(title) < 2 and not asked.isbn:
        raise NothingWished(_("请写明书名，最好也写 ISBN。"))
    open_now = queries.open_wishes_of(patron)
    if open_now.count() >= MOST_OPEN:
        raise TooManyWishes(
            _("您有 %(held)d 个互借申请还没办完，最多 %(limit)d 个。"), held=open_now.count(), limit=MOST_OPEN
        )
    same = open_now.filter(isbn=asked.isbn) if asked.isbn else open_now.filter(title=title)
    if (before := same.first()) is not None:
        raise AlreadyWished(
            _("《%(title)s》您已经申请过（%(number)s，%(state)s）。"),
            title=before.title,
            number=before.number,
            state=before.get_state_display(),
        )
    wish = Wish.objects.create(
        patron=patron,
        library=library,
        service=asked.service,
        title=(title or asked.isbn)[:500],
        author=plain(asked.author).strip()[:300],
        isbn=asked.isbn.strip()[:20],
        issn=asked.issn.strip()[:9],
        publisher=plain(asked.publisher).strip()[:200],
        year=asked.year.strip()[:20],
        volume=asked.volume.strip()[:60],
        urgent=asked.urgent,
        most_fen=asked.most_fen,
        need_before=asked.need_before,
        note=plain(asked.note).strip()[:400],
        asked_at=clock.now(),
    )
    wish.number = f"HJ{clock.local(wish.asked_at):%Y}{wish.pk:06d}"
    wish.save(update_fields=["number"])
    history.record(wish, "ask", by=_actor(by))
    announce(WishMade(wish_id=wish.pk))
    if not _supply_locally(wish, patron):
        advance(wish=wish)
    return wish


def _supply_locally(wish: Wish, patron: Patron) -> bool:
    """Reserve what a library of ours lends."""
    if wish.service == Service.COPY:
        return False
    record: Record | None = queries.record_on_our_shelves(isbn=wish.isbn, issn=wish.issn)
    if record is None:
        return False
    hold = circulation.place(patron=patron, record=record, pickup_library=wish.library, source=HoldSource.H5)
    wish.hold, wish.record = hold, record
    _move(wish, "find_local")
    wish.save(update_fields=["hold", "record", "state"])
    history.record(wish, "find_local", by="系统", changes={"record": record.title})
    return True


@transaction.atomic
def advance(*, wish: Wish) -> Wish:
    """Ask the next supplier of the rota; without any the request has ended."""
    wish = locked(wish)
    if wish.state != Wanted.SEEKING:
        return wish
    besides = wish.upstream.partner if wish.upstream else None
    known = queries.candidates_for(wish, besides=besides)
    order = choosing.rota(
        (candidate for candidate, _partner in known),
        copy=wish.service == Service.COPY,
        most_fen=wish.most_fen,
    )
    if not order:
        _move(wish, "exhaust")
        wish.leg = None
        wish.closed_at, wish.closing_reason = clock.now(), _("没有能提供的馆")
        wish.save()
        history.record(wish, "exhaust", by="系统")
        broking.pass_up(wish, "exhaust")
        announce(WishMoved(wish_id=wish.pk, news="unfilled"))
        return wish
    _ask_partner(wish, next(partner for candidate, partner in known if candidate is order[0]))
    return wish


def _ask_partner(wish: Wish, partner: Partner, *, previous: str = "") -> Leg:
    now = clock.now()
    order = wish.legs.count() + 1
    leg = Leg.objects.create(
        wish=wish,
        partner=partner,
        order=order,
        request_id=f"{wish.number}-{order}",
        asked_at=now,
        answer_by=now + (URGENT_ANSWER if wish.urgent else timedelta(minutes=partner.answer_minutes)),
    )
    partner.last_asked_at = now
    partner.save(update_fields=["last_asked_at"])
    _move(wish, "retry" if previous else "send")
    wish.leg = leg
    wish.save(update_fields=["state", "leg"])
    history.record(wish, "request", by="系统", changes={"leg": partner.name})
    post(partner, request_of(wish, leg, previous=previous), wish=wish)
    broking.pass_up(wish, "send")
    return leg


@transaction.atomic
def receive(*, wish: Wish, by: Staff | None) -> Wish:
    """Note that the thing has come, and tell the supplier. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = _for_staff(wish, by)
    _move(wish, "receive")
    wish.arrived_at = clock.now()
    wish.save(update_fields=["state", "arrived_at"])
    history.record(wish, "receive", by=_actor(by))
    _say(wish, Action.RECEIVED)
    announce(WishMoved(wish_id=wish.pk, news="arrived"))
    return wish


@transaction.atomic
def lend(*, wish: Wish, by: Staff | None) -> Wish:
    """Hand it to the reader. Raises ``NotInThisState``, ``NotAllowed``."""
    return _step(wish, "lend", by)


@transaction.atomic
def give_back(*, wish: Wish, by: Staff | None) -> Wish:
    """Take it back from the reader. Raises ``NotInThisState``, ``NotAllowed``."""
    return _step(wish, "give_back", by)


@transaction.atomic
def send_back(*, wish: Wish, via: str, by: Staff | None) -> Wish:
    """Send it home, and tell the supplier. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = _for_staff(wish, by)
    _move(wish, "send_back")
    wish.sent_via = via[:60]
    wish.save(update_fields=["state", "sent_via"])
    history.record(wish, "send_back", by=_actor(by), changes={"sent_via": via})
    _say(wish, Action.SHIPPED_RETURN, note=via)
    return wish


@transaction.atomic
def lose(*, wish: Wish, reason: str, by: Staff | None) -> Wish:
    """Give it up for lost, and tell the supplier, who will bill it. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = _for_staff(wish, by)
    _move(wish, "lose")
    wish.closed_at, wish.closing_reason = clock.now(), reason[:300]
    wish.save(update_fields=["state", "closed_at", "closing_reason"])
    history.record(wish, "lose", by=_actor(by), reason=reason)
    _say(wish, Action.NOTIFICATION, note=_("此件已遗失：%(reason)s") % {"reason": reason})
    return wish


@transaction.atomic
def accept_condition(*, wish: Wish, by: Staff | None) -> Wish:
    """Agree to the supplier's condition. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = _step(wish, "accept", by)
    _say(wish, Action.NOTIFICATION, note=_("接受条件：%(condition)s") % {"condition": wish.condition})
    return wish


@transaction.atomic
def retry(*, wish: Wish, note: str, by: Staff | None) -> Wish:
    """Ask the same supplier anew, linked to the request it answered. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = _for_staff(wish, by)
    leg = _leg(wish)
    if wanted_goes_to(wish.state, "retry") is None:
        raise _not_now(wish)
    _end(leg, LegState.REFUSED, _("改后重试"))
    if note:
        wish.note = note[:400]
        wish.save(update_fields=["note"])
    _ask_partner(wish, leg.partner, previous=leg.request_id)
    return wish


@transaction.atomic
def pass_over(*, wish: Wish, reason: str, by: Staff | None, state: LegState = LegState.PASSED_OVER) -> Wish:
    """Give this supplier up and go on to the next: theirs is cancelled, whatever they answer.

    Raises ``NotInThisState``, ``NotAllowed``.
    """
    wish = _for_staff(wish, by)
    leg = _leg(wish)
    _move(wish, "time_out" if state == LegState.TIMED_OUT else "pass_over")
    _end(leg, state, reason)
    post(leg.partner, action_of(leg, Action.CANCEL, note=reason), wish=wish)
    wish.condition, wish.cancel_asked = "", False
    wish.save(update_fields=["state", "condition", "cancel_asked"])
    history.record(
        wish, "pass_over", by=_actor(by) or "系统", changes={"leg": leg.partner.name}, reason=reason
    )
    return advance(wish=wish)


@transaction.atomic
def cancel(*, wish: Wish, patron: Patron | None = None, by: Staff | None = None, reason: str = "") -> Wish:
    """Give a request up: at once while nobody was asked; else the supplier is asked whether it still can be.

    Raises ``NotInThisState``, ``WishUnknown``, ``NotAllowed``.
    """
    wish = locked(wish)
    if patron is not None and wish.patron_id != patron.pk:
        raise WishUnknown(_("没有这个互借申请，或者不是您的申请。"))
    access.require(by, queries.HANDLE, wish.library_id)
    if wish.is_waiting:
        if not wish.cancel_asked:
            wish.cancel_asked, wish.closing_reason = True, reason[:300]
            wish.save(update_fields=["cancel_asked", "closing_reason"])
            history.record(wish, "ask_cancel", by=_actor(by), reason=reason)
            _say(wish, Action.CANCEL, note=reason)
        return wish
    if wish.state == Wanted.LOCAL and wish.hold is not None and wish.hold.is_open:
        circulation.cancel(hold=wish.hold, reason=reason)
    _move(wish, "give_up")
    wish.closed_at, wish.closing_reason = clock.now(), reason[:300]
    wish.save(update_fields=["state", "closed_at", "closing_reason"])
    history.record(wish, "cancel", by=_actor(by), reason=reason)
    return wish


@transaction.atomic
def ask_renewal(*, wish: Wish, by: Staff | None = None, patron: Patron | None = None) -> Wish:
    """Ask the supplier for more time. Raises ``NotInThisState``, ``WishUnknown``, ``NotAllowed``."""
    wish = locked(wish)
    if patron is not None and wish.patron_id != patron.pk:
        raise WishUnknown(_("没有这个互借申请，或者不是您的申请。"))
    access.require(by, queries.HANDLE, wish.library_id)
    if wish.state not in (Wanted.RECEIVED, Wanted.LENT) or wish.renew_asked:
        raise _not_now(wish)
    if wish.recalled:
        raise NotInThisState(_("对方已召回这本书，不能续借；请尽快归还。"))
    wish.renew_asked = True
    wish.save(update_fields=["renew_asked"])
    history.record(wish, "ask_renewal", by=_actor(by))
    _say(wish, Action.RENEW)
    return wish


def time_out_legs() -> int:
    """Pass on what was not answered in time; return how many. Run every few minutes."""
    passed = 0
    for pk in list(queries.legs_to_time_out().values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            leg = Leg.objects.select_related("wish").get(pk=pk)
            wish = locked(leg.wish)
            leg.refresh_from_db()
            current = wish.leg_id == leg.pk and leg.state == LegState.ASKED
            # Who was cancelled by our reader is not replaced by the next.
            if current and wish.is_waiting and not wish.cancel_asked:
                pass_over(wish=wish, reason=_("超时未答"), by=None, state=LegState.TIMED_OUT)
                passed += 1
    return passed


@transaction.atomic
def refused_by_partner(*, message: IllMessage) -> None:
    """Go on to the next supplier when one refused to take the very request."""
    if message.kind != "request" or message.wish is None:
        return
    wish = locked(message.wish)
    leg = wish.leg
    if leg is None or leg.partner_id != message.partner_id or wish.state != Wanted.SENT:
        return
    _move(wish, "unfilled")
    _end(leg, LegState.REFUSED, message.error)
    wish.save(update_fields=["state"])
    history.record(wish, "refused", by="系统", changes={"leg": leg.partner.name}, reason=message.error)
    advance(wish=wish)


@transaction.atomic
def follow_hold(*, hold: Hold) -> None:
    """Let a request that became a hold go where the hold goes."""
    wish = Wish.objects.filter(hold=hold, state=Wanted.LOCAL).first()
    if wish is None:
        return
    wish = locked(wish)
    if hold.state == HoldState.FILLED:
        _move(wish, "fill")
        wish.closed_at = clock.now()
        wish.save(update_fields=["state", "closed_at"])
        history.record(wish, "fill", by="系统")
    elif hold.state in (HoldState.CANCELLED, HoldState.EXPIRED):
        _move(wish, "give_up")
        wish.closed_at, wish.closing_reason = (
            clock.now(),
            hold.closing_reason or str(hold.get_state_display()),
        )
        wish.save(update_fields=["state", "closed_at", "closing_reason"])
        history.record(wish, "cancel", by="系统", reason=wish.closing_reason)


def forget_reader(*, patron_id: int, reason: str) -> None:
    """Give up what a reader who left or was erased waits for, and part the ended ones from them."""
    for wish in Wish.objects.filter(patron=patron_id).exclude(state__in=WANTED_CLOSED):
        if wish.state in (Wanted.SEEKING, Wanted.LOCAL) or wish.is_waiting:
            try:
                cancel(wish=wish, reason=reason)
            except Refusal:  # circulation has cancelled the hold already, and the request with it
                continue
    Wish.objects.filter(patron=patron_id, state__in=WANTED_CLOSED).update(patron=None, note="")


# -- shared ------------------------------------------------------------------------------------------


def locked(wish: Wish) -> Wish:
    """Return a wish as it is now, locked. Raises ``WishUnknown``."""
    found = (
        Wish.objects.select_for_update(of=("self",))
        .select_related("library", "leg__partner", "patron", "hold", "upstream__partner", "upstream__library")
        .filter(pk=wish.pk)
        .first()
    )
    if found is None:
        raise WishUnknown(_("没有这个互借申请。"))
    return found


def _for_staff(wish: Wish, by: Staff | None) -> Wish:
    found = locked(wish)
    access.require(by, queries.HANDLE, found.library_id)
    return found


def _step(wish: Wish, deed: str, by: Staff | None) -> Wish:
    wish = _for_staff(wish, by)
    _move(wish, deed)
    wish.save(update_fields=["state"])
    if deed == "lend":
        history.record(wish, "lend", by=_actor(by))
    elif deed == "give_back":
        history.record(wish, "return", by=_actor(by))
    else:
        history.record(wish, "accept_condition", by=_actor(by))
    return wish


def _move(wish: Wish, deed: str) -> None:
    there = wanted_goes_to(wish.state, deed)
    if there is None:
        raise _not_now(wish)
    wish.state = there


def _not_now(wish: Wish) -> NotInThisState:
    return NotInThisState(
        _("互借 %(number)s 现在是「%(state)s」，不能这样办理；请刷新后再看。"),
        number=wish.number,
        state=wish.get_state_display(),
    )


def _leg(wish: Wish) -> Leg:
    if wish.leg is None:
        raise _not_now(wish)
    return wish.leg


def _end(leg: Leg, state: LegState, reason: str) -> None:
    leg.state, leg.reason, leg.ended_at = state, reason[:200], clock.now()
    leg.save(update_fields=["state", "reason", "ended_at"])


def _say(wish: Wish, action: Action, *, note: str = "") -> None:
    leg = _leg(wish)
    post(leg.partner, action_of(leg, action, note=note), wish=wish)


def _actor(by: Staff | None) -> AbstractBaseUser | None:
    return by.user if by else None
