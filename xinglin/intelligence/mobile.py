"""Readers' pages of topics: what two people have let through, to search, to narrow by year and to take along."""

from collections.abc import Callable, Sequence

import segno
from django.conf import settings
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import NotFound
from xinglin.intelligence import queries
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.products import pages as product_pages
from xinglin.intelligence.products.queries import follows, products_for_readers
from xinglin.intelligence.public.completeness import completeness_of
from xinglin.intelligence.public.data import chart_of, figures_of
from xinglin.intelligence.public.facets import narrow
from xinglin.intelligence.public.printed import bibliography_of
from xinglin.intelligence.sdi import pages as sdi_pages
from xinglin.intelligence.watching import pages as brief_pages
from xinglin.literature.articles import Article
from xinglin.literature.files import write_bibtex, write_gbt7714, write_ris, write_xlsx
from xinglin.mobile.identity import identity_of
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import Tile, add_tile, page
from xinglin.patrons.mobile import patron_of

__all__ = ["brief_pages", "product_pages", "sdi_pages"]

MOST_TAKEN = 2_000
FORMS = (("ris", "RIS"), ("bib", "BibTeX"), ("gbt7714", "GB/T 7714"), ("xlsx", "XLSX"), ("pdf", "PDF"))
MOST_PRINTED = 500
"""So many papers make a PDF; the other forms take them all."""
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

add_tile(Tile(gettext_lazy("专题文献"), icon="target-arrow", url="mobile:topics", order=60))


@page("topics/", name="topics", title=gettext_lazy("专题文献"))
def topics(request: HttpRequest) -> HttpResponse:
    """List the topics that libraries follow for their readers."""
    shown = queries.topics_for_readers().annotate(
        papers=Count("findings", filter=Q(findings__state="released")),
        newest=Max("findings__released_at", filter=Q(findings__state="released")),
    )
    return render(request, "intelligence/mobile/topics.html", {"topics": shown.order_by("name")})


@page("topics/<slug:code>/", name="topic", title=gettext_lazy("专题文献"))
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """Show a topic's papers: searched, narrowed by facets, with the account of how complete it is."""
    shown = _topic(code)
    narrowed = narrow(queries.papers_for_readers(shown), request.GET)
    form = request.GET.get("download", "")
    if form:
        return _download(
            shown, form, list(narrowed.papers.prefetch_related("publication__records")[:MOST_TAKEN])
        )
    address = f"{settings.PUBLIC_URL}{reverse('mobile:topic', args=[shown.code])}"
    context = {
        "topic": shown,
        "page": paged(request, narrowed.papers, size=20),
        "narrowed": narrowed,
        "words": narrowed.asked.get("q", ""),
        "forms": FORMS,
        "account": completeness_of(shown),
        "products": products_for_readers(shown)[:10],
        "following": identity_of(request) is not None and follows(patron_of(request), shown),
        "code": segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2),
    }
    return render(request, "intelligence/mobile/topic.html", context)


@page("topics/<slug:code>/data/", name="topic.data", title=gettext_lazy("专题数据"))
def topic_data(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a topic's papers look like in numbers, as charts and as tables."""
    shown = _topic(code)
    figures = figures_of(shown)
    parts = figures["parts"] if isinstance(figures["parts"], list) else []
    charts = {part["code"]: chart_of(part) for part in parts}
    context = {"topic": shown, "figures": figures, "charts": charts}
    return render(request, "intelligence/mobile/topic_data.html", context)


def _topic(code: str) -> Topic:
    found = queries.topics_for_readers().filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这个专题，或者它没有对读者公开。"))
    return found


def _download(shown: Topic, form: str, papers: Sequence[Finding]) -> HttpResponse:
    articles = [article for paper in papers if (article := queries.article_of(paper.publication)) is not None]
    text: dict[str, Callable[[Sequence[Article]], str]] = {
        "ris": write_ris,
        "bib": write_bibtex,
        "gbt7714": write_gbt7714,
    }
    if form == "xlsx":
        body, ending, kind = write_xlsx(articles, title=shown.name), "xlsx", _SHEET
    elif form in text:
        body, ending = text[form](articles).encode(), "txt" if form == "gbt7714" else form
        kind = "text/plain; charset=utf-8"
    elif form == "pdf":
        body, ending, kind = bibliography_of(shown, papers[:MOST_PRINTED]), "pdf", "application/pdf"
    else:
        raise NotFound(_("没有这种下载格式；可以下载 RIS、BibTeX、GB/T 7714、XLSX 和 PDF。"))
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, f"{shown.code}.{ending}") or "attachment"
    return answer
