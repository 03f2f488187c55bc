"""What is read of rules and of money: by which terms, and what is owed and was paid."""

from django.db.models import Q, QuerySet

from xinglin.circulation.lifecycle import FeeState
from xinglin.circulation.models import (
    Amnesty,
    CirculationRule,
    Fee,
    FloatingRule,
    Payment,
    Suspension,
)
from xinglin.circulation.rules import Case, Match, best_of
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron


def rules_in_force() -> QuerySet[CirculationRule]:
    """Return the rules that hold today; there are few, and all are read at once."""
    return CirculationRule.objects.filter(retired_at=None).select_related(
        "library", "home_library", "category"
    )


def terms_for(case: Case) -> Match:
    """Return the terms that hold for a case today, and by which rule; only rules that fit are read."""
    fitting = rules_in_force().filter(
        Q(library=None) | Q(library=case.library),
        Q(home_library=None) | Q(home_library=case.home_library),
        Q(category=None) | Q(category=case.category),
        item_type__in=("", case.item_type),
    )
    return best_of(fitting.select_related(None).order_by())


def rules_visible_to(staff: Staff) -> QuerySet[CirculationRule]:
    """Return all rules, retired ones too: on what terms the others lend is no secret."""
    if not access.may_anywhere(staff, "circulation.view_rule"):
        return CirculationRule.objects.none()
    return CirculationRule.objects.select_related("library", "home_library", "category", "made_by__user")


def amnesties_visible_to(staff: Staff) -> QuerySet[Amnesty]:
    """Return the days without charges of all libraries: a reader at any desk may ask about them."""
    if not access.may_anywhere(staff, "circulation.view_rule"):
        return Amnesty.objects.none()
    return Amnesty.objects.select_related("library", "made_by__user")


def floating_rules_visible_to(staff: Staff) -> QuerySet[FloatingRule]:
    """Return by which rules copies stay where they are brought back: no secret, as the rules of lending are none."""
    if not access.may_anywhere(staff, "circulation.view_rule"):
        return FloatingRule.objects.none()
    return FloatingRule.objects.select_related("owner", "stays_in", "made_by__user")


def floating_rule_for(owner: Library, library: Library, item_type: str) -> FloatingRule | None:
    """Return a rule by which a copy of a kind and an owner stays in a library; any one is enough."""
    return FloatingRule.objects.filter(
        Q(owner=None) | Q(owner=owner),
        Q(stays_in=None) | Q(stays_in=library),
        item_type__in=("", item_type),
        retired_at=None,
    ).first()


def fees_visible_to(staff: Staff) -> QuerySet[Fee]:
    """Return the fees of a library of this librarian, and those of its own readers elsewhere.

    What a reader owes a third library is not seen (dp2 issue 941, case 12.5).
    """
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Fee.objects.filter(
        Q(library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("patron", "library", "item__holding__record", "loan")


def payments_visible_to(staff: Staff) -> QuerySet[Payment]:
    """Return what was taken in a library of this librarian, and elsewhere for it."""
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Payment.objects.filter(Q(library__in=libraries) | Q(fee__library__in=libraries)).select_related(
        "library", "fee__library", "fee__item__holding__record", "by__user"
    )


def open_fees_of(patron: Patron) -> QuerySet[Fee]:
    """Return what a reader owes."""
    return Fee.objects.filter(patron=patron, state=FeeState.OPEN).select_related(
        "library", "item__holding__record"
    )


def suspensions_visible_to(staff: Staff) -> QuerySet[Suspension]:
    """Return the suspensions of a library of this librarian, and of its own readers."""
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Suspension.objects.filter(
        Q(library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("patron", "library", "loan__item__holding__record")
