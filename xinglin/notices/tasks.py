"""What notices do by the clock."""

from procrastinate.contrib.django import app

from xinglin.notices import services


@app.task(name=services.DELIVER, queue="notices")
def deliver(notice_id: int) -> None:
    """Tell one notice over the ways that are open."""
    services.deliver(notice_id=notice_id)


@app.periodic(cron="* * * * *")
@app.task(name="xinglin.notices.deliver_due", queue="notices", queueing_lock="notices-deliver-due")
def deliver_due(timestamp: int) -> int:
    """Every minute: what waited for the morning, or for its next try."""
    return services.deliver_due()


@app.periodic(cron="*/5 * * * *")
@app.task(name="xinglin.notices.sweep", queue="notices", queueing_lock="notices-sweep")
def sweep(timestamp: int) -> int:
    """Settle attempts that a killed process left under way."""
    return services.sweep()
