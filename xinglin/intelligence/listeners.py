"""What intelligence does when there is news."""

from xinglin.commons.bulletin import listens_to
from xinglin.intelligence.events import BriefMailWanted, ReleasedPaperRetracted, RunFinished
from xinglin.intelligence.models import Finding, Run, Watch
from xinglin.intelligence.products.services import forget_reader as forget_product_reader
from xinglin.intelligence.sdi import running
from xinglin.intelligence.sdi import services as sdi
from xinglin.intelligence.watching import services as watching
from xinglin.patrons.events import PatronErased, PatronLeft


@listens_to(RunFinished)
def count_what_was_said(event: RunFinished) -> None:
    """Take the stories that a feed has brought into the watch of its topic, and raise what its figures ask for."""
    run = Run.objects.select_related("source").filter(pk=event.run_id).first()
    if run is None or not run.source.brings_stories:
        return
    watch = Watch.objects.filter(topic=run.source.topic_id).first()
    if watch is not None:
        if watching.take_harvested(watch=watch):
            watching.find_words(watch=watch)
        watching.look_for_alarms(watch=watch)


@listens_to(ReleasedPaperRetracted)
def tell_who_was_brought_it(event: ReleasedPaperRetracted) -> None:
    """Tell the readers to whom a paper was pushed that it is retracted now."""
    finding = Finding.objects.filter(pk=event.finding_id).first()
    if finding is not None:
        running.tell_retraction_of(finding.publication_id)


@listens_to(BriefMailWanted)
def mail_the_brief(event: BriefMailWanted) -> None:
    """Mail a leader who has no reader's card the link to a brief."""
    watching.mail_copy(copy_id=event.copy_id)


@listens_to(PatronLeft)
def bring_no_more(event: PatronLeft) -> None:
    """Push nothing more to a reader who left."""
    sdi.stop_for(patron_id=event.patron_id)


@listens_to(PatronErased)
def forget_the_erased(event: PatronErased) -> None:
    """Drop what an erased reader follows, reads and was brought, and send no briefs through the card."""
    sdi.forget_reader(patron_id=event.patron_id)
    forget_product_reader(patron_id=event.patron_id)
    watching.forget_patron(patron_id=event.patron_id)
