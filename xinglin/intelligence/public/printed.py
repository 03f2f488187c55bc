"""The papers that a reader has narrowed a topic to, as a PDF to print: a bibliography, and nobody's issue."""

import hashlib
from collections.abc import Sequence

from django.core.cache import cache
from django.utils import timezone

from xinglin.commons import clock
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.products import printing
from xinglin.intelligence.products.content import Entry, Heading, compose
from xinglin.intelligence.products.models import ProductKind
from xinglin.intelligence.queries import article_of

KEPT_FOR = 3_600


def bibliography_of(topic: Topic, papers: Sequence[Finding]) -> bytes:
    """Return the PDF, set once for the same papers of a day. Raises ``FontMissing``."""
    day = clock.today()
    key = hashlib.sha256(
        f"{topic.pk} {topic.version} {day} {[each.pk for each in papers]}".encode()
    ).hexdigest()
    known: bytes | None = cache.get(f"topic-pdf-{key}")
    if known is None:
        known = _set(topic, papers)
        cache.set(f"topic-pdf-{key}", known, KEPT_FOR)
    return known


def _set(topic: Topic, papers: Sequence[Finding]) -> bytes:
    entries = [
        Entry(article, article.source, each.released_at, ())
        for each in papers
        if (article := article_of(each.publication)) is not None
    ]
    days = [timezone.localdate(each.released_at) for each in papers if each.released_at] or [clock.today()]
    heading = Heading(
        title=topic.name,
        library=topic.library.name,
        topic=topic.name,
        period_from=min(days),
        period_to=max(days),
    )
    return printing.pdf(compose(ProductKind.BIBLIOGRAPHY, heading, entries, moment=clock.now()))
