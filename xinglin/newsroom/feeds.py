"""Published articles as an Atom feed (RFC 4287), for readers and for other sites that show them with our name."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries
from xinglin.mobile import registry
from xinglin.newsroom import queries
from xinglin.newsroom.blocks import as_h5
from xinglin.newsroom.errors import ArticleUnknown

MOST = 30
KINDS = {"atom": Atom1Feed, "rss": Rss201rev2Feed}


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer ``/m/feed.xml``, narrowed by ``?library=`` (a code) and ``?column=``; ``?as=rss`` for RSS 2.0.

    Raises ``ArticleUnknown`` for a library or column that is not there.
    """
    made_as = "rss" if request.GET.get("as") == "rss" else "atom"
    kind = KINDS[made_as]
    library = _library(request.GET.get("library", ""))
    code = request.GET.get("column", "")
    column = queries.columns().filter(code=code).first() if code else None
    if code and column is None:
        raise ArticleUnknown(gettext_lazy("没有这个栏目；请检查订阅地址。"))
    articles = list(queries.published(library=library, column=column).order_by("-published_at", "-pk")[:MOST])
    home = f"{settings.PUBLIC_URL}{reverse('mobile:notices')}"
    made = kind(
        title=str(library or _("医学图书馆")),
        link=home,
        description=_("图书馆的通知和健康科普"),
        language="zh-CN",
        feed_url=f"{settings.PUBLIC_URL}{request.get_full_path()}",
        feed_guid=home,
    )
    for article in articles:
        revision = article.shown
        if revision is None:
            continue
        address = f"{settings.PUBLIC_URL}{reverse('mobile:article', args=[article.pk])}"
        when: datetime = article.published_at or clock.now()
        body = str(as_h5(revision.content.blocks)).replace('"/m/', f'"{settings.PUBLIC_URL}/m/')
        made.add_item(
            title=revision.title,
            link=address,
            description=revision.digest or body,
            content=body,
            author_name=revision.content.about.author or article.library.name,
            pubdate=when,
            updateddate=when,
            unique_id=address,
            categories=(article.column.name,),
        )
    answer = HttpResponse(content_type=f"application/{made_as}+xml; charset=utf-8")
    made.write(answer, "utf-8")
    answer["Cache-Control"] = "public, max-age=600"
    return answer


def _library(code: str) -> Library | None:
    if not code:
        return None
    library = public_libraries().filter(code=code).first()
    if library is None:
        raise ArticleUnknown(gettext_lazy("没有这个图书馆；请检查订阅地址。"))
    return library


# Not by @page: a feed is the same for everybody and may be kept by a cache.
registry.pages["newsroom.feed"] = registry.PageEntry(
    path("feed.xml", feed, name="newsroom.feed"), name="newsroom.feed", title=gettext_lazy("订阅"), tab="home"
)
