"""Binding a follower to a reader: by a code, by card and password, or by a librarian at the desk."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons import attempts
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron
from xinglin.patrons.services.identity import verify_card
from xinglin.wechat.errors import NotBound, WrongCard, WrongCode
from xinglin.wechat.events import PatronBound, PatronUnbound
from xinglin.wechat.models import Binding, BindingCode, BoundThrough, Follower
from xinglin.wechat.services import outgoing

CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=30)
# Five guesses at a million codes in a quarter of an hour: three years for an even chance at one open code.
WRONG_CODES = 5
THE_READER = "读者本人"


@transaction.atomic
def issue_code(*, patron: Patron, by: Staff | None) -> str:
    """Return six digits that bind whoever types them, once and within half an hour.

    An older code of the same reader is void. ``by`` is None when the reader's own page shows it.
    """
    access.require(by, "patrons.view_patron", patron.home_library_id)
    now = clock.now()
    BindingCode.objects.filter(patron=patron, used_at__isnull=True).update(used_at=now)
    BindingCode.objects.filter(used_at__isnull=True, expires_at__lte=now).update(used_at=now)
    while True:
        digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        try:
            with transaction.atomic():
                BindingCode.objects.create(
                    digest=_digest(digits), patron=patron, issued_by=by, expires_at=now + CODE_LIVES
                )
        except IntegrityError:  # another reader's open code has the same digits
            continue
        history.record(patron, "issue_binding_code", by=by.user if by else THE_READER)
        return digits


@transaction.atomic
def bind_by_code(*, follower: Follower, digits: str) -> Binding:
    """Bind by a code that a librarian or the reader's own page showed.

    Raises ``WrongCode``; ``TooManyTries`` after five wrong ones in a quarter of an hour.
    """
    key = f"binding-code:{follower.pk}"
    attempts.refuse_when_guessing(key, most=WRONG_CODES)
    code = (
        BindingCode.objects.select_for_update(of=("self",))
        .select_related("patron")
        .filter(digest=_digest(digits), used_at__isnull=True, expires_at__gt=clock.now())
        .first()
    )
    if code is None:
        attempts.count_wrong(key)
        raise WrongCode(_("绑定码不对或已过期。绑定码是 6 位数字，30 分钟内有效；请向馆员要一个新的。"))
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])
    attempts.forget(key)
    return _bind(follower, code.patron, BoundThrough.CODE)


def bind_by_password(*, follower: Follower, card_number: str, secret: str) -> Binding:
    """Bind by card number and password, from the follower's own page.

    Raises ``WrongCard`` without saying which of the two is wrong; ``TooManyTries`` per card and per follower.
    """
    patron = verify_card(card_number=card_number, secret=secret, asked_from=f"follower:{follower.pk}")
    if patron is None:
        raise WrongCard(_("卡号或密码不对。忘记密码或还没有设置密码，请带证件到服务台办理。"))
    return _bind(follower, patron, BoundThrough.PASSWORD)


def bind_at_desk(*, follower: Follower, patron: Patron, by: Staff) -> Binding:
    """Bind a reader who stands at the desk, seen by the librarian."""
    access.require(by, "patrons.change_patron", patron.home_library_id)
    return _bind(follower, patron, BoundThrough.DESK, by)


@transaction.atomic
def unbind(*, follower: Follower, by: Staff | None = None) -> None:
    """End the binding of a follower.

    Raises ``NotBound`` when there is none.
    """
    binding = (
        Binding.objects.select_for_update(of=("self",))
        .select_related("patron")
        .filter(follower=follower, unbound_at__isnull=True)
        .first()
    )
    if binding is None:
        raise NotBound(_("这个微信号还没有绑定读者证，不需要解绑。"))
    access.require(by, "patrons.change_patron", binding.patron.home_library_id)
    _end(binding, by)


@transaction.atomic
def _bind(follower: Follower, patron: Patron, through: BoundThrough, by: Staff | None = None) -> Binding:
    """Bind, ending a former binding; the follower's row is locked, so two tries at once make one binding."""
    if patron.state not in (State.ACTIVE, State.SUSPENDED):
        raise WrongCard(_("这张读者证已注销，不能绑定；请到服务台办理新证。"))
    Follower.objects.select_for_update(no_key=True).get(pk=follower.pk)
    present = (
        Binding.objects.select_related("patron").filter(follower=follower, unbound_at__isnull=True).first()
    )
    if present is not None and present.patron_id == patron.pk:
        return present
    if present is not None:
        _end(present, by)
    binding = Binding.objects.create(follower=follower, patron=patron, through=through)
    history.record(
        patron,
        "bind_wechat",
        by=by.user if by else THE_READER,
        changes={"through": through, "account": follower.account},
    )
    announce(PatronBound(follower_id=follower.pk, patron_id=patron.pk))
    return binding


def _end(binding: Binding, by: Staff | None) -> None:
    binding.unbound_at = clock.now()
    binding.save(update_fields=["unbound_at"])
    outgoing.call_back(follower=binding.follower, reason=str(_("读者已解除绑定。")))
    history.record(binding.patron, "unbind_wechat", by=by.user if by else THE_READER)
    announce(PatronUnbound(follower_id=binding.follower_id, patron_id=binding.patron_id))


def _digest(digits: str) -> str:
    return salted_hmac("xinglin.wechat.binding", digits, algorithm="sha256").hexdigest()
