"""Card and password: proved, and set."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons import attempts
from xinglin.patrons.errors import PasswordTooWeak
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import CardState, Patron
from xinglin.patrons.services.patrons import THE_READER, actor, locked
from xinglin.patrons.text import card_number_of

WRONG_PER_CARD = 5
# A whole ward may stand behind one address; a machine that tries one password on many cards does too.
WRONG_PER_PLACE = 30


def verify_card(*, card_number: str, secret: str, asked_from: str) -> Patron | None:
    """Return the reader whose card and password these are, or None.

    The answer, and the time it takes, is the same for an unknown card, a lost card, a reader without a
    password or who has left, and a wrong password. ``asked_from`` is where the asker is: an address, or
    an openid. Wrong tries are kept even when the caller's transaction is rolled back.

    Raises ``TooManyTries`` after 5 wrong tries on a card, or 30 from a place, within 15 minutes.
    """
    card_key, place_key = f"card:{card_number_of(card_number)}", f"place:{asked_from}"
    attempts.refuse_when_guessing(card_key, most=WRONG_PER_CARD)
    attempts.refuse_when_guessing(place_key, most=WRONG_PER_PLACE)
    patron = (
        Patron.objects.select_related("category", "home_library")
        .filter(
            cards__number=card_number_of(card_number),
            cards__state__in=(CardState.ACTIVE, CardState.REPLACED),
            state__in=(State.ACTIVE, State.SUSPENDED),
        )
        .exclude(password="")
        .first()
    )
    if patron is None:
        make_password(secret)  # as much work as a comparison
    elif check_password(secret, patron.password):
        attempts.forget(card_key)
        return patron
    attempts.count_wrong(card_key)
    attempts.count_wrong(place_key)
    return None


@transaction.atomic
def set_password(*, patron: Patron, password: str, by: Staff | None, by_the_reader: bool = False) -> Patron:
    """Set the password that goes with a reader's card. Raises ``PasswordTooWeak``."""
    access.require(by, "patrons.set_password", patron.home_library_id)
    kept = locked(patron)
    numbers = set(kept.cards.values_list("number", flat=True)) | {kept.phone, kept.staff_number}
    if card_number_of(password) in numbers - {""}:
        raise PasswordTooWeak(_("密码不能是卡号、工号或手机号；请换一个。"))
    try:
        validate_password(password, User(username=kept.name, email=kept.email))
    except ValidationError as error:
        raise PasswordTooWeak(_("密码太弱：%(why)s"), why="".join(error.messages)) from None
    kept.password = make_password(password)
    kept.version += 1
    kept.save(update_fields=["password", "version"])
    history.record(kept, "set_password", by=THE_READER if by_the_reader else actor(by))
    return kept
