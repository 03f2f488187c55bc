"""Chinese words to English headings, by the vocabularies that a library has loaded into the catalogue."""

from collections.abc import Iterable

from xinglin.catalog.search.text import squash
from xinglin.literature.cleaning import HAN
from xinglin.literature.words import translates

MOST = 5


@translates
def by_the_loaded_vocabularies(word: str) -> Iterable[str]:
    """Return the English headings of the concepts that a Chinese word names, formal headings first."""
    from xinglin.catalog.thesaurus.models import Word  # models need the app registry

    concepts = Word.objects.filter(key=squash(word)[:160]).values("concept")
    words = Word.objects.filter(concept__in=concepts).order_by("-is_heading", "pk")
    english = [each for each in words.values_list("text", flat=True)[:200] if not HAN.search(each)]
    return english[:MOST]
