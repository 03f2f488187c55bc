"""Reads of review that several callers share."""

from django.db.models import Q, QuerySet

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.models import Article, Remark, Review, ReviewPost
from xinglin.newsroom.review.lifecycle import ReviewState
from xinglin.newsroom.review.seats import waiting_for

VIEW = "newsroom.view_review"


def reviews_visible_to(staff: Staff) -> QuerySet[Review]:
    """Return the rounds of the libraries whose newsroom someone may look into."""
    return _of_the_libraries(staff).select_related(
        "article__library", "article__column", "article__newest", "revision", "column", "submitted_by__user"
    )


def _of_the_libraries(staff: Staff) -> QuerySet[Review]:
    return Review.objects.filter(article__library__in=access.libraries_of(staff, VIEW))


def waiting_for_me(staff: Staff) -> QuerySet[Review]:
    """Return the rounds in which it is this person's turn."""
    return reviews_visible_to(staff).filter(pk__in=waiting_for(staff, _of_the_libraries(staff)))


def number_waiting_for_me(staff: Staff) -> int:
    """Return in how many rounds it is this person's turn, without reading any of their texts."""
    return len(waiting_for(staff, _of_the_libraries(staff)))


def posts_visible_to(staff: Staff) -> QuerySet[ReviewPost]:
    """Return the posts of review of the libraries that someone looks after."""
    libraries = access.libraries_of(staff, VIEW)
    return ReviewPost.objects.filter(library__in=libraries).select_related(
        "library", "person__user", "deputy__user"
    )


def open_remarks_on(article: Article) -> QuerySet[Remark]:
    """Return the remarks that nobody has settled, in the order of the text."""
    return Remark.objects.filter(article=article, settled_at=None).select_related("author__user", "revision")


def is_late() -> Q:
    """Return the condition of a round whose step is late."""
    return Q(state=ReviewState.WAITING, due_at__lt=clock.now())
