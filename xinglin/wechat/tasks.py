"""Jobs of the channel."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinglin.wechat.models import Account
from xinglin.wechat.services import accounts, outgoing


@app.task(name=outgoing.DELIVER, queue="wechat", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
def deliver(message_id: int) -> None:
    """Send one queued customer-service message."""
    outgoing.deliver(message_id=message_id)


@app.task(name=accounts.PROBE, queue="wechat")
def probe(account_id: int) -> None:
    """Find out what one account may do."""
    accounts.probe_account(account=Account.objects.get(pk=account_id))


@app.periodic(cron="20 3 * * *")
@app.task(name="xinglin.wechat.probe_all", queue="wechat", queueing_lock="wechat-probe-all")
def probe_all(timestamp: int) -> None:
    """Look every night at what the accounts may do: certificates expire, and the platform changes its mind."""
    for account in Account.objects.filter(active=True).exclude(sealed_secret=""):
        accounts.probe_soon(account=account)
