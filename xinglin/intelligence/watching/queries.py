"""Every read of watches that depends on who asks."""

from django.db.models import Count, Q, QuerySet

from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.models import Topic
from xinglin.intelligence.products.lifecycle import ProductState
from xinglin.intelligence.products.models import Product, ProductKind
from xinglin.intelligence.products.queries import VIEW as VIEW_PRODUCT
from xinglin.intelligence.watching.lifecycle import AlarmState, CopyState
from xinglin.intelligence.watching.models import Alarm, Copy, Item, ItemImport, Recipient, Watch

VIEW = "intelligence.view_watch"
CHANGE = "intelligence.change_watch"
NOTE = "intelligence.note_item"
SETTLE = "intelligence.settle_alarm"
RECIPIENTS = "intelligence.change_recipient"


def watches_visible_to(staff: Staff) -> QuerySet[Watch]:
    """Return the watches of one's libraries, with how many stories they hold and how many alarms wait."""
    return (
        Watch.objects.filter(topic__library__in=access.libraries_of(staff, VIEW))
        .select_related("topic__library")
        .annotate(
            stories=Count("items", distinct=True),
            waiting=Count("alarms", filter=Q(alarms__state=AlarmState.OPEN), distinct=True),
        )
    )


def topics_to_watch(staff: Staff) -> QuerySet[Topic]:
    return Topic.objects.filter(library__in=access.libraries_of(staff, CHANGE), watch=None)


def items_visible_to(staff: Staff) -> QuerySet[Item]:
    return Item.objects.filter(watch__topic__library__in=access.libraries_of(staff, VIEW)).select_related(
        "watch__topic__library", "rumour", "feeling_by"
    )


def imports_visible_to(staff: Staff) -> QuerySet[ItemImport]:
    return ItemImport.objects.filter(
        watch__topic__library__in=access.libraries_of(staff, VIEW)
    ).select_related("watch__topic", "by")


def alarms_visible_to(staff: Staff) -> QuerySet[Alarm]:
    return Alarm.objects.filter(watch__topic__library__in=access.libraries_of(staff, VIEW)).select_related(
        "watch__topic", "settled_by"
    )


def recipients_visible_to(staff: Staff) -> QuerySet[Recipient]:
    return Recipient.objects.filter(library__in=access.libraries_of(staff, VIEW_PRODUCT)).select_related(
        "library", "patron"
    )


def briefs_visible_to(staff: Staff) -> QuerySet[Product]:
    """Return the briefs of one's libraries, with how many copies are out and how many came back."""
    return (
        Product.objects.filter(kind=ProductKind.BRIEF, library__in=access.libraries_of(staff, VIEW_PRODUCT))
        .select_related("library", "topic", "made_by", "released_by")
        .annotate(
            sent=Count("copies"),
            receipted=Count("copies", filter=Q(copies__state=CopyState.RECEIPTED)),
        )
    )


def copies_not_receipted() -> QuerySet[Copy]:
    """Return the copies of briefs that still stand and that nobody has confirmed."""
    return Copy.objects.exclude(state=CopyState.RECEIPTED).filter(product__state=ProductState.SENT)
