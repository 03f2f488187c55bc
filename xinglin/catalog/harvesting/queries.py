"""What is read of harvesting by more than one caller."""

from django.db.models import QuerySet

from xinglin.catalog.harvesting.models import HarvestRun, HarvestSource
from xinglin.catalog.services.imports import PERMISSION
from xinglin.consortium import access
from xinglin.consortium.models import Staff


def sources_visible_to(staff: Staff) -> QuerySet[HarvestSource]:
    """Return the sources of the libraries that someone imports for."""
    mine = access.libraries_of(staff, PERMISSION)
    return HarvestSource.objects.filter(library__in=mine).select_related("library", "by__user")


def runs_visible_to(staff: Staff) -> QuerySet[HarvestRun]:
    """Return the runs of the sources that someone may see."""
    runs = HarvestRun.objects.filter(source__in=sources_visible_to(staff))
    return runs.select_related("source__library", "batch", "by__user")
