"""What is read of reference work by more than one caller."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron
from xinglin.reference.authors import same_author, shares_author
from xinglin.reference.errors import OrderUnknown, ReportUnknown
from xinglin.reference.lifecycle import CLOSED, State
from xinglin.reference.models import (
    CitedArticle,
    Order,
    Qualification,
    Report,
    SelfCitationRule,
    Skill,
    Strategy,
)

VIEW = "reference.view_order"
MANAGE = "reference.manage_order"
SEARCH = "reference.search_order"
REVIEW = "reference.review_order"
QUALIFY = "reference.record_qualification"


def orders_visible_to(staff: Staff) -> QuerySet[Order]:
    """Return the orders of the libraries in which someone may see them; a client's draft is the client's."""
    return (
        Order.objects.filter(library__in=access.libraries_of(staff, VIEW))
        .exclude(state=State.DRAFT, submitted_at=None)
        .select_related("library", "searcher__user", "reviewer__user", "patron")
    )


def orders_of(patron: Patron) -> QuerySet[Order]:
    """Return a reader's own orders, the newest first."""
    return Order.objects.filter(patron=patron).select_related("library").order_by("-created_at")


def order_of(patron: Patron, pk: int) -> Order:
    """Return one of a reader's own orders. Raises ``OrderUnknown``, also for another reader's."""
    order = orders_of(patron).filter(pk=pk).first()
    if order is None:
        raise OrderUnknown(_("没有找到这份委托；请从“我的查新查引”里打开。"))
    return order


def matching(orders: QuerySet[Order], words: str) -> QuerySet[Order]:
    """Return the orders that hold every word in number, title, client or unit."""
    for word in words.split()[:6]:
        orders = orders.filter(
            Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(client_name__icontains=word)
            | Q(client_unit__icontains=word)
            | Q(contract_number__icontains=word)
        )
    return orders


def waiting_for(staff: Staff) -> QuerySet[Order]:
    """Return what waits for this person: new orders, their own searches, their own reviews."""
    mine = Q(searcher=staff, state__in=(State.SEARCHING, State.DRAFTING)) | Q(
        reviewer=staff, state=State.IN_REVIEW
    )
    if access.may_anywhere(staff, MANAGE):
        mine |= Q(
            library__in=access.libraries_of(staff, MANAGE),
            state__in=(State.SUBMITTED, State.ACCEPTED, State.DISPUTED),
        )
    return orders_visible_to(staff).filter(mine)


def is_late() -> Q:
    """Return the condition of an order whose promised day has passed without a report."""
    at_work = (State.ACCEPTED, State.SEARCHING, State.DRAFTING, State.IN_REVIEW)
    return Q(state__in=at_work, promised_on__lt=clock.today())


def open_orders(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return the orders that have not ended."""
    return orders.exclude(state__in=CLOSED)


def agencies() -> QuerySet[Library]:
    """Return the libraries that take orders: those where a searcher and a reviewer are qualified today."""
    today = clock.today()
    holds = Q(valid_until=None) | Q(valid_until__gte=today)
    able = Qualification.objects.filter(holds, staff__active=True)
    return Library.objects.filter(
        active=True,
        pk__in=able.filter(skill=Skill.SEARCHER).values("staff__library"),
    ).filter(pk__in=able.filter(skill=Skill.REVIEWER).values("staff__library"))


def qualified(skill: Skill, *, library: Library) -> QuerySet[Staff]:
    """Return who may do a kind of work for a library today."""
    holds = Q(valid_until=None) | Q(valid_until__gte=clock.today())
    able = Qualification.objects.filter(holds, skill=skill).values("staff")
    return Staff.objects.filter(pk__in=able, active=True, library=library).order_by("user__first_name", "pk")


def qualifications_visible_to(staff: Staff) -> QuerySet[Qualification]:
    """Return the recorded qualifications of the staff of one's libraries."""
    return Qualification.objects.filter(staff__library__in=access.libraries_of(staff, VIEW)).select_related(
        "staff", "staff__library"
    )


def strategies_that_hold(order: Order) -> QuerySet[Strategy]:
    """Return the searches of an order without those that a later row corrects."""
    return order.strategies.filter(replaced_by=None).select_related("by")


def report_by_code(code: str) -> Report:
    """Return an issued report by its verification code, however it was typed. Raises ``ReportUnknown``."""
    typed = "".join(each for each in code.upper() if each.isalnum())
    report = Report.objects.filter(verification_code=typed).select_related("order__library").first()
    if report is None:
        raise ReportUnknown(
            _("没有验证码为「%(code)s」的报告。请核对报告末页的验证码；仍查不到的，报告可能不是我们出具的。"),
            code=code[:40],
        )
    return report


@dataclass(frozen=True)
class Count:
    """How often one article is cited: in all, by its own authors, by others."""

    article: CitedArticle
    total: int
    by_self: int

    @property
    def by_others(self) -> int:
        return self.total - self.by_self


def citations_of(order: Order) -> list[Count]:
    """Return the citations of each of an order's articles, self-citations told apart by the order's rule."""
    counts = []
    for article in order.cited_articles.prefetch_related("citing"):
        citing = list(article.citing.all())
        own = sum(1 for each in citing if is_own(order, article, each.authors))
        counts.append(Count(article, len(citing), own))
    return counts


def is_own(order: Order, article: CitedArticle, citing_authors: list[str]) -> bool:
    """Whether a citation is a self-citation by the order's rule."""
    if order.self_rule == SelfCitationRule.CLIENT_ONLY:
        clients = order.members or [order.client_name]
        return any(same_author(client, author) for client in clients for author in citing_authors)
    return shares_author(article.authors, citing_authors)
