"""Consents to subscription notices, counted: an accept adds one, a notice takes one (protocol sheet §8.4).

A notice takes its consent before it is sent. What the platform refused without sending gives it back; what nobody
knows the fate of does not: the platform may have counted it.
"""

from django.db import transaction
from django.db.models import F

from xinglin.commons import clock
from xinglin.wechat.models import Follower, SubscriptionConsent

REJECT = "reject"
ACCEPT = "accept"


@transaction.atomic
def note_answer(*, follower: Follower, template_id: str, status: str) -> None:
    """Count what a follower answered in the pop-up or switched in the settings of the account."""
    if not template_id:
        return
    consent, _new = SubscriptionConsent.objects.get_or_create(follower=follower, template_id=template_id)
    counted = SubscriptionConsent.objects.filter(pk=consent.pk)
    if status == ACCEPT:
        counted.update(
            remaining=F("remaining") + 1, given=F("given") + 1, refused_at=None, changed_at=clock.now()
        )
    elif status == REJECT:
        counted.update(refused_at=clock.now(), changed_at=clock.now())


@transaction.atomic
def withdraw(*, follower: Follower, template_id: str) -> None:
    """Drop what a follower allowed: switched off in the account's settings, or the platform says there is none."""
    SubscriptionConsent.objects.filter(follower=follower, template_id=template_id).update(
        remaining=0, refused_at=clock.now(), changed_at=clock.now()
    )


def take(*, follower: Follower, template_id: str) -> bool:
    """Use up one consent; return whether there was one. One statement: two senders never share it."""
    taken = SubscriptionConsent.objects.filter(
        follower=follower, template_id=template_id, remaining__gt=0
    ).update(remaining=F("remaining") - 1, used=F("used") + 1, changed_at=clock.now())
    return taken > 0


def stands(*, follower: Follower, template_id: str) -> bool:
    """Return whether a lasting consent was given and not taken back."""
    return SubscriptionConsent.objects.filter(
        follower=follower, template_id=template_id, refused_at=None
    ).exists()


def give_back(*, follower: Follower, template_id: str) -> None:
    """Return a consent that was not used: the platform did nothing."""
    SubscriptionConsent.objects.filter(follower=follower, template_id=template_id, used__gt=0).update(
        remaining=F("remaining") + 1, used=F("used") - 1, changed_at=clock.now()
    )
