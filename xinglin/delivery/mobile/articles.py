"""Searching articles on the phone: the search waits on its own page, results say what may be read at once."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.delivery import finding, services
from xinglin.delivery.articles import FoundArticle
from xinglin.delivery.finding import Copy
from xinglin.delivery.models import ArticleSearch, SearchState
from xinglin.mobile.registry import Tile, add_tile, page
from xinglin.wechat.links import patron_of

add_tile(
    Tile(
        gettext_lazy("文章检索"),
        icon="file-search",
        url="mobile:articles",
        order=35,
        note=gettext_lazy("PubMed"),
    )
)


@dataclass(frozen=True)
class Shown:
    """One article as the page shows it, with the ways to it."""

    found: FoundArticle
    copies: list[Copy]

    @property
    def asked_as(self) -> str:
        """What the request form is filled with."""
        work = self.found.work
        number = f"PMID: {work.pmid}" if work.pmid else f"doi:{work.doi}" if work.doi else ""
        return f"{work.authors}. {work.title}. {work.container}. {work.year or ''}. {number}"[:900]


@page("articles/", name="articles", title=gettext_lazy("文章检索"), tab="search")
def articles(request: HttpRequest) -> HttpResponse:
    """Take the words, begin the search, and lead to where its result will be."""
    query = request.GET.get("q", "")
    if query:
        try:
            search = services.begin_search(query=query)
            return redirect("mobile:articles.found", token=search.token)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    return render(request, "delivery/mobile/articles.html", {"query": query})


@page("articles/<slug:token>/", name="articles.found", title=gettext_lazy("文章检索"), tab="search")
def found(request: HttpRequest, token: str) -> HttpResponse:
    """Show a result; while the sources are asked, the page asks again every second."""
    search = get_object_or_404(ArticleSearch, token=token)
    patron = patron_of(request)
    rows = []
    for kept in search.results:
        article = FoundArticle.from_plain(kept)
        rows.append(Shown(article, finding.copies_of(article.work, patron=patron)))
    waiting = search.state == SearchState.WAITING
    context = {"query": search.query, "search": search, "rows": rows, "waiting": waiting}
    part = bool(request.headers.get("HX-Request"))
    template = "delivery/mobile/found.html" if part else "delivery/mobile/articles.html"
    return render(request, template, context)
