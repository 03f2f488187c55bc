"""What this process knows of the vocabularies: looked up once, and anew when one was loaded or taken back.

A search asks for each of its words, so the answers are kept; that something changed is noticed within half a
minute, by one small query.
"""

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from django.db.models import Max, Q

from xinglin.catalog.search.numbers import class_key
from xinglin.catalog.search.text import squash
from xinglin.catalog.thesaurus.models import ClassCaption, Vocabulary, VocabularyKind, Word

_LOOK_AGAIN_AFTER = 30.0
_MOST_SYNONYMS = 12
Stamp = tuple[int, int]


class _Stamp:
    """The state of the vocabularies: how many there are, and the newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: Stamp = (0, 0)
        self._looked_at = -_LOOK_AGAIN_AFTER

    def now(self) -> Stamp:
        with self._lock:
            if time.monotonic() - self._looked_at >= _LOOK_AGAIN_AFTER:
                found = Vocabulary.objects.aggregate(newest=Max("pk"))
                self._value = (Vocabulary.objects.count(), found["newest"] or 0)
                self._looked_at = time.monotonic()
            return self._value

    def forget(self) -> None:
        with self._lock:
            self._looked_at = -_LOOK_AGAIN_AFTER


_stamp = _Stamp()
look_again: Callable[[], None] = _stamp.forget


def synonyms_of(word: str) -> tuple[str, ...]:
    """Return other words for the same thing, headings first; nothing where no vocabulary knows the word."""
    stamp = _stamp.now()
    return _synonyms(squash(word), stamp) if stamp[0] else ()


@lru_cache(maxsize=20_000)
def _synonyms(key: str, _stamp_now: Stamp) -> tuple[str, ...]:
    if not key:
        return ()
    concepts = Word.objects.filter(key=key[:160]).values("concept")
    others = Word.objects.filter(concept__in=concepts).filter(~Q(key=key)).order_by("-is_heading", "pk")
    return tuple(dict.fromkeys(others.values_list("text", flat=True)[: _MOST_SYNONYMS * 2]))[:_MOST_SYNONYMS]


def caption_in_tables(number: str) -> str:
    """Return what the library's own table calls a class, or an empty string."""
    stamp = _stamp.now()
    return _captions(stamp).get(class_key(number), "") if stamp[0] else ""


@lru_cache(maxsize=1)
def _captions(_stamp_now: Stamp) -> dict[str, str]:
    rows = ClassCaption.objects.filter(vocabulary__kind=VocabularyKind.CLASSES).order_by(
        "vocabulary__loaded_at", "pk"
    )
    return dict(rows.values_list("key", "caption"))
