"""The reader's pages of inter-library loan: ask, see where it stands, renew, give up."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries
from xinglin.ill import queries, services
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Service, Wish
from xinglin.ill.services.asking import Asked
from xinglin.mobile.registry import MyEntry, Tile, add_my_entry, add_tile, page
from xinglin.patrons.models import Patron
from xinglin.wechat.links import patron_of

TONES = {
    Wanted.SEEKING: "waiting", Wanted.SENT: "waiting", Wanted.LOCATED: "active", Wanted.WILL_SUPPLY: "active",
    Wanted.CONDITION: "waiting", Wanted.RETRY: "waiting", Wanted.LOCAL: "active", Wanted.SHIPPED: "active",
    Wanted.RECEIVED: "good", Wanted.LENT: "good", Wanted.SENT_BACK: "quiet", Wanted.COMPLETED: "quiet",
    Wanted.CANCELLED: "quiet", Wanted.UNFILLED: "bad", Wanted.LOST: "bad",
}  # fmt: skip


def _open_wishes(request: HttpRequest) -> int | None:
    patron = patron_of(request)
    return queries.open_wishes_of(patron).count() if patron else None


add_tile(
    Tile(
        gettext_lazy("馆际互借"), icon="arrows-exchange", url="mobile:ill.ask", order=42,
        note=gettext_lazy("借外馆的书"),
    )
)  # fmt: skip
add_my_entry(
    MyEntry(gettext_lazy("我的互借"), icon="arrows-exchange", url="mobile:ill", order=32, badge=_open_wishes)
)


class AskForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("书名"), max_length=500)
    author = forms.CharField(label=gettext_lazy("作者"), max_length=300, required=False)
    isbn = forms.CharField(label="ISBN", max_length=20, required=False)
    year = forms.CharField(label=gettext_lazy("出版年"), max_length=20, required=False)
    library = forms.ModelChoiceField(
        label=gettext_lazy("取书馆"),
        queryset=Library.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    yuan = forms.DecimalField(
        label=gettext_lazy("愿付费用上限（元）"), min_value=0, decimal_places=2, max_digits=6, initial=0,
        help_text=gettext_lazy("0 只找免费的馆"),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("说明"), max_length=400, required=False)


def _reader(request: HttpRequest) -> Patron:
    patron = patron_of(request)
    if patron is None:
        raise NotAllowed(_("请先绑定读者证，再使用馆际互借。"))
    return patron


@page("ill/", name="ill", title=gettext_lazy("我的互借"), tab="me", needs_identity=True)
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the reader asked for, what is open first."""
    rows = list(queries.wishes_of(_reader(request))[:40])
    rows.sort(key=lambda row: not row.is_open)
    shown = [(row, TONES[Wanted(row.state)]) for row in rows]
    return render(request, "ill/mobile/mine.html", {"shown": shown})


@page("ill/ask/", name="ill.ask", title=gettext_lazy("馆际互借"), tab="me", needs_identity=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a book; what our own libraries lend is reserved at once."""
    patron = _reader(request)
    initial = {"library": patron.home_library_id, "title": request.GET.get("title", "")[:200],
               "isbn": request.GET.get("isbn", "")[:20]}  # fmt: skip
    form = AskForm(request.POST or None, initial=initial)
    field = form.fields["library"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
    field.queryset = public_libraries()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = Asked(
            title=given["title"], author=given["author"], isbn=given["isbn"], year=given["year"],
            service=Service.LOAN, most_fen=int(given["yuan"] * 100), note=given["note"],
        )  # fmt: skip
        try:
            wish = services.ask(patron=patron, asked=asked, library=given["library"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(wish))
            return redirect("mobile:ill")
    return render(request, "ill/mobile/ask.html", {"form": form})


def _told(wish: Wish) -> str:
    if wish.state == Wanted.LOCAL:
        return _("联盟里有这本书，已替您预约，到%(library)s后会通知您。") % {"library": wish.library.label}
    if wish.state == Wanted.UNFILLED:
        return _("暂时没有馆能提供；您也可以荐购。")
    return _("已提交 %(number)s，找到愿意提供的馆后会通知您。") % {"number": wish.number}


@page("ill/<int:pk>/", name="ill.one", title=gettext_lazy("互借申请"), tab="me", needs_identity=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request, and take what the reader does to it."""
    patron = _reader(request)
    row = queries.wish_of(patron, pk)
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    try:
        if deed == "cancel":
            wish = services.cancel(wish=row, patron=patron, reason=_("读者取消"))
            messages.success(request, _("已请对方取消，等答复。") if wish.is_open else _("已取消。"))
            return redirect("mobile:ill.one", pk=pk)
        if deed == "renew":
            services.ask_renewal(wish=row, patron=patron)
            messages.success(request, _("已请求续借，答复后通知您。"))
            return redirect("mobile:ill.one", pk=pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    context = {
        "row": row,
        "tone": TONES[Wanted(row.state)],
        "may_cancel": row.state in (Wanted.SEEKING, Wanted.LOCAL)
        or (row.is_waiting and not row.cancel_asked),
        "may_renew": row.state in (Wanted.RECEIVED, Wanted.LENT) and not row.renew_asked and not row.recalled,
    }
    return render(request, "ill/mobile/one.html", context)
