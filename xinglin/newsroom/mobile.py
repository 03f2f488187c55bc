"""The reader's pages of the newsroom: notices, the other columns, an article, and the files it shows."""

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xinglin.commons.errors import NotFound
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries
from xinglin.mobile import registry
from xinglin.mobile.libraries import library_of
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import Tile, add_panel, add_tile, page
from xinglin.newsroom import feeds as feeds
from xinglin.newsroom import mobile_answers, queries, services
from xinglin.newsroom import mobile_digest as mobile_digest
from xinglin.newsroom import mobile_review as mobile_review
from xinglin.newsroom import mobile_submit as mobile_submit
from xinglin.newsroom.answers import services as answers
from xinglin.newsroom.blocks import as_h5
from xinglin.newsroom.models import Article, Column, ColumnKind
from xinglin.newsroom.sending_files import answer_with

ON_THE_HOME_PAGE = 3
A_YEAR = 365 * 24 * 3600

add_tile(Tile(_("通知公告"), icon="speakerphone", url="mobile:notices", order=40))


def library_looked_at(request: HttpRequest) -> Library | None:
    """Return the library that the reader looks at, or None where none is known."""
    choice = library_of(request)
    return public_libraries().filter(code=choice.code).first() if choice else None


@page("notices/", name="notices", title=_("通知公告"), tab="home")
def notices(request: HttpRequest) -> HttpResponse:
    """List the notices of a library, and those that the libraries above it wrote for their branches."""
    library = library_looked_at(request)
    rows = queries.published(library=library, kind=ColumnKind.NOTICES)
    return render(request, "newsroom/mobile/list.html", _listed(request, rows, library))


@page("columns/<slug:code>/", name="column", title=_("栏目"), tab="home")
def column(request: HttpRequest, code: str) -> HttpResponse:
    """List the articles of one column. Raises ``NotFound``."""
    shown = queries.columns().filter(code=code).first()
    if shown is None:
        raise NotFound(_("没有这个栏目；请从首页重新进入。"))
    library = library_looked_at(request)
    rows = queries.published(library=library, column=shown)
    return render(request, "newsroom/mobile/list.html", _listed(request, rows, library, shown))


@page("articles/<int:pk>/", name="article", title=_("文章"), tab="home")
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an article, and count that it was opened: how often, never by whom."""
    shown = queries.article_for_readers(pk)
    if request.method == "GET":
        services.count_view(article=shown)
        answers.count_opening(article=shown, code=request.GET.get(mobile_answers.SHARED, ""))
    context = shown_as(shown, mobile_answers.questions_shown(request, shown))
    return render(request, "newsroom/mobile/article.html", context | mobile_answers.around(request, shown))


def shown_as(article: Article, questions: dict[str, str] | None = None) -> dict[str, object]:
    """Return what the article's template shows: the published revision, rendered for the phone."""
    revision = article.shown
    if revision is None:
        raise NotFound(_("这篇文章还没有发布。"))
    return {
        "article": article,
        "revision": revision,
        "body": as_h5(revision.content.blocks, instead=questions),
        "declared": revision.content.about.shown(),
        "back": _list_of(article.column),
    }


@require_safe
def stored_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send a picture or a film, or an attachment to keep. Its name is its content's hash: it never changes.

    Raises ``NotFound`` for a name that no file has.
    """
    stored = queries.stored_file(name)
    if stored is None or not default_storage.exists(stored.path):
        raise NotFound(_("没有找到这个文件；它可能已被移走，请联系图书馆。"))
    answer = answer_with(request, stored)
    answer["Content-Disposition"] = (
        content_disposition_header(not stored.is_picture, stored.called or stored.name) or "attachment"
    )
    answer["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    # Whatever a file turns out to hold, opened by itself it may run and load nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


# Not by @page: a file is the same for every reader and may be kept by a cache.
registry.pages["file"] = registry.PageEntry(
    path("files/<str:name>", stored_file, name="file"), name="file", title=_("文件"), tab="home"
)


def _newest_notices(request: HttpRequest) -> dict[str, object] | None:
    articles = queries.newest_notices(library_looked_at(request), most=ON_THE_HOME_PAGE)
    return {"articles": articles} if articles else None


add_panel(template="newsroom/mobile/panel.html", context=_newest_notices, order=20)


def _listed(
    request: HttpRequest, rows: QuerySet[Article], library: Library | None, column: Column | None = None
) -> dict[str, object]:
    others = [
        (each, _list_of(each), each.kind == ColumnKind.NOTICES if column is None else each == column)
        for each in queries.columns_shown_to(library)
    ]
    return {"page": paged(request, rows, size=20), "column": column, "columns": others}


def _list_of(column: Column) -> str:
    if column.kind == ColumnKind.NOTICES:
        return reverse("mobile:notices")
    return reverse("mobile:column", args=[column.code])
