"""Books that come to the reader: asking for one, and where the cart stops when."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import services
from xinglin.circulation.mobile.readers import reader_of
from xinglin.circulation.models import Bringing, CartRoute, CartStop, Hold
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.mobile.registry import Tile, add_tile, page


def _any_route(request: HttpRequest) -> bool:
    return CartRoute.objects.filter(active=True).exists()


add_tile(
    Tile(gettext_lazy("流动书车"), icon="shopping-cart", url="mobile:carts", order=46, shown_to=_any_route)
)


class BringForm(forms.Form):
    """Where to and when; the phone is only for whoever brings the book."""

    where = forms.ChoiceField(label=gettext_lazy("送到"), choices=Bringing.Where.choices)
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("科室写到楼、层、护士站；不要写病人信息。"),
    )
    stop = forms.ModelChoiceField(
        label=gettext_lazy("书车站点"),
        queryset=CartStop.objects.none(),
        required=False,
        empty_label=gettext_lazy("不用书车"),
    )
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30, required=False)
    wish = forms.CharField(label=gettext_lazy("时间要求"), max_length=80, required=False)


@page(
    "holds/<int:pk>/bring/", name="hold.bring", title=gettext_lazy("送书上门"), tab="me", needs_identity=True
)
def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a copy that waits on the hold shelf to be brought; another reader's is not found."""
    patron = reader_of(request)
    hold = get_object_or_404(Hold.objects.select_related("record", "pickup_library"), pk=pk, patron=patron)
    department = f"{patron.home_library.label} {patron.department}".strip()
    form = BringForm(request.POST or None, initial={"address": department, "phone": patron.phone})
    stop = form.fields["stop"]
    assert isinstance(stop, forms.ModelChoiceField)  # noqa: S101 (declared so above)
    stop.queryset = CartStop.objects.filter(
        route__library=hold.pickup_library_id, route__active=True
    ).select_related("route")
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_bring(hold=hold, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已请求送书，馆员出发时书由馆员带到，当面办理借书。"))
            return redirect("mobile:holds")
    return render(request, "circulation/mobile/bring.html", {"form": form, "hold": hold})


@page("carts/", name="carts", title=gettext_lazy("流动书车"), tab="search")
def carts(request: HttpRequest) -> HttpResponse:
    """Show where each cart stops and when it comes next."""
    today = clock.today()
    routes = CartRoute.objects.filter(active=True).select_related("library").prefetch_related("stops")
    shown = [
        (route, today + timedelta(days=(route.weekday - today.weekday()) % 7), list(route.stops.all()))
        for route in routes
    ]
    return render(request, "circulation/mobile/carts.html", {"routes": shown})
