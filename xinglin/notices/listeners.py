"""What notices do when other rooms have news."""

from xinglin.commons.bulletin import listens_to
from xinglin.notices import services
from xinglin.patrons.events import PatronErased


@listens_to(PatronErased)
def forget_what_was_told(event: PatronErased) -> None:
    """Whose data is erased was told nothing."""
    services.forget_reader(patron_id=event.patron_id)
