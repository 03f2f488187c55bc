"""What the readers of the story wish the library to buy, and how far each wish has come."""

from typing import Any

from xinglin.acquisitions import services
from xinglin.acquisitions.models import Suggestion, SuggestionSource
from xinglin.acquisitions.works import Wish
from xinglin.demonstration import files
from xinglin.patrons.queries import find_by_card


def make_suggestions() -> int:
    """Put in the suggestions, each as far as its story says; return how many."""
    story = files.entries("acquisitions")
    for entry in story["suggestions"]:
        _bring_along(entry)
    return len(story["suggestions"])


def _bring_along(entry: dict[str, Any]) -> Suggestion:
    facts = ("isbn", "title", "author", "publisher", "year", "price_fen", "class_number")
    wish = Wish(**{name: entry[name] for name in facts})
    made = services.suggest(
        patron=find_by_card(entry["card_number"]), wish=wish, source=SuggestionSource.H5, note=entry["note"]
    )
    for card in entry["votes"]:
        services.vote(suggestion=made.suggestion, patron=find_by_card(card))
    until = entry["until"]
    if until == "considered":
        services.consider(suggestion=made.suggestion, by=None)
    elif until == "approved":
        services.approve(suggestion=made.suggestion, reason=entry["reason"], by=None)
    elif until == "declined":
        services.decline(suggestion=made.suggestion, reason=entry["reason"], by=None)
    return made.suggestion
