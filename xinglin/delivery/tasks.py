"""What document delivery does by the clock."""

from procrastinate.contrib.django import app

from xinglin.delivery import services


@app.periodic(cron="*/5 * * * *")
@app.task(name="delivery.escalate_late", queueing_lock="delivery_escalate_late")
def escalate_late(timestamp: int) -> int:
    """Move on what was not taken up in time, and put what is overdue before more eyes."""
    raised = services.escalate_late()
    services.tell_of_late()
    return raised


@app.periodic(cron="*/15 * * * *")
@app.task(name="delivery.clear_away", queueing_lock="delivery_clear_away")
def clear_away(timestamp: int) -> int:
    """Delete files whose link has ended, old pictures and searches, and end grants that are over."""
    gone = services.purge_expired() + services.purge_pictures() + services.forget_searches()
    return gone + services.end_grants()


@app.task(name="delivery.fetch_picture", queue="errands", retry=4)
def fetch_picture(request_id: int, follower_id: int, media_id: str) -> bool:
    """Fetch from the platform the picture that a request came with; it is there for three days."""
    from xinglin.delivery.models import DocumentRequest
    from xinglin.delivery.platform_pictures import picture_of

    request = DocumentRequest.objects.get(pk=request_id)
    if request.picture:
        return False
    services.keep_picture(request=request, data=picture_of(follower_id, media_id))
    return True


@app.task(name="delivery.search_articles", queue="errands", retry=0)
def search_articles(search_id: int) -> None:
    """Ask the sources what a reader searched for, and tell it in the chat where it was asked there."""
    services.answer_search(search_id=search_id)
