"""Jobs of the statistics."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from xinglin.stats.services import pulling
from xinglin.wechat.models import Account

PULL = "xinglin.stats.pull"


@app.task(name=PULL, queue="wechat")
def pull(account_id: int) -> int:
    """Fetch the platform's figures of one account."""
    return pulling.pull(account=Account.objects.get(pk=account_id))


@app.periodic(cron="20 0,3,8 * * *")  # 08:20, 11:20 and 16:20 in Shanghai: ready after eight, late days again
@app.task(name="xinglin.stats.pull_all", queue="wechat", queueing_lock="stats-pull-all")
def pull_all(timestamp: int) -> None:
    """Fetch the figures of every account that has them."""
    for account in Account.objects.filter(active=True).exclude(sealed_secret=""):
        pull_soon(account)


def pull_soon(account: Account) -> None:
    """Give an account a job that fetches its figures, unless one waits already."""
    key = f"stats-pull-{account.pk}"
    try:
        app.configure_task(PULL, queue="wechat", lock=key, queueing_lock=key).defer(account_id=account.pk)
    except AlreadyEnqueued:
        return
