"""我的荐购: what became of a reader's wishes, and joining those of others."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.lifecycle import OPEN_TO_DECISION
from xinglin.acquisitions.mobile.suggesting import told
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons.mobile import patron_of

add_my_entry(MyEntry(gettext_lazy("我的荐购"), icon="shopping-cart", url="mobile:suggestions", order=57))


@page("suggestions/", name="suggestions", title=gettext_lazy("我的荐购"), tab="me", needs_identity=True)
def suggestions(request: HttpRequest) -> HttpResponse:
    """List a reader's wishes, and what others of the library wish."""
    patron = patron_of(request)
    context = {
        "mine": list(queries.suggestions_of(patron)[:100]),
        "popular": list(queries.others_wish(patron)[:20]),
    }
    return render(request, "acquisitions/mobile/suggestions.html", context)


@page(
    "suggestions/<int:pk>/", name="suggestion", title=gettext_lazy("荐购详情"), tab="me", needs_identity=True
)
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a wish stands and why."""
    shown = queries.suggestion_of(patron_of(request), pk)
    context = {
        "suggestion": shown,
        "votes": shown.votes.count(),
        "may_withdraw": shown.state in OPEN_TO_DECISION,
    }
    return render(request, "acquisitions/mobile/suggestion.html", context)


@page(
    "suggestions/<int:pk>/vote/",
    name="suggestion.vote",
    title=gettext_lazy("荐购"),
    tab="me",
    needs_identity=True,
)
@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Join another reader's wish."""
    patron = patron_of(request)
    made = services.vote(suggestion=queries.suggestion_by_pk(patron, pk), patron=patron)
    messages.success(request, told(made))
    return redirect("mobile:suggestions")


@page(
    "suggestions/<int:pk>/withdraw/",
    name="suggestion.withdraw",
    title=gettext_lazy("撤回荐购"),
    tab="me",
    needs_identity=True,
)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wish back."""
    patron = patron_of(request)
    services.withdraw(suggestion=queries.suggestion_of(patron, pk), patron=patron)
    messages.success(request, _("已撤回。"))
    return redirect("mobile:suggestions")
