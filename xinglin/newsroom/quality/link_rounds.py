"""The nightly round: links of published articles, tried one article after the other, the longest untried first."""

from collections.abc import Callable

from django.db.models import F, QuerySet

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, LinkReport
from xinglin.newsroom.quality import links
from xinglin.newsroom.quality.checkup import Checkup
from xinglin.newsroom.quality.links import Broken

MOST_A_NIGHT = 300
"""Articles in one night: some thousand requests, spread over hours at eight seconds the worst."""

Try = Callable[[list[str]], list[Broken]]


def reports_visible_to(staff: Staff) -> QuerySet[LinkReport]:
    """Return the articles of someone's libraries that have links which lead nowhere."""
    libraries = access.libraries_of(staff, "newsroom.view_article")
    found = LinkReport.objects.filter(
        article__library__in=libraries, article__state=State.PUBLISHED, number__gt=0
    )
    return found.select_related("article__library", "article__newest", "article__column")


def try_links(*, most: int = MOST_A_NIGHT, tried_by: Try = links.broken_among) -> int:
    """Try the links of what readers see; return how many articles have broken ones. Outside of transactions."""
    shown = Article.objects.filter(state=State.PUBLISHED, shown__isnull=False)
    oldest = shown.order_by(F("link_report__tried_at").asc(nulls_first=True), "pk")
    with_broken = 0
    for article in oldest.select_related("shown", "library")[:most]:
        with_broken += bool(try_links_of(article, tried_by=tried_by))
    return with_broken


def try_links_of(article: Article, *, tried_by: Try = links.broken_among) -> list[Broken]:
    """Try the links of one article as readers see it, and keep what came of it."""
    if article.shown is None:
        return []
    broken = tried_by(Checkup(article.shown.content, article).addresses)
    now = clock.now()
    earlier = LinkReport.objects.filter(article=article).first()
    since = earlier.since if earlier is not None and earlier.number and broken else now if broken else None
    LinkReport.objects.update_or_create(
        article=article,
        defaults={
            "tried_at": now,
            "since": since,
            "number": len(broken),
            "broken": [[each.address, each.why] for each in broken],
        },
    )
    return broken
