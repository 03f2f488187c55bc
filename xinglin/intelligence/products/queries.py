"""Every read of products that depends on who asks."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.labelling.queries import WITH_FILINGS
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.products.errors import ProductUnknown
from xinglin.intelligence.products.lifecycle import READABLE
from xinglin.intelligence.products.models import Following, Product, ProductKind, ProductTemplate
from xinglin.patrons.models import Patron

VIEW = "intelligence.view_product"
WRITE = "intelligence.write_product"
REVIEW = "intelligence.review_product"


def products_visible_to(staff: Staff) -> QuerySet[Product]:
    """Return the products for readers; briefs go to decision makers and have screens of their own."""
    shown = Product.objects.filter(library__in=access.libraries_of(staff, VIEW)).exclude(
        kind=ProductKind.BRIEF
    )
    return shown.select_related("library", "topic", "made_by", "released_by", "article__newest")


def products_for_readers(topic: Topic | None = None) -> QuerySet[Product]:
    """Return the released products of public topics, newest first."""
    shown = Product.objects.filter(state__in=READABLE, topic__public=True).exclude(kind=ProductKind.BRIEF)
    shown = shown.select_related("library", "topic")
    return (shown.filter(topic=topic) if topic else shown).order_by("-released_at", "-pk")


def product_for_readers(pk: int) -> Product:
    """Return one. Raises ``ProductUnknown``."""
    found = products_for_readers().filter(pk=pk).first()
    if found is None:
        raise ProductUnknown(_("没有这份情报产品，或者馆员已经收回；请从专题的页面再看。"))
    return found


def released_between(topic: Topic, first: date, last: date) -> QuerySet[Finding]:
    """Return what two people let through on these days, in the order in which they did."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return (
        topic.findings.filter(state=FindingState.RELEASED, released_at__gte=begin, released_at__lt=end)
        .select_related("publication")
        .prefetch_related("publication__records", "screenings__by", WITH_FILINGS)
        .order_by("released_at", "pk")
    )


def follows(patron: Patron, topic: Topic) -> bool:
    return Following.objects.filter(patron=patron, topic=topic).exists()


def templates_visible_to(staff: Staff) -> QuerySet[ProductTemplate]:
    return ProductTemplate.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related(
        "library"
    )
