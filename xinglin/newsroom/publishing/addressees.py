"""To whom a mass send goes: the tags that an account has at the platform, and lists made of its followers.

Tags are asked of the platform and kept for some minutes: they are made there, or by campaigns. A list is counted
when it is shown and made when the posting is planned; who is blocked or has left is on none.
"""

import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.newsroom.models import Outlet
from xinglin.newsroom.publishing.lifecycle import Way
from xinglin.newsroom.publishing.outlets import ways_of
from xinglin.wechat.calling import client_for
from xinglin.wechat.jsonvalue import as_int, as_text
from xinglin.wechat.models import Account, Binding, Follower

log = logging.getLogger(__name__)

KEPT_FOR = 600  # seconds
STARRED, BOUND, CATEGORY = "starred", "bound", "category"


@dataclass(frozen=True)
class Choice:
    """One tag or list of an account: what the form sends, and what it is called with its number of people."""

    value: str
    label: str


def tags_of(account: Account, *, ask: bool) -> list[Choice]:
    """Return the platform's tags of an account, as far as they are known; ``ask`` asks. Raises its refusals."""
    key = f"newsroom-tags-{account.pk}"
    known: list[tuple[int, str, int]] = cache.get(key) or []
    if ask:
        told = client_for(account).tags.all()
        known = [
            (as_int(each.get("id")), as_text(each.get("name")), as_int(each.get("count"))) for each in told
        ]
        cache.set(key, known, KEPT_FOR)
    return [
        Choice(str(number), _("%(name)s（%(count)d 人）") % {"name": name, "count": count})
        for number, name, count in known
    ]


def tags_at(outlet: Outlet, *, ask: bool = False) -> tuple[list[Choice], str]:
    """Return the tags that a channel may send to, and why there are none where the platform did not say.

    Without ``ask`` only what is known from the last minutes: a page must not wait for the platform each time.
    """
    if outlet.account is None or Way.MASS_TAG not in ways_of(outlet):
        return [], ""
    try:
        return tags_of(outlet.account, ask=ask), ""
    except Refusal as error:
        log.warning("an account's tags could not be read", extra={"outlet": outlet.pk})
        return [], _("「%(outlet)s」的标签没有读到：%(why)s") % {"outlet": outlet.name, "why": error}


def lists_at(outlet: Outlet) -> list[Choice]:
    """Return the lists that a channel may send to, each with its people counted; empty ones are left out."""
    if outlet.account is None or Way.MASS_LIST not in ways_of(outlet):
        return []
    found = [(STARRED, _("星标关注者")), (BOUND, _("绑定了读者证的关注者"))]
    categories = (
        Binding.objects.filter(follower__account=outlet.account, unbound_at=None)
        .order_by("patron__category__name")
        .values_list("patron__category_id", "patron__category__name")
        .distinct()
    )
    found += [(f"{CATEGORY}-{pk}", _("%(name)s（已绑定）") % {"name": name}) for pk, name in categories]
    counted = [(value, label, people_of(outlet.account, value).count()) for value, label in found]
    return [
        Choice(value, _("%(label)s · %(count)d 人") % {"label": label, "count": count})
        for value, label, count in counted
        if count
    ]


def here(account: Account) -> QuerySet[Follower]:
    """Return whom an account may send to: who follows it and is not blocked."""
    return Follower.objects.filter(
        account=account, is_following=True, is_blocked=False, erased_at__isnull=True
    )


def people_of(account: Account, wanted: str) -> QuerySet[Follower]:
    """Return the followers of a list; of an unknown one nobody."""
    everybody = here(account)
    bound = Binding.objects.filter(unbound_at=None)
    kind, _dash, number = wanted.partition("-")
    match kind:
        case "starred":
            return everybody.filter(starred=True)
        case "bound":
            return everybody.filter(pk__in=bound.values("follower"))
        case "category" if (category := whole(number)) is not None:
            return everybody.filter(pk__in=bound.filter(patron__category=category).values("follower"))
    return everybody.none()
