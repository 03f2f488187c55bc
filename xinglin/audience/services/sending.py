"""Sending a campaign, over whichever way: the job's whole work, to be begun again at any point."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from xinglin.audience.errors import CampaignNotReady
from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Campaign, Channel, Delivery, DeliveryState, Reason, Way
from xinglin.audience.services import campaigns, mass
from xinglin.audience.services.claiming import claim
from xinglin.audience.services.mailing import MailNotReached, MailUnsure, mail
from xinglin.audience.services.preparing import prepare
from xinglin.audience.services.subscribing import notify
from xinglin.audience.telling import message_for
from xinglin.commons import clock
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import (
    FollowerUnreachable,
    NotAuthorised,
    PlatformBusy,
    PlatformNotReached,
    PlatformUnreachable,
    QuotaUsedUp,
    WeChatApiError,
)
from xinglin.wechat.models import Follower
from xinglin.wechat.replies import as_messages

log = logging.getLogger(__name__)

ONE_BY_ONE = 200
AT_ONCE = 20_000
COME_BACK_AFTER = timedelta(minutes=2)


def send(*, campaign_id: int) -> None:
    """Bring a campaign as far as it goes now: to its end, to the quiet hours, or to a used-up quota."""
    campaign = Campaign.objects.select_related("account", "article__shown", "topic").get(pk=campaign_id)
    if campaign.state != CampaignState.SENDING:
        return
    prepare(campaign=campaign)
    ways: dict[str, Callable[[Campaign], datetime | None]] = {
        Channel.MASS: mass.send,
        Channel.CUSTOMER: _send_one_by_one,
        Channel.SUBSCRIPTION: _send_one_by_one,
        Channel.EMAIL: _send_one_by_one,
        Channel.IN_APP: _put_into_the_app,
        Channel.BY_HAND: _clear_for_the_hand,
    }
    try:
        wait = ways[campaign.channel](campaign)
    except QuotaUsedUp as error:
        wait = _tomorrow()
        Campaign.objects.filter(pk=campaign.pk).update(problem=str(error)[:300])
    except (PlatformBusy, PlatformUnreachable, MailNotReached, CampaignNotReady) as error:
        # Nothing is known of the last call; it has its own key, or is marked unsure. The clock wakes us.
        wait = clock.now() + COME_BACK_AFTER
        Campaign.objects.filter(pk=campaign.pk).update(problem=str(error)[:300])
    except WeChatApiError as error:
        campaigns.move_by_job(campaign=campaign, deed="fail", problem=str(error))
        return
    if wait is not None:
        Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SENDING).update(next_at=wait)
        return
    Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SENDING).update(problem="")
    deed = "ask_by_hand" if campaign.channel == Channel.BY_HAND else "finish"
    campaigns.move_by_job(campaign=campaign, deed=deed)


def _tomorrow() -> datetime:
    """Return when the platform's daily quotas begin anew, a little later."""
    return clock.local(clock.now() + timedelta(days=1)).replace(hour=0, minute=10, second=0, microsecond=0)


def _put_into_the_app(campaign: Campaign) -> datetime | None:
    page = claim(campaign=campaign, most=AT_ONCE, to=DeliveryState.SENT)
    while not page.over:
        page = claim(campaign=campaign, most=AT_ONCE, to=DeliveryState.SENT, after=page.last)
    return None


def _clear_for_the_hand(campaign: Campaign) -> datetime | None:
    page = claim(campaign=campaign, most=AT_ONCE, to=DeliveryState.CLEARED)
    while not page.over:
        page = claim(campaign=campaign, most=AT_ONCE, to=DeliveryState.CLEARED, after=page.last)
    return None


def _send_one_by_one(campaign: Campaign) -> datetime | None:
    """Clear a page, then send to each: marked unsure before the call, so that a killed job leaves one in doubt.

    Who was cleared and not yet tried when a former job died is put back and judged anew.
    """
    mine = Delivery.objects.filter(campaign=campaign)
    mine.filter(state=DeliveryState.CLEARED).update(state=DeliveryState.PLANNED)
    over, last = False, 0
    while not over:
        page = claim(campaign=campaign, most=ONE_BY_ONE, to=DeliveryState.CLEARED, after=last)
        if page.wait_until is not None:
            return page.wait_until
        over, last = page.over, page.last
        followers = Follower.objects.select_related("account").in_bulk(page.followers)
        variants = dict(mine.filter(follower_id__in=page.followers).values_list("follower_id", "variant"))
        for follower_id in page.followers:
            if not _send_to(campaign, followers[follower_id], variants[follower_id]):
                return None
    return None


def _send_to(campaign: Campaign, follower: Follower, variant: int) -> bool:
    """Send to one follower, and return whether to go on: not after somebody pressed stop."""
    row = Delivery.objects.filter(campaign=campaign, follower_id=follower.pk)
    going_on = Q(campaign__state=CampaignState.SENDING, state=DeliveryState.CLEARED)
    if not row.filter(going_on).exists():
        return Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SENDING).exists()
    row.update(state=DeliveryState.UNSURE, sent_at=clock.now())
    outcome: Reason | Way
    try:
        outcome = _carried(campaign, follower, variant)
    except (PlatformBusy, PlatformNotReached, QuotaUsedUp, MailNotReached):
        row.update(state=DeliveryState.PLANNED, sent_at=None)  # nothing was carried out
        raise
    except FollowerUnreachable:
        outcome = Reason.REFUSED
    except NotAuthorised:
        row.update(state=DeliveryState.PLANNED, sent_at=None)
        raise
    except (PlatformUnreachable, MailUnsure) as error:
        # It may have arrived. It stays unsure, the report says so, and nobody sends it again.
        log.warning("a push is unsure", extra={"campaign": campaign.pk, "why": str(error)})
        return True
    if isinstance(outcome, Way):
        row.update(state=DeliveryState.SENT, way=outcome)
    elif outcome == Reason.NONE:
        row.update(state=DeliveryState.SENT)
    else:
        row.update(state=DeliveryState.FAILED, reason=outcome, sent_at=None)
    return True


def _carried(campaign: Campaign, follower: Follower, variant: int) -> Reason | Way:
    """Send one message the campaign's way. Raises what the way raises."""
    if campaign.channel == Channel.EMAIL:
        return mail(campaign, follower, variant)
    if campaign.channel == Channel.SUBSCRIPTION:
        return notify(campaign, follower, variant)
    for part in as_messages(message_for(campaign, follower, variant), follower.openid):
        client_for(campaign.account).custom.send(part)
    return Reason.NONE


def waiting_words(campaign: Campaign) -> str:
    """Say what a campaign under way waits for; "" when it does not."""
    if campaign.state != CampaignState.SENDING or campaign.next_at is None or campaign.next_at <= clock.now():
        return ""
    return _("等到 %(moment)s 继续") % {"moment": f"{clock.local(campaign.next_at):%m-%d %H:%M}"}
