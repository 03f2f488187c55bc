"""Clearing the next page of a campaign: judged by the rules of this very moment, under the account's lock."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Batch, Campaign, Channel, Delivery, DeliveryState, PushPolicy, Reason
from xinglin.audience.services.campaigns import client_message_id
from xinglin.audience.services.judging import JUDGE_PAGE, Outline, facts
from xinglin.audience.services.policies import policy_of, quiet_until
from xinglin.commons import clock

FEWEST_IN_A_LIST = 2


@dataclass
class Page:
    """Who was cleared. ``over``: nobody is left to be judged. ``wait_until``: quiet hours.

    ``last``: how far it went; the next page of the same run begins there instead of passing all that is done.
    """

    followers: list[int] = field(default_factory=list)
    over: bool = False
    wait_until: datetime | None = None
    batch: Batch | None = None
    last: int = 0


@transaction.atomic
def claim(*, campaign: Campaign, most: int, to: DeliveryState, after: int = 0) -> Page:
    """Clear up to ``most`` people of a campaign, or say why not now.

    The policy's row is locked: two campaigns of an account never clear one person at once, so the cap holds.
    """
    kept, policy, halted = _held(campaign)
    if halted is not None:
        return halted
    followers, more, last = _judged(kept, policy, most=most, to=to, variant=None, batch=None, after=after)
    return Page(followers, over=not more, last=last)


@transaction.atomic
def claim_batch(*, campaign: Campaign, most: int, variant: int, after: int = 0) -> Page:
    """Clear a page for one mass call and write the call down before it is made.

    A list needs two people at least (protocol sheet §8.5): whoever is left alone is told so.
    """
    kept, policy, halted = _held(campaign)
    if halted is not None:
        return halted
    number = kept.batches.count() + 1
    left = Delivery.objects.filter(campaign=kept, state=DeliveryState.PLANNED, variant=variant)[
        : most + 2
    ].count()
    most = most - 1 if left == most + 1 else most
    followers: list[int] = []
    more, last = True, after
    while more and len(followers) < FEWEST_IN_A_LIST:
        found, more, last = _judged(
            kept,
            policy,
            most=most - len(followers),
            to=DeliveryState.UNSURE,
            variant=variant,
            batch=number,
            after=last,
        )
        followers += found
    if len(followers) < FEWEST_IN_A_LIST:
        Delivery.objects.filter(campaign=kept, follower_id__in=followers).update(
            state=DeliveryState.FAILED, reason=Reason.TOO_FEW, sent_at=None, batch=None
        )
        return Page(over=True)
    batch = Batch.objects.create(
        campaign=kept,
        number=number,
        variant=variant,
        size=len(followers),
        client_message_id=client_message_id(kept, number),
        called_at=clock.now(),
    )
    return Page(followers, over=not more, batch=batch, last=last)


def _held(campaign: Campaign) -> tuple[Campaign, PushPolicy, Page | None]:
    """Return the campaign and the policy, both locked; and a page when there is nothing to do now."""
    policy_of(campaign.account)
    policy = PushPolicy.objects.select_for_update().get(account=campaign.account_id)
    kept = Campaign.objects.select_for_update(of=("self",)).select_related("account").get(pk=campaign.pk)
    if kept.state != CampaignState.SENDING:
        return kept, policy, Page(over=True)
    makes_a_sound = kept.channel not in (Channel.IN_APP, Channel.BY_HAND)
    wait = quiet_until(policy, clock.now()) if makes_a_sound and not kept.is_urgent else None
    return kept, policy, Page(wait_until=wait) if wait else None


def _judged(
    kept: Campaign,
    policy: PushPolicy,
    *,
    most: int,
    to: DeliveryState,
    variant: int | None,
    batch: int | None,
    after: int,
) -> tuple[list[int], bool, int]:
    now = clock.now()
    named: dict[str, Any] = {
        **facts(Outline.of(kept), policy, now),
        "after": after, "most": most, "to": int(to), "variant": variant, "batch": batch, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(JUDGE_PAGE, named)
        rows = cursor.fetchall()
    cleared = sorted(follower for follower, reason in rows if reason == Reason.NONE)
    return cleared, len(rows) == most, max((follower for follower, _reason in rows), default=after)
