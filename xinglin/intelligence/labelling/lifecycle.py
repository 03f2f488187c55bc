"""Where a paper stands to a heading or a study type: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LIBRARIAN = "librarian"


class FilingState(models.TextChoices):
    """Only what a person has taken is shown to readers."""

    SUGGESTED = "suggested", _("待确认")
    TAKEN = "taken", _("已归入")
    REFUSED = "refused", _("不归入")


FILING_MOVES: dict[tuple[FilingState, str], tuple[FilingState, str]] = {
    (FilingState.SUGGESTED, "take"): (FilingState.TAKEN, LIBRARIAN),
    (FilingState.SUGGESTED, "refuse"): (FilingState.REFUSED, LIBRARIAN),
    (FilingState.TAKEN, "refuse"): (FilingState.REFUSED, LIBRARIAN),
    (FilingState.REFUSED, "take"): (FilingState.TAKEN, LIBRARIAN),
}
