"""The reader's pages: reserve a title, see and cancel one's holds."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.catalog.mobile import RecordAction, add_record_action
from xinglin.catalog.models import Item, Record
from xinglin.catalog.queries import record_by_id
from xinglin.circulation import queries, services
from xinglin.circulation.mobile.readers import reader_of
from xinglin.circulation.models import Hold, HoldSource
from xinglin.circulation.rules import Case
from xinglin.circulation.status import Status, statuses_of
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons.models import Patron
from xinglin.wechat.links import patron_of


def _open_holds(request: HttpRequest) -> int | None:
    patron = patron_of(request)
    return queries.open_holds_of(patron).count() if patron else None


add_my_entry(
    MyEntry(gettext_lazy("我的预约"), icon="bookmark", url="mobile:holds", order=20, badge=_open_holds)
)


@add_record_action
def reserve_action(request: HttpRequest, record: Record) -> RecordAction | None:
    """Offer 「预约」 on a record page, where any copy can ever be lent."""
    if not queries.lendable_items(record).exists():
        return None
    waiting = queries.queue_of(record).count()
    note = _("%(waiting)d 人在等") % {"waiting": waiting} if waiting else ""
    return RecordAction(_("预约"), reverse("mobile:hold.place", args=[record.pk]), note)


class PlaceHold(forms.Form):
    """Where the reader wants to fetch the copy."""

    pickup_library = forms.ModelChoiceField(
        label=gettext_lazy("取书馆"),
        queryset=Library.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    copy = forms.ChoiceField(
        label=gettext_lazy("要哪一册"),
        required=False,
        help_text=gettext_lazy("哪一册都行时到得最快；多卷书请选卷册。"),
    )
    not_before = forms.DateField(
        label=gettext_lazy("这一天以后才要（可不填）"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ChangePickup(forms.Form):
    """Where the reader rather fetches the copy."""

    pickup_library = forms.ModelChoiceField(
        label=gettext_lazy("取书馆"),
        queryset=Library.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )


def _form(
    patron: Patron,
    data: object = None,
    *,
    chosen: int | None = None,
    copies: Sequence[tuple[Item, Status]] = (),
) -> PlaceHold | ChangePickup:
    """Return the form of a new hold, with its copies to choose from, or that of another place to fetch it."""
    kind = PlaceHold if copies else ChangePickup
    form = kind(data, initial={"pickup_library": chosen or patron.home_library_id})  # type: ignore[arg-type]
    if copies:
        copy = form.fields["copy"]
        assert isinstance(copy, forms.ChoiceField)  # noqa: S101 (declared so above)
        copy.choices = [("", _("哪一册都行")), *((str(item.pk), _words(item)) for item, _status in copies)]
    field = form.fields["pickup_library"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
    field.queryset = public_libraries()
    return form


@page(
    "record/<int:pk>/hold/", name="hold.place", title=gettext_lazy("预约"), tab="search", needs_identity=True
)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask where to fetch the title, and put the reader in its queue."""
    patron, record = reader_of(request), record_by_id(pk)
    copies = _copies(record)
    form = _form(patron, request.POST or None, copies=copies)
    if request.method == "POST" and form.is_valid():
        library = form.cleaned_data["pickup_library"]
        try:
            hold = services.place(
                patron=patron,
                record=record,
                pickup_library=library,
                source=HoldSource.H5,
                wanted_item=_wanted(copies, form.cleaned_data.get("copy", "")),
                not_before=form.cleaned_data.get("not_before"),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("已预约《%(title)s》，排在第 %(position)d 位；到馆后会通知您到%(library)s取书。")
            messages.success(
                request, said % {"title": record.title, "position": hold.position, "library": library.label}
            )
            return redirect("mobile:holds")
    context = {
        "form": form,
        "record": record,
        "waiting": queries.queue_of(record).count(),
        "copies": copies,
        "shelf_days": queries.terms_for(
            Case(patron.home_library, patron.home_library, patron.category, "")
        ).terms.shelf_days,
    }
    return render(request, "circulation/mobile/place.html", context)


def _wanted(copies: Sequence[tuple[Item, Status]], chosen: str) -> Item | None:
    return next((item for item, _status in copies if str(item.pk) == chosen), None)


def _words(item: Item) -> str:
    """Return what a reader knows a copy by: its library, volume and barcode."""
    return " · ".join(part for part in (item.library.label, item.volume, item.barcode) if part)


def _copies(record: Record) -> list[tuple[Item, Status]]:
    """Return the copies that may serve, each with its one status: a reader sees when one is due back."""
    items = list(queries.lendable_items(record).select_related("library").order_by("library__code", "pk"))
    statuses = statuses_of(items)
    return [(item, statuses[item.pk]) for item in items]


@page("holds/", name="holds", title=gettext_lazy("我的预约"), tab="me", needs_identity=True)
def holds(request: HttpRequest) -> HttpResponse:
    """Show the reader's open holds, and the latest closed ones."""
    patron = reader_of(request)
    closed = Hold.objects.filter(patron=patron, closed_at__isnull=False).select_related(
        "record", "pickup_library"
    )
    context = {"open": queries.open_holds_of(patron), "closed": closed.order_by("-closed_at")[:10]}
    return render(request, "circulation/mobile/holds.html", context)


@page(
    "holds/<int:pk>/pickup/",
    name="hold.pickup",
    title=gettext_lazy("换取书馆"),
    tab="me",
    needs_identity=True,
)
def change_pickup(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the reader fetch a waiting hold somewhere else; another reader's is not found."""
    patron = reader_of(request)
    hold = get_object_or_404(Hold.objects.select_related("record", "pickup_library"), pk=pk, patron=patron)
    form = _form(patron, request.POST or None, chosen=hold.pickup_library_id)
    if request.method == "POST" and form.is_valid():
        try:
            hold = services.change_pickup(hold=hold, pickup_library=form.cleaned_data["pickup_library"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("到馆后到%(library)s取书。") % {"library": hold.pickup_library.label})
            return redirect("mobile:holds")
    return render(request, "circulation/mobile/pickup.html", {"form": form, "hold": hold})


@page(
    "holds/<int:pk>/cancel/",
    name="hold.cancel",
    title=gettext_lazy("取消预约"),
    tab="me",
    needs_identity=True,
)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a hold of one's own; another reader's is not found."""
    hold = get_object_or_404(Hold.objects.select_related("record"), pk=pk, patron=reader_of(request))
    services.cancel(hold=hold)
    messages.success(request, _("已取消《%(title)s》的预约。") % {"title": hold.record.title})
    return redirect("mobile:holds")


@page(
    "holds/<int:pk>/pause/",
    name="hold.pause",
    title=gettext_lazy("暂停预约"),
    tab="me",
    needs_identity=True,
)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a hold of one's own be passed over for some days, or take its turn again."""
    hold = get_object_or_404(Hold.objects.select_related("record"), pk=pk, patron=reader_of(request))
    days = request.POST.get("days", "")
    until = clock.today() + timedelta(days=int(days)) if days in ("7", "14", "30") else None
    hold = services.pause(hold=hold, until=until)
    said = _("《%(title)s》暂停到 %(day)s，排队位置不变。") if until else _("《%(title)s》已恢复排队。")
    messages.success(request, said % {"title": hold.record.title, "day": hold.not_before})
    return redirect("mobile:holds")
