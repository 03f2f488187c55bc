"""What circulation does by the clock."""

from procrastinate.contrib.django import app

from xinglin.circulation import services


@app.periodic(cron="*/10 * * * *")
@app.task(name="circulation.expire_unfetched_holds", queueing_lock="expire_unfetched_holds")
def expire_unfetched_holds(timestamp: int) -> int:
    """End holds that nobody fetched; every ten minutes, because our clock may be moved in a demonstration."""
    return services.expire_unfetched()


@app.periodic(cron="*/5 * * * *")
@app.task(name="circulation.release_seats", queueing_lock="release_seats")
def release_seats(timestamp: int) -> int:
    """Free the seats of who did not come, and of who sat to the end; remind who is expected soon."""
    return services.release_seats() + services.remind_of_seats()


@app.periodic(cron="*/10 * * * *")
@app.task(name="circulation.ask_for_copies", queueing_lock="ask_for_copies")
def ask_for_copies(timestamp: int) -> int:
    """Ask libraries for copies for those who wait, and the next library where nobody answered in time."""
    return services.ask_for_copies()


@app.periodic(cron="*/10 * * * *")
@app.task(name="circulation.owe_notices", queueing_lock="owe_notices")
def owe_notices(timestamp: int) -> int:
    """Announce what is due soon and what is overdue, each once for a due date."""
    return services.owe_notices()


@app.periodic(cron="20 19 * * *")  # 03:20 in Shanghai: the runner counts in UTC
@app.task(name="circulation.forget_old_loans", queueing_lock="forget_old_loans")
def forget_old_loans(timestamp: int) -> int:
    """Part old loans from the readers who keep no history, and delete old offline scans, at night."""
    return services.forget_old_loans() + services.forget_old_scans()


@app.periodic(cron="35 19 * * *")  # 03:35 in Shanghai: the runner counts in UTC
@app.task(name="circulation.forget_device_messages", queueing_lock="forget_device_messages")
def forget_device_messages(timestamp: int) -> int:
    """Delete what machines said a month ago, at night."""
    return services.forget_device_messages()
