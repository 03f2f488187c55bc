"""Which card a message repeats: compared with every wording, by the nearest part of the longer text."""

from django.db.models import QuerySet
from rapidfuzz import fuzz

from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models import Rumour, RumourState
from xinglin.newsroom.quality.sketching import bare

ALIKE = 80
LEAST = 5


def rumour_repeated(words: str, library: Library) -> Rumour | None:
    """Return the approved card whose claim a message repeats, of its library or one above; None for none."""
    said = bare(words)
    if len(said) < LEAST:
        return None
    found: tuple[float, Rumour] | None = None
    for card in cards_for(library).select_related("article"):
        for wording in (card.claim, *card.wordings.splitlines()):
            claim = bare(wording)
            # A short question inside a long claim repeats nothing: most of the claim must be said.
            if len(claim) >= LEAST and len(said) * 10 >= len(claim) * 7:
                score = fuzz.partial_ratio(claim, said)
                if score >= ALIKE and (found is None or score > found[0]):
                    found = (score, card)
    return found[1] if found else None


def cards_for(library: Library) -> QuerySet[Rumour]:
    """Return the cards that answer the readers of a library: its own and those of the libraries above it."""
    return Rumour.objects.filter(state=RumourState.APPROVED, library__in=[library.pk, *_above(library)])


def rumours_visible_to(staff: Staff) -> QuerySet[Rumour]:
    """Return the cards of someone's libraries."""
    libraries = access.libraries_of(staff, "newsroom.view_rumour")
    return Rumour.objects.filter(library__in=libraries).select_related(
        "library", "made_by__user", "approved_by__user", "article__newest"
    )


def _above(library: Library) -> list[int]:
    found: list[int] = []
    at = library.parent
    while at is not None and at.pk not in found:
        found.append(at.pk)
        at = at.parent
    return found
