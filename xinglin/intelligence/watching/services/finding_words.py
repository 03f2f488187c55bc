"""The words of a watch that its own stories show: found, kept with it, and its stories counted by them."""

from datetime import timedelta

from django.db import transaction

from xinglin.commons import clock
from xinglin.commons.text import comparable
from xinglin.intelligence.watching.figures import WINDOW
from xinglin.intelligence.watching.joining import found_words
from xinglin.intelligence.watching.models import Watch
from xinglin.intelligence.watching.services.collecting import reword_items
from xinglin.intelligence.watching.wording import own_words

MOST_TEXTS = 10_000


@transaction.atomic
def find_words(*, watch: Watch) -> list[str]:
    """Look in the stories that the figures rest on for words the dictionary cuts; if they changed, count anew.

    What a person has written down, as a word or as none, is not found again. Returns the words.
    """
    kept = Watch.objects.select_for_update(of=("self",)).get(pk=watch.pk)
    since = clock.today() - timedelta(days=WINDOW - 1)
    told = kept.items.filter(day__gte=since).order_by("-day", "-pk").values_list("title", "text")
    written = "\n".join((kept.own_words, kept.named_words, kept.unwanted_words))
    settled = set(map(comparable, own_words(written)))
    found = [
        word
        for word in found_words(f"{title}\n{text}" for title, text in told[:MOST_TEXTS])
        if word not in settled
    ]
    if set(found) != set(kept.found_words):
        kept.found_words = found
        kept.save(update_fields=["found_words"])
        reword_items(kept)
    return found


def find_words_everywhere() -> None:
    """Look for the words of every watch."""
    for watch in Watch.objects.all():
        find_words(watch=watch)
