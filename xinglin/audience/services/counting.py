"""The mass sends of campaigns, for whoever counts what an account has left of its quota."""

from collections.abc import Iterator
from datetime import datetime

from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Batch, BatchState, Campaign, Channel
from xinglin.newsroom.publishing.quotas import OtherSend
from xinglin.wechat.models import Account


def mass_sends(account: Account, since: datetime, until: datetime) -> Iterator[OtherSend]:
    """Yield each call that was made between two moments, and one for each title of a push that is due there."""
    calls = Batch.objects.filter(campaign__account=account, called_at__gte=since, called_at__lt=until)
    for at in calls.exclude(state=BatchState.REFUSED).values_list("called_at", flat=True):
        yield OtherSend(at, is_out=True)
    due = Campaign.objects.filter(
        account=account,
        channel=Channel.MASS,
        state=CampaignState.SCHEDULED,
        send_at__gte=since,
        send_at__lt=until,
    )
    for campaign in due:
        if campaign.send_at is not None:
            yield from [OtherSend(campaign.send_at, is_out=False)] * len(campaign.titles)
