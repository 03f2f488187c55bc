"""Deeds of the console itself: signing in, with guessing stopped."""

from datetime import datetime, timedelta
from math import ceil

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.errors import Refusal, TooManyTries
from xinglin.console.models import FailedSignIn

TRIES_PER_NAME = 5
TRIES_PER_ADDRESS = 50  # a whole library may stand behind one address
WATCHED_FOR = timedelta(minutes=15)


class WrongPassword(Refusal):
    """The name and the password do not belong together; which of the two is wrong is not told."""

    code = "wrong_password"


class SignInPaused(TooManyTries):
    """Too many wrong passwords for one name or from one address."""

    code = "sign_in_paused"


def sign_in(request: HttpRequest, *, username: str, password: str) -> User:
    """Return the member of staff with this name and password, or refuse.

    A failed try is kept at once, outside any transaction of the request, so that two guesses at the
    same moment both count; the right password is not even looked at while the name is paused. An
    unknown name is counted like a known one: the answer does not tell who works here.

    Raises ``SignInPaused`` and ``WrongPassword``.
    """
    name = username.strip().casefold()[:150]
    address = request.META.get("REMOTE_ADDR") or None
    recent = FailedSignIn.objects.filter(at__gt=clock.now() - WATCHED_FOR)
    # Written before it is known to have failed: a guess cannot slip past the count of another one.
    attempt = FailedSignIn.objects.create(username=name, address=address, at=clock.now())
    others = recent.exclude(pk=attempt.pk)
    for limit, theirs in (
        (TRIES_PER_NAME, others.filter(username=name)),
        (TRIES_PER_ADDRESS, others.filter(address=address)),
    ):
        _stop_guessing(attempt, limit=limit, earlier=[tried.at for tried in theirs.order_by("-at")[:limit]])
    user = authenticate(request, username=username.strip(), password=password)
    if not isinstance(user, User):
        left = TRIES_PER_NAME - others.filter(username=name).count() - 1
        raise WrongPassword(
            _("用户名或密码不正确，还可以再试 %(left)d 次；忘记密码请联系本馆管理员重设。")
            if left > 0
            else _("用户名或密码不正确。连续错误 %(limit)d 次，登录已暂停 %(minutes)d 分钟。"),
            left=left,
            limit=TRIES_PER_NAME,
            minutes=WATCHED_FOR // timedelta(minutes=1),
        )
    FailedSignIn.objects.filter(
        Q(username=name) | Q(pk=attempt.pk) | Q(at__lt=clock.now() - timedelta(days=180))
    ).delete()
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Give a member of staff the password they chose; that it was done is kept, never what it is."""
    user.set_password(password)
    user.save(update_fields=["password"])
    history.record(user, "change_password", by=user)
    return user


def _stop_guessing(attempt: FailedSignIn, *, limit: int, earlier: list[datetime]) -> None:
    """Refuse when ``limit`` tries failed before; the refused one is not counted, so the pause does end."""
    if len(earlier) < limit:
        return
    attempt.delete()
    opens = earlier[-1] + WATCHED_FOR
    raise SignInPaused(
        _("密码连续错误 %(limit)d 次，登录已暂停；请 %(minutes)d 分钟后再试，或请本馆管理员重设密码。"),
        limit=limit,
        minutes=max(1, ceil((opens - clock.now()) / timedelta(minutes=1))),
    )
