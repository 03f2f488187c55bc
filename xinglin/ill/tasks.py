"""What inter-library loan does by the clock, and the sending of messages."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinglin.ill import services


@app.periodic(cron="*/5 * * * *")
@app.task(name="ill.time_out_legs", queueing_lock="ill_time_out_legs")
def time_out_legs(timestamp: int) -> int:
    """Go on to the next supplier where one did not answer in time."""
    return services.time_out_legs()


@app.task(name="ill.send_message", queue="ill", retry=RetryStrategy(max_attempts=8, exponential_wait=6))
def send_message(message_id: int) -> bool:
    """Bring one message to its partner."""
    return services.send_message(message_id=message_id)
