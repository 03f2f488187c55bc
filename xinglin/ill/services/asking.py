"""The requesting side begins: ask, look on our own shelves, find a supplier, go on to the next."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.models import Record
from xinglin.circulation import services as circulation
from xinglin.circulation.models import HoldSource
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.ill import choosing, queries
from xinglin.ill.errors import AlreadyWished, MayNotBorrow, NothingWished, TooManyWishes
from xinglin.ill.events import WishMade, WishMoved, WishSought
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Leg, Partner, Service, Wish
from xinglin.ill.services import broking
from xinglin.ill.services.looking import to_be_asked
from xinglin.ill.services.sending import post
from xinglin.ill.services.steps import actor, locked, move
from xinglin.ill.services.wording import request_of
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
    history.record(wish, "ask", by=actor(by))
    announce(WishMade(wish_id=wish.pk))
    if not _supply_locally(wish, patron):
        seek(wish)
    return wish


def seek(wish: Wish) -> None:
    """Go on to the first supplier: at once, or after the catalogues of partners were asked who has it."""
    if to_be_asked(wish).exists():
        announce(WishSought(wish_id=wish.pk))
    else:
        advance(wish=wish)


def _supply_locally(wish: Wish, patron: Patron) -> bool:
    """Reserve what a library of ours lends."""
    if wish.service == Service.COPY:
        return False
    record: Record | None = queries.record_on_our_shelves(isbn=wish.isbn, issn=wish.issn)
    if record is None:
        return False
    hold = circulation.place(patron=patron, record=record, pickup_library=wish.library, source=HoldSource.H5)
    wish.hold, wish.record = hold, record
    move(wish, "find_local")
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
        move(wish, "exhaust")
        wish.leg = None
        wish.closed_at, wish.closing_reason = clock.now(), _("没有能提供的馆")
        wish.save()
        history.record(wish, "exhaust", by="系统")
        broking.pass_up(wish, "exhaust")
        announce(WishMoved(wish_id=wish.pk, news="unfilled"))
        return wish
    ask_partner(wish, next(partner for candidate, partner in known if candidate is order[0]))
    return wish


def ask_partner(wish: Wish, partner: Partner, *, previous: str = "") -> Leg:
    """Send the request of a locked wish to one supplier; ``previous`` is what it retries."""
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
    move(wish, "retry" if previous else "send")
    wish.leg = leg
    wish.save(update_fields=["state", "leg"])
    history.record(wish, "request", by="系统", changes={"leg": partner.name})
    post(partner, request_of(wish, leg, previous=previous), wish=wish)
    broking.pass_up(wish, "send")
    return leg
