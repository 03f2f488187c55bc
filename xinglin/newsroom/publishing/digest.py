"""The e-mail digest: who asked for it and confirmed, gets once a week what was put into it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.newsroom.errors import DigestUnfit
from xinglin.newsroom.models import DigestLetter, DigestSubscription, Outlet, Posting
from xinglin.newsroom.publishing.lifecycle import OutletKind, PostingState, Way

A_WEEK = timedelta(days=7)
MOST = 20


def subscribe(*, library: Library, email: str) -> None:
    """Send a letter that asks to confirm; nothing else is sent to who does not. Raises ``DigestUnfit``.

    A known address gets the same answer on the page and no second letter within an hour: the page does not
    tell who has subscribed, and nobody's mailbox is filled by it.
    """
    address = email.strip().lower()[:254]
    try:
        validate_email(address)
    except ValidationError:
        raise DigestUnfit(gettext_lazy("邮箱地址不对；请检查后再填。")) from None
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        known, _created = DigestSubscription.objects.select_for_update().get_or_create(
            library=library, email=address, defaults={"digest": _digest(token), "asked_at": clock.now()}
        )
        if not _created:
            if known.confirmed_at is not None or known.asked_at > clock.now() - timedelta(hours=1):
                return
            known.digest, known.asked_at = _digest(token), clock.now()
            known.save(update_fields=["digest", "asked_at"])
    link = f"{settings.PUBLIC_URL}{reverse('mobile:digest.confirm', args=[token])}"
    EmailMessage(
        str(_("请确认订阅：%(library)s") % {"library": library.name}),
        str(
            _("点下面的链接，确认每周收一封文章摘要；不是您本人填的，请不用理会。\n%(link)s") % {"link": link}
        ),
        to=[address],
    ).send()


@transaction.atomic
def confirm(*, token: str) -> DigestSubscription:
    """Take up a subscription, or end it by the same link's other page. Raises ``DigestUnfit``."""
    kept = DigestSubscription.objects.select_for_update(of=("self",)).filter(digest=_digest(token)).first()
    if kept is None:
        raise DigestUnfit(gettext_lazy("链接已失效；请重新填写邮箱订阅。"))
    if kept.confirmed_at is None:
        kept.confirmed_at, kept.token = clock.now(), token
        kept.save(update_fields=["confirmed_at", "token"])
    return kept


@transaction.atomic
def leave(*, token: str) -> None:
    """Delete a subscription with its address. Raises ``DigestUnfit``."""
    removed, _rows = DigestSubscription.objects.filter(digest=_digest(token)).delete()
    if not removed:
        raise DigestUnfit(gettext_lazy("已经退订了，或链接不完整。"))


def send_weekly() -> int:
    """Send every subscriber of a library with a digest what was put into it this week; return how many letters.

    A letter is written down before it is sent: a job that is run twice sends none twice.
    """
    since, sent = clock.now() - A_WEEK, 0
    for outlet in Outlet.objects.filter(kind=OutletKind.EMAIL, active=True).select_related("library"):
        postings = list(
            Posting.objects.filter(
                outlet=outlet, way=Way.DIGEST, state=PostingState.OUT, out_at__gte=since
            ).select_related("article__shown")[:MOST]
        )
        if not postings:
            continue
        subscribers = DigestSubscription.objects.filter(library=outlet.library, confirmed_at__isnull=False)
        for subscription in subscribers.iterator():
            sent += _sent(subscription, outlet, postings)
    return sent


def _sent(subscription: DigestSubscription, outlet: Outlet, postings: Sequence[Posting]) -> bool:
    year, week, _day = clock.today().isocalendar()
    try:
        with transaction.atomic():
            DigestLetter.objects.create(subscription=subscription, week=year * 100 + week)
    except IntegrityError:
        return False
    lines = [
        f"{posting.title}\n{posting.digest}\n{posting.url}" for posting in postings if posting.article.shown
    ]
    leave_url = f"{settings.PUBLIC_URL}{reverse('mobile:digest.leave', args=[subscription.token])}"
    letter = EmailMessage(
        str(_("%(library)s：本周文章") % {"library": outlet.library.name}),
        "\n\n".join([*lines, str(_("不想再收：%(link)s") % {"link": leave_url})]),
        to=[subscription.email],
        headers={"List-Unsubscribe": f"<{leave_url}>"},
    )
    letter.send()
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
