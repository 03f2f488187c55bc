"""What is read of acquisitions by more than one caller."""

from dataclasses import dataclass

from django.db.models import (
    BigIntegerField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import SuggestionUnknown
from xinglin.acquisitions.lifecycle import BINDING, OPEN_TO_DECISION, OrderState, SuggestionState
from xinglin.acquisitions.models import (
    Accession,
    Claim,
    Fund,
    Invoice,
    Issue,
    IssueState,
    OrderLine,
    PurchaseOrder,
    PurchaseRules,
    Subscription,
    SubscriptionTerm,
    Suggestion,
    Vendor,
    Vote,
)
from xinglin.catalog.models import Item
from xinglin.catalog.queries import GONE
from xinglin.catalog.search.numbers import standard_numbers
from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron

VIEW = "acquisitions.view_suggestion"
DECIDE = "acquisitions.decide_suggestion"
RULE = "acquisitions.change_rules"
VIEW_ORDER = "acquisitions.view_order"
ORDER = "acquisitions.place_order"
FUND = "acquisitions.change_fund"
SERIAL = "acquisitions.check_in_issue"
RECEIVE = "acquisitions.receive_copies"


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


# -- money and orders ---------------------------------------------------------------------------------

_TERM_IS_BOUND = Q(paid_on=None, released_on=None)
_BOUND = F("price_fen") * (F("copies") - F("cancelled") - F("invoiced"))


@dataclass(frozen=True)
class Standing:
    """What a fund has, and what became of it."""

    budget_fen: int
    committed_fen: int
    spent_fen: int

    @property
    def used_fen(self) -> int:
        return self.committed_fen + self.spent_fen

    @property
    def left_fen(self) -> int:
        return self.budget_fen - self.used_fen


def standing_of(fund: Fund) -> Standing:
    """Return what is bound and spent of a fund, counted from the lines of orders and the terms of serials."""
    lines = OrderLine.objects.filter(fund=fund, order__state__in=BINDING)
    bound = lines.aggregate(sum=Sum(_BOUND, output_field=BigIntegerField()))["sum"] or 0
    spent = OrderLine.objects.filter(fund=fund).aggregate(sum=Sum("spent_fen"))["sum"] or 0
    terms = SubscriptionTerm.objects.filter(fund=fund).aggregate(
        bound=Sum("amount_fen", filter=_TERM_IS_BOUND), spent=Sum("spent_fen")
    )
    return Standing(fund.budget_fen, bound + (terms["bound"] or 0), spent + (terms["spent"] or 0))


def _sum_over(rows: QuerySet[OrderLine] | QuerySet[SubscriptionTerm], expression: object) -> Coalesce:
    of_fund = rows.filter(fund=OuterRef("pk")).order_by().values("fund")
    summed = of_fund.annotate(sum=Sum(expression, output_field=BigIntegerField())).values("sum")
    return Coalesce(Subquery(summed), 0, output_field=BigIntegerField())


def funds_visible_to(staff: Staff) -> QuerySet[Fund]:
    """Return the funds of one's libraries with what is bound (``committed_fen``) and spent (``spent_fen``)."""
    rows = Fund.objects.filter(library__in=access.libraries_of(staff, VIEW_ORDER)).select_related("library")
    return rows.annotate(
        committed_fen=_sum_over(OrderLine.objects.filter(order__state__in=BINDING), _BOUND)
        + _sum_over(SubscriptionTerm.objects.filter(_TERM_IS_BOUND), F("amount_fen")),
        spent_fen=_sum_over(OrderLine.objects.all(), F("spent_fen"))
        + _sum_over(SubscriptionTerm.objects.all(), F("spent_fen")),
    )


def left_of(fund: Fund) -> int:
    """Return what is left of a fund that ``funds_visible_to`` gave."""
    committed, spent = getattr(fund, "committed_fen", 0), getattr(fund, "spent_fen", 0)
    return fund.budget_fen - int(committed) - int(spent)


def funds_for(suggestion: Suggestion, staff: Staff) -> list[Fund]:
    """Return this year's money that may pay for a suggestion: its department's, or else what is no department's."""
    rows = funds_visible_to(staff).filter(is_of_this_year(), active=True, library=suggestion.library_id)
    theirs = list(rows.filter(department=suggestion.department)) if suggestion.department else []
    return theirs or list(rows.filter(department=""))


def is_of_this_year() -> Q:
    """Return the condition of a fund of the current year."""
    return Q(year=clock.today().year)


def vendors_visible_to(staff: Staff) -> QuerySet[Vendor]:
    """Return the vendors: everyone's who may see orders at all."""
    return Vendor.objects.all() if access.may_anywhere(staff, VIEW_ORDER) else Vendor.objects.none()


def orders_visible_to(staff: Staff) -> QuerySet[PurchaseOrder]:
    """Return the orders of one's libraries, each with its copies and money."""
    rows = PurchaseOrder.objects.filter(library__in=access.libraries_of(staff, VIEW_ORDER))
    worth = Sum(F("lines__price_fen") * (F("lines__copies") - F("lines__cancelled")))
    return rows.select_related("library", "vendor").annotate(
        ordered=Coalesce(Sum("lines__copies"), 0),
        came=Coalesce(Sum("lines__received"), 0),
        amount=Coalesce(worth, 0, output_field=BigIntegerField()),
    )


def lines_visible_to(staff: Staff) -> QuerySet[OrderLine]:
    """Return the lines of the orders of one's libraries."""
    rows = OrderLine.objects.filter(order__library__in=access.libraries_of(staff, VIEW_ORDER))
    return rows.select_related("order__vendor", "library", "fund")


def accessions_visible_to(staff: Staff) -> QuerySet[Accession]:
    """Return what the orders of one's libraries, or one's libraries themselves, took in."""
    mine = access.libraries_of(staff, VIEW_ORDER)
    rows = Accession.objects.filter(Q(library__in=mine) | Q(line__order__library__in=mine))
    return rows.select_related("library", "line__order")


def invoices_visible_to(staff: Staff) -> QuerySet[Invoice]:
    """Return the invoices of the orders of one's libraries."""
    rows = Invoice.objects.filter(order__library__in=access.libraries_of(staff, VIEW_ORDER))
    return rows.select_related("vendor", "order", "by__user")


def is_reversed() -> Q:
    """Return the condition of what was taken back."""
    return Q(reversed_at__isnull=False)


def is_outstanding() -> Q:
    """Return the condition of a line of which copies are still to come."""
    at_work = Q(order__state__in=(OrderState.PLACED, OrderState.PARTLY))
    return at_work & Q(copies__gt=F("received") + F("cancelled"))


def copies_there(line: OrderLine) -> int:
    """Return how many copies of a line's work its library has or awaits by other orders."""
    if line.isbn:
        same = Q(holding__record__isbns__overlap=sorted(standard_numbers(line.isbn)))
    elif line.record_id:
        same = Q(holding__record=line.record_id)
    else:
        return 0
    held = Item.objects.filter(same, library=line.library_id).exclude(condition__in=GONE).count()
    works = Q(isbn=line.isbn) if line.isbn else Q(record=line.record_id)
    others = OrderLine.objects.filter(is_outstanding(), works, library=line.library_id).exclude(pk=line.pk)
    waiting = others.aggregate(sum=Sum(F("copies") - F("received") - F("cancelled")))["sum"] or 0
    return held + waiting


# -- serials ------------------------------------------------------------------------------------------


def subscriptions_visible_to(staff: Staff) -> QuerySet[Subscription]:
    """Return the subscriptions of one's libraries."""
    rows = Subscription.objects.filter(library__in=access.libraries_of(staff, VIEW_ORDER))
    return rows.select_related("library", "vendor")


def issues_visible_to(staff: Staff) -> QuerySet[Issue]:
    """Return the issues of the subscriptions of one's libraries, each with how often it was claimed."""
    return (
        _issues_of_libraries_of(staff)
        .select_related("subscription__library")
        .annotate(claim_count=Count("claims"))
    )


def number_late(staff: Staff) -> int:
    """Return how many issues of one's libraries are late."""
    return _issues_of_libraries_of(staff).filter(is_late()).count()


def _issues_of_libraries_of(staff: Staff) -> QuerySet[Issue]:
    return Issue.objects.filter(subscription__library__in=access.libraries_of(staff, VIEW_ORDER))


def claims_visible_to(staff: Staff) -> QuerySet[Claim]:
    """Return the letters about issues of one's libraries."""
    rows = Claim.objects.filter(issue__subscription__library__in=access.libraries_of(staff, VIEW_ORDER))
    return rows.select_related("issue__subscription__vendor", "by__user")


def is_not_mailed() -> Q:
    """Return the condition of a letter that somebody has to send another way."""
    return ~Q(why_not="")


def terms_visible_to(staff: Staff) -> QuerySet[SubscriptionTerm]:
    """Return the money of the subscriptions of one's libraries."""
    rows = SubscriptionTerm.objects.filter(subscription__library__in=access.libraries_of(staff, VIEW_ORDER))
    return rows.select_related("subscription__vendor", "fund")


def is_unpaid() -> Q:
    """Return the condition of a term whose money is bound and not yet spent."""
    return _TERM_IS_BOUND


def is_late() -> Q:
    """Return the condition of an issue that should have come longer ago than its vendor is given."""
    days_late = ExpressionWrapper(
        Value(clock.today()) - F("subscription__grace_days"), output_field=DateField()
    )
    return Q(state=IssueState.EXPECTED, expected_on__lt=days_late)
