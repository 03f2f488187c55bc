"""Applying for an electronic title on the phone."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.delivery import queries, services
from xinglin.delivery.mobile.readers import reader_of
from xinglin.delivery.models import AccessRequest
from xinglin.eresources.models import Database
from xinglin.eresources.queries import databases_for
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons.models import Patron

add_my_entry(MyEntry(gettext_lazy("数据库访问申请"), icon="key", url="mobile:delivery.access", order=35))


class AccessForm(forms.Form):
    database = forms.ModelChoiceField(
        label=gettext_lazy("数据库"), queryset=Database.objects.none(), empty_label=gettext_lazy("请选择")
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(
        label=gettext_lazy("希望用到"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@page(
    "delivery/access/",
    name="delivery.access",
    title=gettext_lazy("数据库访问申请"),
    tab="me",
    needs_identity=True,
)
def access(request: HttpRequest) -> HttpResponse:
    """Show a reader's applications, and take a new one for what their library does not have."""
    patron = reader_of(request)
    form = AccessForm(request.POST or None)
    field = form.fields["database"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
    field.queryset = _wanting(patron)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = services.ask_for_access(
                patron=patron, database=given["database"], purpose=given["purpose"], until=given["until"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("已申请《%(name)s》，%(when)s 前答复。")
            when = f"{clock.local(asked.decide_by):%m-%d %H:%M}"
            messages.success(request, said % {"name": asked.database.name, "when": when})
            return redirect("mobile:delivery.access")
    rows = queries.access_requests_of(patron)[:30]
    return render(request, "delivery/mobile/access.html", {"form": form, "rows": rows})


@page(
    "delivery/access/<int:pk>/cancel/",
    name="delivery.access_cancel",
    title=gettext_lazy("取消申请"),
    tab="me",
    needs_identity=True,
)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up an application of one's own."""
    if request.method == "POST":
        services.cancel_access(access_request=AccessRequest(pk=pk), patron=reader_of(request))
        messages.success(request, _("已取消申请。"))
    return redirect("mobile:delivery.access")


def _wanting(patron: Patron) -> QuerySet[Database]:
    mine = databases_for(patron.home_library).values("pk")
    return databases_for(None).exclude(pk__in=mine)
