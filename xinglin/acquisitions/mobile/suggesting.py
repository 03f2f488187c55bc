"""Suggesting on the phone: write the number or the title, see what is there already, and send."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import finding, queries, services
from xinglin.acquisitions.errors import HeldAlready
from xinglin.acquisitions.models import SuggestionSource
from xinglin.acquisitions.services import Suggested
from xinglin.acquisitions.works import LONGEST, Wish, checked
from xinglin.catalog.mobile_parts import (
    RecordAction,
    SearchTool,
    add_record_action,
    nothing_found_tools,
    search_tools,
)
from xinglin.catalog.models import Record
from xinglin.catalog.queries import record_by_id
from xinglin.catalog.search.numbers import number_in
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.mobile.registry import Tile, add_tile, page
from xinglin.patrons.mobile import patron_of
from xinglin.patrons.models import Right
from xinglin.wechat.scanning import render_with_scanner

add_tile(
    Tile(
        gettext_lazy("荐购"),
        icon="shopping-cart",
        url="mobile:suggest",
        order=64,
        note=gettext_lazy("请图书馆买书"),
    )
)
nothing_found_tools.append(SearchTool(gettext_lazy("荐购这本书"), "mobile:suggest"))
search_tools.append(SearchTool(gettext_lazy("没有想要的？荐购"), "mobile:suggest"))


@add_record_action
def suggest_this(request: HttpRequest, record: Record) -> RecordAction | None:
    """Offer 「荐购」 on the page of a work of which no library has a copy or a run."""
    if record.is_electronic or finding.held_of([record]):
        return None
    return RecordAction(_("荐购"), f"{reverse('mobile:suggest')}?record={record.pk}", _("各馆都没有"))


class SuggestForm(forms.Form):
    """A work as a reader knows it: the number is enough."""

    isbn = forms.CharField(
        label=gettext_lazy("ISBN"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("书背面条码下的 13 位数字，可以扫条码填入。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-scan": True, "data-camera": "keep"}),
    )
    title = forms.CharField(label=gettext_lazy("书名"), required=False, max_length=LONGEST)
    author = forms.CharField(label=gettext_lazy("著者"), required=False, max_length=200)
    publisher = forms.CharField(label=gettext_lazy("出版社"), required=False, max_length=120)
    year = forms.IntegerField(label=gettext_lazy("出版年"), required=False, min_value=1000, max_value=2100)
    note = forms.CharField(
        label=gettext_lazy("为什么需要"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("用于哪门课、哪项研究或哪类临床工作；不要写病人信息。"),
    )

    def wish(self) -> Wish:
        """Return what is wished."""
        said = self.cleaned_data
        return Wish(
            isbn=said["isbn"],
            title=said["title"],
            author=said["author"],
            publisher=said["publisher"],
            year=said["year"],
        )


def _started(request: HttpRequest) -> dict[str, object]:
    """Return what stands in the form already: a record's facts, or the words of a search."""
    if (pk := whole(request.GET.get("record", ""))) is not None:
        record = record_by_id(pk)
        return {
            "isbn": record.isbns[0] if record.isbns else "",
            "title": record.full_title[:LONGEST],
            "author": "；".join(record.authors)[:200],
            "publisher": record.publisher[:120],
            "year": record.year,
        }
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    return {"isbn": words} if number_in(words) else {"title": words}


@page("suggest/", name="suggest", title=gettext_lazy("荐购"), tab="me", needs_identity=True)
def suggest(request: HttpRequest) -> HttpResponse:
    """Ask for the work; what is held already is shown with where it is, and may be wished all the same."""
    patron = patron_of(request)
    form = SuggestForm(request.POST or None, initial=_started(request))
    held: list[finding.Held] = []
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        try:
            made = services.suggest(
                patron=patron,
                wish=wish,
                source=SuggestionSource.H5,
                note=form.cleaned_data["note"],
                insists="insist" in request.POST,
            )
        except HeldAlready as refusal:
            held = finding.held(checked(wish))
            if "insist" in request.POST:
                form.add_error("note", _("仍要荐购，请写明理由。"))
            else:
                form.add_error(None, str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, told(made))
            return redirect("mobile:suggestion", pk=made.suggestion.pk)
    context = {
        "form": form,
        "held": held,
        "may": patron.may(Right.RECOMMEND),
        "popular": queries.others_wish(patron)[:5],
    }
    return render_with_scanner(request, "acquisitions/mobile/suggest.html", context)


def told(made: Suggested) -> str:
    """Say in one sentence what became of a wish."""
    facts = {"title": made.suggestion.label, "number": made.suggestion.number, "votes": made.votes,
             "state": made.suggestion.get_state_display()}  # fmt: skip
    if made.is_new:
        return _("已提交荐购《%(title)s》，编号 %(number)s。馆员处理后通知您。") % facts
    if made.counted:
        return _("《%(title)s》已有人荐购，现在是“%(state)s”；已加上您的一票，共 %(votes)d 票。") % facts
    return _("您已经荐购过《%(title)s》，现在是“%(state)s”，共 %(votes)d 票。") % facts
