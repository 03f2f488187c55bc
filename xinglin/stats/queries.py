"""What may be seen of figures, and by whom."""

from django.db.models import QuerySet

from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.stats.models import Figure, Pull
from xinglin.wechat.models import Account

VIEW = "stats.view_figure"


def libraries_for(staff: Staff) -> QuerySet[Library]:
    """Return the libraries whose figures someone may see."""
    return Library.objects.filter(pk__in=access.libraries_of(staff, VIEW)).order_by("code")


def accounts_for(staff: Staff) -> QuerySet[Account]:
    """Return the accounts whose figures someone may see."""
    libraries = access.libraries_of(staff, VIEW)
    return Account.objects.filter(library__in=libraries, active=True).select_related("library")


def figures_visible_to(staff: Staff) -> QuerySet[Figure]:
    """Return the platform's figures of someone's accounts, all revisions."""
    return Figure.objects.filter(account__library__in=access.libraries_of(staff, VIEW)).select_related(
        "account"
    )


def pulls_visible_to(staff: Staff) -> QuerySet[Pull]:
    """Return what was fetched of someone's accounts, and what was not."""
    return Pull.objects.filter(account__library__in=access.libraries_of(staff, VIEW)).select_related(
        "account"
    )
