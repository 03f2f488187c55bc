"""What is read of acquisitions by more than one caller."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import SuggestionUnknown
from xinglin.acquisitions.lifecycle import OPEN_TO_DECISION, SuggestionState
from xinglin.acquisitions.models import PurchaseRules, Suggestion, Vote
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron

VIEW = "acquisitions.view_suggestion"
DECIDE = "acquisitions.decide_suggestion"
RULE = "acquisitions.change_rules"


def suggestions_visible_to(staff: Staff) -> QuerySet[Suggestion]:
    """Return the suggestions of one's libraries, each with its number of votes."""
    rows = Suggestion.objects.filter(library__in=access.libraries_of(staff, VIEW))
    return rows.select_related("library", "record").annotate(vote_count=Count("votes"))


def waiting_for_decision(staff: Staff) -> int:
    """Return how many suggestions wait for someone's decision."""
    mine = access.libraries_of(staff, DECIDE)
    return Suggestion.objects.filter(library__in=mine, state__in=OPEN_TO_DECISION).count()


def suggestions_of(patron: Patron) -> QuerySet[Suggestion]:
    """Return what a reader wishes, the newest wish first."""
    rows = Suggestion.objects.filter(votes__patron=patron).select_related("library", "record")
    return rows.order_by("-votes__at", "-pk")


def suggestion_of(patron: Patron, pk: int) -> Suggestion:
    """Return one of a reader's wishes. Raises ``SuggestionUnknown``, also for what only others wish."""
    found = suggestions_of(patron).filter(pk=pk).first()
    if found is None:
        raise SuggestionUnknown(_("没有找到这条荐购；请从“我的荐购”里打开。"))
    return found


def others_wish(patron: Patron) -> QuerySet[Suggestion]:
    """Return what other readers of the same library wish and is not decided, the most wished first."""
    rows = Suggestion.objects.filter(library=patron.home_library, state__in=OPEN_TO_DECISION)
    rows = rows.exclude(pk__in=Vote.objects.filter(patron=patron).values("suggestion"))
    return rows.annotate(vote_count=Count("votes")).order_by("-vote_count", "-suggested_at")


def suggestion_by_pk(patron: Patron, pk: int) -> Suggestion:
    """Return a suggestion that a reader may join: of the home library. Raises ``SuggestionUnknown``."""
    found = Suggestion.objects.filter(library=patron.home_library, pk=pk).first()
    if found is None:
        raise SuggestionUnknown(_("没有找到这条荐购；它可能属于另一个馆。"))
    return found


def open_wishes(patron: Patron) -> int:
    """Return how many undecided suggestions a reader has part in."""
    return Vote.objects.filter(patron=patron, suggestion__state__in=OPEN_TO_DECISION).count()


def rules_for(library: Library) -> PurchaseRules:
    """Return the rules of purchase that hold for a library: its own, the consortium's, or the house's."""
    rows = PurchaseRules.objects.filter(Q(library=library) | Q(library=None)).select_related("library")
    found = sorted(rows, key=lambda each: each.library_id is None)
    return found[0] if found else PurchaseRules()


def rules_visible_to(staff: Staff) -> QuerySet[PurchaseRules]:
    """Return the rules that someone may see: the consortium's, and those of one's libraries."""
    mine = Q(library__in=access.libraries_of(staff, VIEW)) | Q(library=None)
    return PurchaseRules.objects.filter(mine).select_related("library")


def is_arriving() -> Q:
    """Return the condition of what was agreed to and has not come yet."""
    return Q(state__in=(SuggestionState.APPROVED, SuggestionState.ORDERED))
