"""What the reference room does by the clock."""

from procrastinate.contrib.django import app

from xinglin.reference import services


@app.periodic(cron="40 19 * * *")  # 03:40 in Shanghai: the runner counts in UTC
@app.task(name="reference.archive", queueing_lock="reference.archive")
def archive(timestamp: int) -> int:
    """Archive the reports that nobody disputed within thirty days."""
    return services.archive_what_is_settled()
