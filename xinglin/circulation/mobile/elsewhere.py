"""The reader's loans in a branch's own system, beside those here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.circulation import elsewhere
from xinglin.circulation.mobile.readers import reader_of
from xinglin.commons.errors import Refusal
from xinglin.consortium.queries import library_by_code
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.wechat.links import patron_of


def _has_some(request: HttpRequest) -> bool:
    patron = patron_of(request)
    return patron is not None and elsewhere.systems_for(patron).exists()


add_my_entry(
    MyEntry(
        gettext_lazy("本馆系统里的借阅"),
        icon="books",
        url="mobile:loans.elsewhere",
        order=12,
        shown_to=_has_some,
    )
)


@page(
    "loans/elsewhere/",
    name="loans.elsewhere",
    title=gettext_lazy("本馆系统里的借阅"),
    tab="me",
    needs_identity=True,
)
def loans_elsewhere(request: HttpRequest) -> HttpResponse:
    """Ask the branch's system what the reader has in hand there, and show what it says, or that it is silent."""
    shelves = elsewhere.shelves_of(reader_of(request))
    return render(request, "circulation/mobile/elsewhere.html", {"shelves": shelves})


@page(
    "loans/elsewhere/renew/",
    name="loans.elsewhere.renew",
    title=gettext_lazy("续借"),
    tab="me",
    needs_identity=True,
)
@require_POST
def renew_elsewhere(request: HttpRequest) -> HttpResponse:
    """Ask the branch's system to renew one loan, once; what it said is shown above the list."""
    patron = reader_of(request)
    library = library_by_code(request.POST.get("library", ""))
    try:
        renewed = elsewhere.renew_there(
            patron=patron, library=library, barcode=request.POST.get("barcode", "")[:60]
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("《%(title)s》已续借，%(due)s 前还。") % {"title": renewed.title, "due": renewed.due_text},
        )
    return redirect("mobile:loans.elsewhere")
