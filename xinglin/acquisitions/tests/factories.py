"""Wishes for tests; each says only what matters."""

from xinglin.acquisitions import services
from xinglin.acquisitions.models import Suggestion, SuggestionSource
from xinglin.acquisitions.services import Suggested
from xinglin.acquisitions.works import Wish
from xinglin.patrons.models import Patron

ISBN = "9787117358880"
TITLE = "重症超声实用手册"


def a_wish(
    patron: Patron, *, isbn: str = "", title: str = TITLE, note: str = "", insists: bool = False
) -> Suggested:
    """A reader wishes a work on the phone."""
    return services.suggest(
        patron=patron,
        wish=Wish(isbn=isbn, title=title),
        source=SuggestionSource.H5,
        note=note,
        insists=insists,
    )


def a_suggestion(patron: Patron, *, title: str = TITLE, isbn: str = "") -> Suggestion:
    """A suggestion of a reader."""
    return a_wish(patron, title=title, isbn=isbn).suggestion
