"""What intelligence does when it hears something."""

from xinglin.commons.bulletin import listens_to
from xinglin.intelligence.events import RunFinished
from xinglin.intelligence.models import Run, Watch
from xinglin.intelligence.watching import services as watching
from xinglin.patrons.events import PatronErased


@listens_to(RunFinished)
def count_what_was_said(event: RunFinished) -> None:
    """Take the stories that a feed has brought into the watch of its topic, and raise what its figures ask for."""
    run = Run.objects.select_related("source").filter(pk=event.run_id).first()
    if run is None or not run.source.brings_stories:
        return
    watch = Watch.objects.filter(topic=run.source.topic_id).first()
    if watch is not None:
        watching.take_harvested(watch=watch)
        watching.look_for_alarms(watch=watch)


@listens_to(PatronErased)
def no_longer_reach_the_erased(event: PatronErased) -> None:
    """Send no more briefs through the card of an erased reader."""
    watching.forget_patron(patron_id=event.patron_id)
