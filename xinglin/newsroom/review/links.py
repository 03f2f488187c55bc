"""Links by which a leader decides on the phone: for one person, for one decision, and only after signing in."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.errors import ReviewLinkUseless
from xinglin.newsroom.models import Review, ReviewLink
from xinglin.newsroom.review.seats import refuse_unless_their_turn, turn_of

GOOD_FOR = timedelta(hours=72)


@transaction.atomic
def make_link(*, review: Review, person: Staff, by: Staff | None) -> str:
    """Return the address of a link for one reviewer; the token itself is kept nowhere.

    Raises ``NotYourTurn`` and ``GatekeeperNeeded`` for somebody who may not review, ``ReviewLinkUseless``
    for a round that waits for nobody.
    """
    access.require(by, "newsroom.view_review", review.article.library_id)
    turn = turn_of(review)
    if turn is None:
        raise ReviewLinkUseless(_("这一轮审核已经结束，不用再发链接。"))
    refuse_unless_their_turn(review, turn, person)
    token = secrets.token_urlsafe(24)
    ReviewLink.objects.create(
        review=review,
        person=person,
        digest=_digest(token),
        made_at=clock.now(),
        made_by=by,
        expires_at=clock.now() + GOOD_FOR,
    )
    return f"{settings.PUBLIC_URL}{reverse('mobile:review', args=[token])}"


def link_of(token: str) -> ReviewLink:
    """Return the link of a token. Raises ``ReviewLinkUseless`` for one that is not, was used, or is too old."""
    link = (
        ReviewLink.objects.select_related(
            "review__article__library", "review__article__column", "review__revision", "person__user"
        )
        .filter(digest=_digest(token))
        .first()
    )
    if link is None or link.expires_at <= clock.now():
        raise ReviewLinkUseless(_("审核链接已过期或不完整；请让发给您的人再发一次。"))
    if link.used_at is not None:
        raise ReviewLinkUseless(_("这个审核链接已经用过一次，您的意见已经记下；需要再审时会收到新的链接。"))
    return link


def refuse_stranger(link: ReviewLink, staff: Staff) -> None:
    """Refuse whoever is signed in but was not meant. Raises ``ReviewLinkUseless``."""
    if link.person_id != staff.pk:
        raise ReviewLinkUseless(
            _("这个审核链接是发给%(name)s的，只能由本人登录使用；请退出后用自己的账号登录。"),
            name=link.person.name,
        )


def use(link: ReviewLink) -> None:
    """Mark a link as used; of two decisions by one link the second is refused. Call inside a transaction."""
    if not ReviewLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        raise ReviewLinkUseless(_("这个审核链接刚刚已经用过，您的意见已经记下。"))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
