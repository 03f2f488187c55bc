"""Released papers of the public topics, for those who search articles for readers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Q

from xinglin.literature.articles import Article, Mark
from xinglin.literature.own import keeps


@keeps
def released_papers(words: Sequence[Sequence[str]], limit: int) -> Iterable[Article]:
    """Return released papers whose title holds every word, or one of its other names; the newest first."""
    from xinglin.intelligence.lifecycle import FindingState  # models need the app registry
    from xinglin.intelligence.models import Finding, Publication
    from xinglin.intelligence.queries import article_of

    shown = Finding.objects.filter(state=FindingState.RELEASED, topic__public=True)
    rows = Publication.objects.filter(pk__in=shown.values("publication"))
    for names in words:
        called = Q()
        for name in names:
            called |= Q(title__icontains=name)
        rows = rows.filter(called)
    newest = rows.order_by("-year", "-pk").prefetch_related("records")[:limit]
    return [
        # What was found out since stands with the publication, not in what its source once said.
        replace(article, marks=(*article.marks, Mark.RETRACTED))
        if publication.retracted and not article.is_retracted
        else article
        for publication in newest
        if (article := article_of(publication)) is not None
    ]
