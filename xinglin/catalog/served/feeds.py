"""RSS 2.0 of new arrivals: of all libraries, of one, of one class and what is below it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinglin.catalog import discovery
from xinglin.catalog.classes import caption_of
from xinglin.catalog.models import Record
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.catalog.search.query import Filters, Query, Sort
from xinglin.catalog.served.marc_forms import without_controls
from xinglin.catalog.served.oai_formats import page_of
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries

NEWEST = 50
FRESH_FOR = 600  # seconds in which a reader's program need not ask again
_LONGEST_CLASS = 40


@require_safe
def new_arrivals(request: HttpRequest) -> HttpResponse:
    """Answer ``/feeds/new.xml``, narrowed by ``?library=`` (a code) and ``?class=`` (a 中图法 number)."""
    code = request.GET.get("library", "")
    library = public_libraries().filter(code__iexact=code).first() if code else None
    if code and library is None:
        return HttpResponse(_("没有这个馆代码。"), status=404, content_type="text/plain; charset=utf-8")
    number = request.GET.get("class", "").strip()[:_LONGEST_CLASS]
    filters = Filters(libraries=(library.code,) if library else (), classes=(number,) if number else ())
    try:
        found = discovery.discover(Query(filters=filters, sort=Sort.NEWEST, size=NEWEST)).found
    except IndexNotReady as not_ready:
        answer = HttpResponse(str(not_ready), status=503, content_type="text/plain; charset=utf-8")
        answer.headers["Retry-After"] = "60"
        return answer
    feed = _feed(request, library, number)
    for each in found:
        _add(feed, each.record)
    response = HttpResponse(content_type="application/rss+xml; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    feed.write(response, "utf-8")
    return response


def _feed(request: HttpRequest, library: Library | None, number: str) -> Rss201rev2Feed:
    where = library.name if library else _("联合目录")
    what = f"{number} {caption_of(number)}".strip() if number else ""
    title = _("%(where)s新书通报") % {"where": where} + (f" · {what}" if what else "")
    return Rss201rev2Feed(
        title=without_controls(title),
        link=f"{settings.PUBLIC_URL}/m/new/",
        description=_("最近入藏的图书和期刊，最新的在前。"),
        language="zh-cn",
        feed_url=without_controls(f"{settings.PUBLIC_URL}{request.get_full_path()}"),
        ttl=FRESH_FOR // 60,
    )


def _add(feed: Rss201rev2Feed, record: Record) -> None:
    lines = (
        "；".join(record.authors[:3]),
        record.publisher,
        str(record.year or ""),
        "；".join(record.classes[:2]),
    )
    feed.add_item(
        title=without_controls(record.full_title),
        link=page_of(record),
        description=without_controls(" · ".join(line for line in lines if line)),
        unique_id=page_of(record),
        unique_id_is_permalink=True,
        pubdate=record.added_at,
        categories=[without_controls(each) for each in (*record.classes, *record.subjects)],
    )
