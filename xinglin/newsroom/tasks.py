"""Jobs of the newsroom."""

from procrastinate.contrib.django import app

from xinglin.newsroom.models import Review
from xinglin.newsroom.review import queries, services


@app.periodic(cron="*/5 * * * *")
@app.task(name="xinglin.newsroom.note_overdue", queue="newsroom", queueing_lock="newsroom-note-overdue")
def note_overdue(timestamp: int) -> int:
    """Write down every five minutes which steps of review are late, so that deputies may act."""
    late = Review.objects.filter(queries.is_late(), overdue_noted_at=None)
    return sum(services.note_overdue(review=review) for review in late)
