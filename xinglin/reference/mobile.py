"""The client's pages: commission, agree, follow, fetch the report; and the page on which anybody verifies one."""

import hashlib
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.mobile.registry import MyEntry, Tile, add_my_entry, add_tile, page
from xinglin.patrons.mobile import patron_of
from xinglin.patrons.models import Patron
from xinglin.reference import queries, services
from xinglin.reference.console.forms import EntryForm, entry_form
from xinglin.reference.errors import OrderUnknown
from xinglin.reference.lifecycle import MOVES, State
from xinglin.reference.models import Order, OrderKind, Purpose
from xinglin.reference.serving import contract_of, file_of

LARGEST_CHECKED = 30 * 1024 * 1024

add_tile(
    Tile(
        gettext_lazy("查新查引"),
        icon="file-certificate",
        url="mobile:orders",
        order=62,
        note=gettext_lazy("立项、报奖、评审"),
    )
)
add_my_entry(MyEntry(gettext_lazy("我的查新查引"), icon="file-certificate", url="mobile:orders", order=55))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("说明"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class CheckForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("要核对的 PDF"))


def offered_to_client(order: Order) -> set[str]:
    """Return the deeds that the client may do now, by the lifecycle table."""
    return {deed for (state, deed), (_to, hand) in MOVES.items() if state == order.state and "client" in hand}


@page("orders/", name="orders", title=gettext_lazy("查新查引"), tab="me", needs_identity=True)
def orders(request: HttpRequest) -> HttpResponse:
    """List the reader's orders, and begin a new one."""
    mine = list(queries.orders_of(patron_of(request))[:100])
    return render(request, "reference/mobile/orders.html", {"orders": mine, "kinds": OrderKind.choices})


def _with_agency(form: EntryForm, patron: Patron) -> EntryForm:
    rows = queries.agencies()
    at_home = rows.filter(pk=patron.home_library_id).first() or rows.first()
    chosen = forms.ModelChoiceField(
        label=gettext_lazy("受理馆"),
        queryset=rows,
        initial=at_home,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    form.fields = {"library": chosen, **form.fields}
    return form


@page(
    "orders/new/<slug:kind>/", name="order.new", title=gettext_lazy("新的委托"), tab="me", needs_identity=True
)
def new_order(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for everything that an order needs; keep it as a draft, or hand it in."""
    if kind not in OrderKind.values:
        raise OrderUnknown(_("没有这种委托；请从“查新查引”里选择。"))
    patron, wanted = patron_of(request), OrderKind(kind)
    known = {"client_unit": patron.department, "client_phone": patron.phone, "client_email": patron.email}
    purpose = {"purpose": Purpose.PROPOSAL if wanted == OrderKind.NOVELTY else Purpose.PROMOTION}
    form = _with_agency(entry_form(wanted)(request.POST or None, initial=known | purpose), patron)
    if request.method == "POST" and form.is_valid():
        said = form.entry()
        library: Library = said.pop("library")
        try:
            order = services.draft(kind=wanted, library=library, patron=patron, **said)
            return _after_saving(request, order, patron)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    taken = queries.agencies().exists()
    return render(request, "reference/mobile/order_form.html", {"form": form, "kind": wanted, "taken": taken})


@page(
    "orders/<int:pk>/edit/", name="order.edit", title=gettext_lazy("修改委托"), tab="me", needs_identity=True
)
def edit_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or one that came back."""
    patron = patron_of(request)
    order = queries.order_of(patron, pk)
    kind = OrderKind(order.kind)
    started = {
        name: getattr(order, name) for name in entry_form(kind).base_fields if hasattr(order, name)
    } | {
        "points": "\n".join(order.points),
        "keywords": "；".join(order.keywords),
        "members": "；".join(order.members),
    }
    form = entry_form(kind)(request.POST or None, initial=started)
    if request.method == "POST" and form.is_valid():
        try:
            services.amend(order=order, patron=patron, **form.entry())
            return _after_saving(request, order, patron)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "reference/mobile/order_form.html",
        {"form": form, "kind": kind, "order": order, "taken": True},
    )


def _after_saving(request: HttpRequest, order: Order, patron: Patron) -> HttpResponse:
    """Hand the order in where that was asked; what is still missing is told and the draft is kept."""
    if "submit" in request.POST:
        try:
            services.submit(order=order, patron=patron)
        except Refusal as refusal:
            messages.warning(request, _("草稿已保存。%(why)s") % {"why": refusal})
            return redirect("mobile:order.edit", pk=order.pk)
        messages.success(
            request, _("已提交，编号 %(number)s。馆员报价后请您确认。") % {"number": order.number}
        )
    else:
        messages.success(request, _("草稿已保存。"))
    return redirect("mobile:order", pk=order.pk)


@page("orders/<int:pk>/", name="order", title=gettext_lazy("委托详情"), tab="me", needs_identity=True)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where an order stands, and what its client may do now."""
    shown = queries.order_of(patron_of(request), pk)
    context = {
        "order": shown,
        "may": offered_to_client(shown),
        "reports": shown.reports.all(),
        "remarks": shown.remarks.all()[:20],
        "counts": queries.citations_of(shown) if shown.state in (State.ISSUED, State.ARCHIVED) else [],
        "form": ReasonForm(),
    }
    return render(request, "reference/mobile/order.html", context)


@page("orders/<int:pk>/do/", name="order.do", title=gettext_lazy("委托"), tab="me", needs_identity=True)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the client asked: agree, withdraw, dispute."""
    patron = patron_of(request)
    mine, deed, reason = (
        queries.order_of(patron, pk),
        request.POST.get("deed", ""),
        request.POST.get("reason", ""),
    )
    if deed == "agree":
        services.agree(order=mine, patron=patron)
        messages.success(request, _("已确认，合同生效。"))
    elif deed == "withdraw_order":
        services.withdraw(order=mine, patron=patron, reason=reason)
        messages.success(request, _("已撤销。"))
    elif deed == "dispute":
        services.dispute(order=mine, patron=patron, reason=reason)
        messages.success(request, _("已收到，馆员会答复您。"))
    else:
        raise OrderUnknown(_("没有这项操作；请从委托的页面上选择。"))
    return redirect("mobile:order", pk=pk)


@page(
    "orders/<int:pk>/report/<slug:form>/",
    name="order.report",
    title=gettext_lazy("报告"),
    tab="me",
    needs_identity=True,
)
def report(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Hand the valid report to its client."""
    valid = queries.order_of(patron_of(request), pk).reports.filter(replaced_at=None).first()
    if valid is None:
        raise OrderUnknown(_("这份委托还没有有效的报告。"))
    return cast(HttpResponse, file_of(valid, form))


@page(
    "orders/<int:pk>/contract/",
    name="order.contract",
    title=gettext_lazy("合同"),
    tab="me",
    needs_identity=True,
)
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the contract to its client, before it is agreed to and afterwards."""
    return contract_of(queries.order_of(patron_of(request), pk))


@page("verify/", name="verify", title=gettext_lazy("核对报告"))
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a verification code."""
    code = request.GET.get("code", "").strip()
    if code:
        return redirect(
            "mobile:verify.report", code="".join(each for each in code if each.isalnum())[:40] or "-"
        )
    return render(request, "reference/mobile/verify.html", {})


@page("verify/<str:code>/", name="verify.report", title=gettext_lazy("核对报告"))
def verify_report(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whether a report is ours and valid, and compare a file with the one that was issued.

    The title and the client are shown to whoever holds the code: they hold the report.
    """
    found, same = queries.report_by_code(code), None
    if request.method == "POST" and (sent := request.FILES.get("file")):
        if (sent.size or 0) > LARGEST_CHECKED:
            messages.warning(request, _("文件超过 30 MB，不是我们出具的报告。"))
        else:
            digest = hashlib.sha256()
            for piece in sent.chunks():
                digest.update(piece)
            same = digest.hexdigest() == found.sha256
    return render(request, "reference/mobile/verified.html", {"report": found, "same": same})
