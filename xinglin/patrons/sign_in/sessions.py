"""The reader of a browser that was signed in here."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from xinglin.commons import clock
from xinglin.patrons import queries
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron

KEY = "patron_signed_in"
TERMINAL = "sign_in_terminal"


def sign_in(request: HttpRequest, patron: Patron, *, through: str) -> None:
    """Make a browser a reader's, under a new session key."""
    request.session.cycle_key()
    now = clock.now().isoformat()
    request.session[KEY] = {"patron": patron.pk, "through": through, "since": now, "seen": now}


def sign_out(request: HttpRequest) -> None:
    """Forget the reader in this browser, and everything that was kept with the session."""
    request.session.flush()


def present(request: HttpRequest) -> Patron | None:
    """Return the reader who is signed in, or None; some minutes without a click sign out by themselves."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict):
        return None
    now = clock.now()
    seen = datetime.fromisoformat(str(kept["seen"]))
    if now - seen > timedelta(minutes=settings.TERMINAL_MINUTES):
        request.session.pop(KEY, None)
        return None
    if now - seen > timedelta(seconds=30):  # not with every click: a session is written to the database
        request.session[KEY] = {**kept, "seen": now.isoformat()}
    patron = queries.present_patron(int(kept["patron"]))
    return patron if patron is not None and patron.state in (State.ACTIVE, State.SUSPENDED) else None


def terminal_of(request: HttpRequest) -> str:
    """Return the hash of this browser's secret, which is made when it first asks."""
    secret = request.session.get(TERMINAL)
    if not isinstance(secret, str):
        secret = request.session[TERMINAL] = secrets.token_urlsafe(24)
    return salted_hmac("xinglin.patrons.terminal", secret, algorithm="sha256").hexdigest()
