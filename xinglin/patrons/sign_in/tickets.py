"""Signing in by scanning: the terminal shows, the phone confirms, the same terminal collects."""

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.patrons import attempts
from xinglin.patrons.errors import TicketOver
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron, SignInTicket
from xinglin.patrons.sign_in.lifecycle import MOVES, TicketState

log = logging.getLogger(__name__)

SHOWN_FOR = timedelta(seconds=60)
# Who has scanned needs time to read and to press; the terminal stops rotating meanwhile.
CONFIRM_WITHIN = timedelta(seconds=90)
WRONG_DIGITS = 5
OPEN = (TicketState.SHOWN, TicketState.SEEN)

# A room above may give the code another text than our page's address: a scene that WeChat's own scanner knows.
_code_maker: Callable[[SignInTicket], str] | None = None


def set_code_maker(maker: Callable[[SignInTicket], str]) -> None:
    """Name the function that says what the QR code of a ticket says; "" leaves it our page's address."""
    global _code_maker
    _code_maker = maker


def show(*, terminal: str, place: str) -> tuple[SignInTicket, str]:
    """Return a new ticket for a terminal, and its six digits. What it showed before is worth nothing any more."""
    now = clock.now()
    SignInTicket.objects.filter(terminal=terminal, state__in=OPEN).update(state=TicketState.REFUSED)
    SignInTicket.objects.filter(state__in=OPEN, expires_at__lte=now).update(state=TicketState.REFUSED)
    while True:
        digits = f"{secrets.randbelow(10**6):06d}"
        try:
            with transaction.atomic():
                ticket = SignInTicket.objects.create(
                    token=secrets.token_urlsafe(20),
                    digits=_digest(digits),
                    terminal=terminal,
                    place=place[:120],
                    shown_at=now,
                    expires_at=now + SHOWN_FOR,
                )
        except IntegrityError:  # another open ticket has the same digits
            continue
        break
    if _code_maker is not None:
        ticket.code_text = _code_maker(ticket)[:300]
        ticket.save(update_fields=["code_text"])
    return ticket, digits


def standing(*, terminal: str, token: str) -> SignInTicket | None:
    """Return the ticket that a terminal shows, while it is worth something."""
    return SignInTicket.objects.filter(terminal=terminal, token=token, expires_at__gt=clock.now()).first()


@transaction.atomic
def see(*, patron: Patron, token: str = "", digits: str = "") -> SignInTicket:
    """Note that a reader has scanned a code or typed its digits; nothing is signed in yet.

    Raises ``TicketOver``, ``TooManyTries`` after five wrong digits in a quarter of an hour.
    """
    key = f"sign-in-digits:{patron.pk}"
    which = {"token": token} if token else {"digits": _digest(digits)}
    if not token:
        attempts.refuse_when_guessing(key, most=WRONG_DIGITS)
    ticket = SignInTicket.objects.select_for_update().filter(**which, expires_at__gt=clock.now()).first()
    if ticket is None or (TicketState(ticket.state), "see") not in MOVES or _is_anothers(ticket, patron):
        if not token:
            attempts.count_wrong(key)
        raise TicketOver(_("登录码不对或已过期；请看终端屏幕上现在的码，再来一次。"))
    ticket.state, ticket.patron = TicketState.SEEN, patron
    ticket.expires_at = clock.now() + CONFIRM_WITHIN
    ticket.save(update_fields=["state", "patron", "expires_at"])
    return ticket


@transaction.atomic
def confirm(*, patron: Patron, token: str) -> SignInTicket:
    """Let the terminal that shows the ticket be this reader's. Raises ``TicketOver``."""
    ticket = _mine(patron, token, "confirm")
    if patron.state not in (State.ACTIVE, State.SUSPENDED):
        raise TicketOver(_("读者证已注销，不能登录；请到服务台办理。"))
    ticket.state = MOVES[TicketState.SEEN, "confirm"][0]
    ticket.expires_at = clock.now() + SHOWN_FOR
    ticket.save(update_fields=["state", "expires_at"])
    history.record(patron, "sign_in_terminal", by="读者本人", changes={"place": ticket.place})
    return ticket


@transaction.atomic
def refuse(*, patron: Patron, token: str) -> None:
    """It was somebody else: the terminal gets nothing. Raises ``TicketOver``."""
    ticket = _mine(patron, token, "refuse")
    ticket.state = MOVES[TicketState.SEEN, "refuse"][0]
    ticket.save(update_fields=["state"])


@transaction.atomic
def collect(*, terminal: str, token: str) -> Patron | None:
    """Return the reader who confirmed, once, to the terminal that showed the ticket; None to all others."""
    ticket = (
        SignInTicket.objects.select_for_update(of=("self",))
        .select_related("patron__category", "patron__home_library")
        .filter(terminal=terminal, token=token, state=TicketState.CONFIRMED, expires_at__gt=clock.now())
        .first()
    )
    if ticket is None:
        return None
    ticket.state = MOVES[TicketState.CONFIRMED, "collect"][0]
    ticket.save(update_fields=["state"])
    return ticket.patron


def sweep() -> int:
    """Delete tickets of yesterday, and return how many there were."""
    gone, _rows = SignInTicket.objects.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()
    return gone


def _is_anothers(ticket: SignInTicket, patron: Patron) -> bool:
    return ticket.state == TicketState.SEEN and ticket.patron_id != patron.pk


def _mine(patron: Patron, token: str, deed: str) -> SignInTicket:
    ticket = (
        SignInTicket.objects.select_for_update()
        .filter(token=token, patron=patron, expires_at__gt=clock.now())
        .first()
    )
    if ticket is None or (TicketState(ticket.state), deed) not in MOVES:
        raise TicketOver(_("这次登录已过期或已办过；请在终端上刷新二维码，再扫一次。"))
    return ticket


def _digest(digits: str) -> str:
    return salted_hmac("xinglin.patrons.sign_in", digits, algorithm="sha256").hexdigest()
