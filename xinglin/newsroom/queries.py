"""What is read of articles by more than one caller."""

from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.errors import ArticleUnknown
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, ArticleTemplate, Column, ColumnKind, StoredFile

VIEW = "newsroom.view_article"


def articles_visible_to(staff: Staff) -> QuerySet[Article]:
    """Return the articles of the libraries whose newsroom someone may look into, whatever their state."""
    return Article.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "library", "column", "newest__author__user", "shown"
    )


def with_views(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return articles with how often each was opened, as ``viewed``."""
    return articles.annotate(viewed=Coalesce(Sum("views__count"), 0))


def libraries_written_by(staff: Staff) -> QuerySet[Library]:
    """Return the running libraries for which someone may write."""
    return Library.objects.filter(pk__in=access.libraries_of(staff, "newsroom.write_article"), active=True)


def templates_for(staff: Staff) -> QuerySet[ArticleTemplate]:
    """Return the templates of the consortium and of the libraries for which someone writes."""
    mine = access.libraries_of(staff, "newsroom.write_article")
    return ArticleTemplate.objects.filter(Q(library=None) | Q(library__in=mine))


def columns() -> QuerySet[Column]:
    """Return the columns in use, in their order."""
    return Column.objects.filter(active=True)


def columns_with_articles() -> QuerySet[Column]:
    """Return every column with the number of articles it shows, as ``shows``."""
    return Column.objects.annotate(shows=Count("articles", filter=Q(articles__state=State.PUBLISHED)))


def columns_shown_to(library: Library | None) -> list[Column]:
    """Return the columns in which a library's readers find something, in their order."""
    filled = published(library=library).order_by().values("column")
    return list(columns().filter(pk__in=filled))


def published(
    *, library: Library | None = None, kind: ColumnKind | None = None, column: Column | None = None
) -> QuerySet[Article]:
    """Return what readers see now, the pinned first, then the newest; what has expired is left out.

    Of a library its readers also see what the libraries above it wrote for their branches.
    """
    shown = (
        Article.objects.filter(state=State.PUBLISHED, library__active=True, column__active=True)
        .exclude(expires_on__lt=clock.today())
        .select_related("library", "column", "shown")
    )
    if library is not None:
        shown = shown.filter(Q(library=library) | Q(library__in=_above(library), for_branches=True))
    if kind is not None:
        shown = shown.filter(column__kind=kind)
    if column is not None:
        shown = shown.filter(column=column)
    return shown.order_by(F("pinned").desc(), "-published_at", "-pk")


def newest_notices(library: Library | None, *, most: int = 5) -> list[Article]:
    """Return the first notices that a library's readers see."""
    return list(published(library=library, kind=ColumnKind.NOTICES)[:most])


def article_for_readers(pk: int) -> Article:
    """Return a published article; one past its day is still found by who has its address.

    Raises ``ArticleUnknown``: a draft, a withdrawn article and one that never was are told alike.
    """
    article = (
        Article.objects.filter(pk=pk, state=State.PUBLISHED)
        .select_related("library", "column", "shown")
        .first()
    )
    if article is None:
        raise ArticleUnknown(_("这篇文章不存在或已撤下；请回到列表看看别的。"))
    return article


def stored_file(name: str) -> StoredFile | None:
    """Return a stored file by its name."""
    return StoredFile.objects.filter(name=name).first()


def _above(library: Library) -> Iterable[int]:
    """Return the ids of the libraries above one, nearest first."""
    parents = dict(Library.objects.values_list("pk", "parent_id"))
    found: list[int] = []
    at = library.parent_id
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
