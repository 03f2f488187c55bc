"""Reads of publishing that several callers share."""

from datetime import datetime

from django.db.models import QuerySet

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.newsroom.models import Outlet, Posting, Recheck
from xinglin.newsroom.publishing.lifecycle import MASS, PostingState
from xinglin.wechat.models import Account

VIEW = "newsroom.view_posting"
# What waits for a person's hand.
FOR_A_PERSON = (
    PostingState.BY_HAND,
    PostingState.UNSURE,
    PostingState.FAILED,
    PostingState.TO_CORRECT,
    PostingState.TO_WITHDRAW,
)


def outlets_visible_to(staff: Staff) -> QuerySet[Outlet]:
    """Return the channels of the libraries whose newsroom someone may look into."""
    libraries = access.libraries_of(staff, VIEW)
    return Outlet.objects.filter(library__in=libraries).select_related("library", "account")


def postings_visible_to(staff: Staff) -> QuerySet[Posting]:
    """Return the postings of the articles of someone's libraries."""
    libraries = access.libraries_of(staff, VIEW)
    return Posting.objects.filter(article__library__in=libraries).select_related(
        "article__library", "article__newest", "article__shown", "article__column", "outlet__account",
        "outlet__library", "planned_by__user",
    )  # fmt: skip


def mass_postings(account: Account, since: datetime, until: datetime) -> QuerySet[Posting]:
    """Return the mass sends of an account that are due between two moments, out or still to go."""
    sends = Posting.objects.filter(outlet__account=account, way__in=MASS, due_at__gte=since, due_at__lt=until)
    return sends.exclude(state__in=[PostingState.CANCELLED, PostingState.FAILED]).order_by("due_at")


def rechecks_visible_to(staff: Staff) -> QuerySet[Recheck]:
    """Return the rechecks of the articles of someone's libraries."""
    libraries = access.libraries_of(staff, VIEW)
    return Recheck.objects.filter(article__library__in=libraries).select_related(
        "article__library", "article__newest", "done_by__user"
    )
