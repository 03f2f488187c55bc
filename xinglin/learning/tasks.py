"""What the learning room does by the clock."""

from procrastinate.contrib.django import app

from xinglin.learning import services


@app.periodic(cron="*/10 * * * *")
@app.task(name="learning.follow_the_clock", queueing_lock="learning.follow_the_clock")
def follow_the_clock(timestamp: int) -> int:
    """End what is over, close what ended a month ago, remind of tomorrow; our clock may be moved, so often."""
    return services.follow_the_clock() + services.remind()
