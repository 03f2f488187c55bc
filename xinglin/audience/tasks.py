"""Jobs of the audience."""

import logging
from datetime import timedelta

from django.db.models import Q
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from xinglin.audience.lifecycle import OVER, CampaignState
from xinglin.audience.models import Campaign, Segment
from xinglin.audience.services import (
    campaigns,
    figures,
    instep,
    interests,
    inviting,
    segments,
    sending,
    slots,
    tags,
    tracking,
    wordtags,
)
from xinglin.audience.services.surveys import INVITE
from xinglin.commons import clock
from xinglin.commons.errors import Refusal

log = logging.getLogger(__name__)

SEND = "xinglin.audience.send"


@app.task(name=SEND, queue="wechat", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def send(campaign_id: int) -> None:
    """Bring one campaign as far as it goes."""
    sending.send(campaign_id=campaign_id)


@app.task(name=INVITE, queue="notices", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def invite_to_survey(survey_id: int) -> None:
    """Tell those who are meant that a survey asks them."""
    inviting.invite(survey_id=survey_id)


@app.periodic(cron="* * * * *")
@app.task(name="xinglin.audience.wake", queueing_lock="audience-wake")
def wake(timestamp: int) -> int:
    """Start what is due, and see that every campaign under way has a job."""
    return wake_campaigns()


def wake_campaigns() -> int:
    """Start the campaigns that are due, and give each that has something to do a job of its own."""
    due = Campaign.objects.filter(
        Q(next_at__lte=clock.now()), state__in=(CampaignState.SCHEDULED, CampaignState.SENDING)
    )
    woken = 0
    for campaign in due:
        campaigns.start(campaign_id=campaign.pk)
        woken += defer_sending(campaign.pk)
    return woken


def defer_sending(campaign_id: int) -> bool:
    """Give a campaign a job unless one waits already; two never run at once."""
    key = f"campaign-{campaign_id}"
    try:
        app.configure_task(SEND, queue="wechat", lock=key, queueing_lock=key).defer(campaign_id=campaign_id)
    except AlreadyEnqueued:
        return False
    return True


@app.periodic(cron="*/10 * * * *")
@app.task(name="xinglin.audience.tidy", queueing_lock="audience-tidy")
def tidy(timestamp: int) -> None:
    """Take off expired tags, empty the push slots that are done, gather what came of recent pushes."""
    tags.expire()
    slots.empty_those_that_are_done()
    for campaign in campaigns_of_the_last_days(15):
        tracking.settle(campaign=campaign)


@app.periodic(cron="30 20 * * *")  # 04:30 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.audience.nightly", queueing_lock="audience-nightly")
def nightly(timestamp: int) -> None:
    """Tag by files and behaviour, write down the sizes of segments, keep WeChat tags in step."""
    wordtags.tag_by_files()
    interests.learn()
    for segment in Segment.objects.filter(retired=False).select_related("account"):
        try:
            segments.note_size(segment=segment)
            if segment.in_step:
                instep.keep_in_step(segment=segment)
        except (
            Refusal
        ) as refusal:  # one segment whose rule names what there is no more stops none of the others
            log.warning("a segment was left out", extra={"segment": segment.pk, "why": str(refusal)})


@app.periodic(cron="30 1 * * *")  # 09:30 in Shanghai: the platform's figures are ready after eight
@app.task(name="xinglin.audience.article_figures", queue="wechat", queueing_lock="audience-article-figures")
def fetch_article_figures(timestamp: int) -> None:
    """Ask the platform how often mass-sent articles were read."""
    for campaign in campaigns_of_the_last_days(8):
        figures.fetch(campaign=campaign)


def campaigns_of_the_last_days(days: int) -> list[Campaign]:
    """Return the campaigns that were sent lately, or are being sent."""
    since = clock.now() - timedelta(days=days)
    states = (*OVER, CampaignState.SENDING)
    return list(Campaign.objects.filter(state__in=states, started_at__gte=since).select_related("account"))
