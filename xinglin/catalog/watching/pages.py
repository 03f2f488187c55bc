"""Readers' pages of kept searches: keep one, see what is new in each, stop or drop."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.asking import Asked
from xinglin.catalog.mobile_parts import SearchTool, search_tools
from xinglin.catalog.watching import services
from xinglin.catalog.watching.models import SavedSearch
from xinglin.catalog.watching.naming import name_of
from xinglin.commons.numbers import whole
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.patrons.models import Patron
from xinglin.wechat.links import patron_of

search_tools.append(SearchTool(gettext_lazy("保存并订阅"), "mobile:search_save"))


def _kept(request: HttpRequest) -> int | None:
    patron = patron_of(request)
    return SavedSearch.objects.filter(patron=patron).count() or None if patron else None


add_my_entry(
    MyEntry(gettext_lazy("我的检索与新书订阅"), icon="bell", url="mobile:searches", order=40, badge=_kept)
)


@dataclass(frozen=True)
class Shown:
    """A kept search with the address that asks it again."""

    kept: SavedSearch
    url: str


@page("searches/", name="searches", title=gettext_lazy("我的检索与新书订阅"), tab="me", needs_identity=True)
def searches(request: HttpRequest) -> HttpResponse:
    """List what the reader keeps; a button drops one or turns its notice on and off."""
    patron = _reader(request)
    if request.method == "POST":
        _change(request, patron)
        return redirect("mobile:searches")
    path = reverse("mobile:search")
    shown = [
        Shown(kept, Asked.read({**kept.values, "sort": "newest"}).url(path))
        for kept in SavedSearch.objects.filter(patron=patron)
    ]
    return render(request, "catalog/mobile/searches.html", {"shown": shown, "most": services.MOST})


def _change(request: HttpRequest, patron: Patron) -> None:
    number, deed = request.POST.get("search", ""), request.POST.get("deed", "")
    pk = whole(number) or 0
    if deed == "drop":
        services.drop_search(patron=patron, pk=pk)
        messages.success(request, _("已删除。"))
    elif deed in ("watch", "stop"):
        kept = services.watch(patron=patron, pk=pk, is_watched=deed == "watch")
        said = _("有新书时会告诉您。") if kept.is_watched else _("不再提醒。")
        messages.success(request, said)


@page("searches/save/", name="search_save", title=gettext_lazy("保存检索"), tab="search", needs_identity=True)
def save(request: HttpRequest) -> HttpResponse:
    """Ask for a name, and keep the search of the address."""
    asked = Asked.read(request.GET.dict())
    if request.method == "POST":
        services.save_search(
            patron=_reader(request),
            asked=asked,
            name=request.POST.get("name", ""),
            is_watched=request.POST.get("watch") == "1",
        )
        messages.success(request, _("已保存。"))
        return redirect("mobile:searches")
    context = {"asked": asked, "name": name_of(asked), "back": asked.url(reverse("mobile:search"))}
    return render(request, "catalog/mobile/search_save.html", context)


def _reader(request: HttpRequest) -> Patron:
    patron = patron_of(request)
    if patron is None:
        raise LookupError("the page needs an identity, and the shell let nobody in")
    return patron
