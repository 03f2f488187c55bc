"""The reader's loans: what is due when, renewing one or all, and the history of who wants one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.circulation import blocks, errors, queries, services
from xinglin.circulation.mobile.readers import reader_of
from xinglin.circulation.models import Loan
from xinglin.circulation.ties import Standing, standing_of
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.queries import has_consented
from xinglin.wechat.links import patron_of


@dataclass(frozen=True)
class Shown:
    """A loan as its reader sees it: how many days are left, and why it cannot be renewed, if so."""

    loan: Loan
    days_left: int
    why_not: str


def _open_loans(request: HttpRequest) -> int | None:
    patron = patron_of(request)
    return queries.open_loans_of(patron).count() if patron else None


add_my_entry(
    MyEntry(gettext_lazy("我的借阅"), icon="book-2", url="mobile:loans", order=10, badge=_open_loans)
)


@page("loans/", name="loans", title=gettext_lazy("我的借阅"), tab="me", needs_identity=True)
def loans(request: HttpRequest) -> HttpResponse:
    """Show what the reader has in hand, what they owe, and what stands against borrowing more."""
    patron = reader_of(request)
    standing = standing_of(patron)
    open_loans = list(queries.open_loans_of(patron))
    wanted = queries.wanted_among(loan.item.holding.record_id for loan in open_loans)
    shown = [
        Shown(
            loan,
            (clock.local(loan.due_at).date() - clock.today()).days,
            _why_not(loan, patron, standing, is_wanted=loan.item.holding.record_id in wanted),
        )
        for loan in open_loans
    ]
    context = {
        "shown": shown,
        "may_renew": any(not loan.why_not for loan in shown),
        "fees": queries.open_fees_of(patron),
        "owed_fen": standing.owed_fen,
        "standing": [str(block) for block in blocks.of_standing(patron, standing)],
    }
    return render(request, "circulation/mobile/loans.html", context)


def _why_not(loan: Loan, patron: Patron, standing: Standing, *, is_wanted: bool) -> str:
    found = blocks.of_renewal(loan, patron, standing, is_wanted=is_wanted)
    return next((str(block) for block in found), "")


@page("loans/renew/", name="loans.renew", title=gettext_lazy("续借"), tab="me", needs_identity=True)
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Renew one loan of one's own, or all; what cannot be renewed says why, loan by loan."""
    patron = reader_of(request)
    wanted = request.POST.get("loan", "")
    chosen = list(queries.open_loans_of(patron))
    if wanted != "all":
        chosen = [loan for loan in chosen if str(loan.pk) == wanted]
    if not chosen:
        raise errors.LoanUnknown(_("没有这次借阅，可能已经归还；请刷新后再看。"))
    for outcome in services.renew_all(loans=chosen):
        _say(request, outcome.loan, outcome.refusal)
    return redirect("mobile:loans")


def _say(request: HttpRequest, loan: Loan, refusal: Refusal | None) -> None:
    facts = {"title": loan.item.holding.record.title, "day": f"{clock.local(loan.due_at):%Y-%m-%d}"}
    if refusal is None:
        messages.success(request, _("《%(title)s》已续借到 %(day)s。") % facts)
    else:
        messages.warning(request, _("《%(title)s》未续借：%(why)s") % {**facts, "why": refusal})


@page("loans/past/", name="loans.past", title=gettext_lazy("借阅历史"), tab="me", needs_identity=True)
def past(request: HttpRequest) -> HttpResponse:
    """Show what was borrowed before, to who agreed that it be kept."""
    patron = reader_of(request)
    keeps = has_consented(patron, ConsentKind.LOAN_HISTORY)
    context = {"keeps": keeps, "page": paged(request, queries.past_loans_of(patron), size=20)}
    return render(request, "circulation/mobile/past_loans.html", context)
