"""Jobs of the newsroom."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.newsroom.answers import services as answers
from xinglin.newsroom.models import Posting, Review
from xinglin.newsroom.planning import services as planning
from xinglin.newsroom.publishing import delivery, digest, postings, rechecks, results
from xinglin.newsroom.publishing.lifecycle import PostingState
from xinglin.newsroom.quality import link_rounds
from xinglin.newsroom.review import queries, services
from xinglin.wechat.client.errors import PlatformBusy, PlatformUnreachable


@app.periodic(cron="*/5 * * * *")
@app.task(name="xinglin.newsroom.note_overdue", queue="newsroom", queueing_lock="newsroom-note-overdue")
def note_overdue(timestamp: int) -> int:
    """Write down every five minutes which steps of review are late, so that deputies may act."""
    late = Review.objects.filter(queries.is_late(), overdue_noted_at=None)
    return sum(services.note_overdue(review=review) for review in late)


@app.task(
    name=postings.DELIVER,
    queue="newsroom",
    retry=RetryStrategy(
        max_attempts=6, exponential_wait=4, retry_exceptions=[PlatformBusy, PlatformUnreachable]
    ),
)
def deliver(posting_id: int) -> None:
    """Send one posting whose time has come."""
    delivery.deliver(posting_id=posting_id)


@app.periodic(cron="* * * * *")
@app.task(name="xinglin.newsroom.send_due", queue="newsroom", queueing_lock="newsroom-send-due")
def send_due(timestamp: int) -> int:
    """Send every minute what is due by now."""
    due = Posting.objects.filter(state=PostingState.PLANNED, due_at__lte=clock.now())
    for posting in due:
        postings.send_soon(posting)
    return len(due)


@app.periodic(cron="*/10 * * * *")
@app.task(name="xinglin.newsroom.ask_results", queue="newsroom", queueing_lock="newsroom-ask-results")
def ask_results(timestamp: int) -> int:
    """Ask the platform every ten minutes for results that it did not push."""
    return results.ask_for_results()


@app.periodic(cron="30 22 * * *")  # 06:30 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.newsroom.remind_rechecks", queue="newsroom", queueing_lock="newsroom-rechecks")
def remind_rechecks(timestamp: int) -> int:
    """Put every morning before somebody which health articles come to their expiry date."""
    return rechecks.remind()


@app.periodic(cron="0 21 * * *")  # 05:00 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.newsroom.take_up_searches", queue="newsroom", queueing_lock="newsroom-searches")
def take_up_searches(timestamp: int) -> int:
    """Put every morning into the pool of topics what readers looked for in vain the day before."""
    return planning.take_up_searches(day=clock.today() - timedelta(days=1))


@app.periodic(cron="0 19 * * *")  # 03:00 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.newsroom.try_links", queue="newsroom", queueing_lock="newsroom-try-links")
def try_links(timestamp: int) -> int:
    """Try every night the links of published articles, those tried longest ago first."""
    return link_rounds.try_links()


@app.periodic(cron="*/15 * * * *")
@app.task(name="xinglin.newsroom.fetch_comments", queue="newsroom", queueing_lock="newsroom-fetch-comments")
def fetch_comments(timestamp: int) -> int:
    """Fetch every quarter of an hour what readers wrote under articles in WeChat."""
    return answers.fetch_all_comments()


@app.periodic(cron="0 0 * * 1")  # Monday 08:00 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.newsroom.send_digest", queue="newsroom", queueing_lock="newsroom-send-digest")
def send_digest(timestamp: int) -> int:
    """Send the weekly digest every Monday morning."""
    return digest.send_weekly()
