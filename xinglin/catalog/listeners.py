"""What the catalogue does when others tell: it forgets what a reader kept here."""

from xinglin.catalog.watching import services
from xinglin.commons.bulletin import listens_to
from xinglin.patrons.events import PatronErased, PatronLeft


@listens_to(PatronLeft)
def stop_telling_who_left(event: PatronLeft) -> None:
    """Tell nothing more of new books to a reader who left."""
    services.stop_watching_for(patron_id=event.patron_id)


@listens_to(PatronErased)
def forget_the_searches_of_the_erased(event: PatronErased) -> None:
    """Drop the searches of an erased reader: what someone looks for says much about them."""
    services.forget_searches_of(patron_id=event.patron_id)
