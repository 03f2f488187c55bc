"""What circulation does by the clock."""

from procrastinate.contrib.django import app

from xinglin.circulation import services


@app.periodic(cron="*/10 * * * *")
@app.task(name="circulation.expire_unfetched_holds", queueing_lock="expire_unfetched_holds")
def expire_unfetched_holds(timestamp: int) -> int:
    """End holds that nobody fetched; every ten minutes, because our clock may be moved in a demonstration."""
    return services.expire_unfetched()
