"""Staff number and phone: a code to the number on file. Nothing says whether the two fit."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons import attempts, queries
from xinglin.patrons.errors import NoTextMessages, WrongPhoneCode
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron, PhoneCode
from xinglin.patrons.sign_in import sms

CODE_LIVES = timedelta(minutes=5)
NOT_AGAIN_FOR = timedelta(seconds=60)
CODES_A_DAY = 5
WRONG_CODES = 5
# What one place may ask for in a quarter of an hour: each costs the library a message, or tells a guesser nothing.
ASKED_FROM_A_PLACE = 20


def send_code(*, library: Library, staff_number: str, phone: str, asked_from: str) -> None:
    """Send a code if staff number and phone are those of one reader; whoever asks learns nothing of that.

    Raises ``NoTextMessages``, ``TooManyTries``.
    """
    if not sms.is_set_up():
        sms.send(phone="", code="", text="")
    place = f"phone-code-place:{asked_from}"
    attempts.refuse_when_guessing(place, most=ASKED_FROM_A_PLACE)
    attempts.count_wrong(place)
    patron = _reader(library, staff_number, phone)
    if patron is None or not _may_be_sent(patron):
        return
    digits = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        code = PhoneCode.objects.create(
            patron=patron, digest=_digest(patron, digits), expires_at=clock.now() + CODE_LIVES
        )
    text = _("验证码 %(digits)s，5 分钟内有效，用于登录图书馆。不是您本人操作请忽略。") % {"digits": digits}
    try:
        sms.send(phone=patron.phone, code=digits, text=text)
    except NoTextMessages:
        PhoneCode.objects.filter(pk=code.pk).update(expires_at=clock.now())
        raise


def prove(*, library: Library, staff_number: str, phone: str, digits: str, asked_from: str) -> Patron:
    """Return the reader whose code this is; a code is good once.

    Raises ``WrongPhoneCode``, ``TooManyTries``.
    """
    key, place = f"phone-code:{library.pk}:{staff_number}", f"phone-code-wrong:{asked_from}"
    attempts.refuse_when_guessing(key, most=WRONG_CODES)
    attempts.refuse_when_guessing(place, most=ASKED_FROM_A_PLACE)
    patron = _reader(library, staff_number, phone)
    if patron is not None and _take(patron, digits):
        attempts.forget(key)
        return patron
    attempts.count_wrong(key)
    attempts.count_wrong(place)
    raise WrongPhoneCode(_("工号、手机号或验证码不对，或验证码已过期；手机号要与图书馆登记的一致。"))


@transaction.atomic
def _take(patron: Patron, digits: str) -> bool:
    code = (
        PhoneCode.objects.select_for_update()
        .filter(patron=patron, used_at=None, expires_at__gt=clock.now(), wrong__lt=WRONG_CODES)
        .order_by("-sent_at", "-pk")
        .first()
    )
    if code is None:
        return False
    if not constant_time_compare(code.digest, _digest(patron, digits)):
        PhoneCode.objects.filter(pk=code.pk).update(wrong=F("wrong") + 1)
        return False
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])
    return True


def _reader(library: Library, staff_number: str, phone: str) -> Patron | None:
    patron = queries.find_by_staff_number(staff_number, library=library)
    if patron is None or patron.state not in (State.ACTIVE, State.SUSPENDED):
        return None
    return patron if patron.phone and patron.phone == phone.strip() else None


def _may_be_sent(patron: Patron) -> bool:
    now = clock.now()
    sent = PhoneCode.objects.filter(patron=patron, sent_at__gt=now - timedelta(days=1))
    return sent.count() < CODES_A_DAY and not sent.filter(sent_at__gt=now - NOT_AGAIN_FOR).exists()


def _digest(patron: Patron, digits: str) -> str:
    return salted_hmac("xinglin.patrons.phone", f"{patron.pk}:{digits}", algorithm="sha256").hexdigest()
