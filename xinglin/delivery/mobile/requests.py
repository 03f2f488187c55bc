"""A reader's requests on the phone: where each stands, answering, giving up, rating, mailing."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons.errors import Refusal
from xinglin.delivery import queries, services
from xinglin.delivery.lifecycle import State
from xinglin.delivery.mobile.readers import reader_of
from xinglin.delivery.models import DeliveredFile, DocumentRequest
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.notices.channels import mail_is_set_up
from xinglin.wechat.links import patron_of

TONES = {
    State.SUBMITTED: "waiting",
    State.WORKING: "active",
    State.ASKED_BACK: "bad",
    State.ELSEWHERE: "active",
    State.DELIVERED: "good",
    State.DECLINED: "quiet",
    State.CANCELLED: "quiet",
}


def _open_requests(request: HttpRequest) -> int | None:
    patron = patron_of(request)
    return queries.open_requests_of(patron).count() if patron else None


add_my_entry(
    MyEntry(
        gettext_lazy("我的文献"), icon="file-download", url="mobile:delivery", order=30, badge=_open_requests
    )
)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("补充"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(forms.Form):
    stars = forms.ChoiceField(
        label=gettext_lazy("满意度"),
        choices=[(5, "★★★★★"), (4, "★★★★"), (3, "★★★"), (2, "★★"), (1, "★")],
        widget=forms.RadioSelect,
    )
    praise = forms.CharField(label=gettext_lazy("想说的话"), max_length=400, required=False)


@page("delivery/", name="delivery", title=gettext_lazy("我的文献"), tab="me", needs_identity=True)
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the reader asked for, what is open first."""
    rows = list(queries.requests_of(reader_of(request))[:60])
    rows.sort(key=lambda row: not row.is_open)
    shown = [(row, TONES[State(row.state)], _readable(row)) for row in rows]
    return render(request, "delivery/mobile/mine.html", {"shown": shown})


@page(
    "delivery/<int:pk>/", name="delivery.one", title=gettext_lazy("文献申请"), tab="me", needs_identity=True
)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request, and take what the reader does to it."""
    patron = reader_of(request)
    row = queries.request_of(patron, pk)
    wanted = request.POST.get("deed", "")
    answer_form = AnswerForm(request.POST if wanted == "answer" else None)
    rate_form = RateForm(request.POST if wanted == "rate" else None)
    try:
        if wanted == "answer" and answer_form.is_valid():
            services.answer(request=row, patron=patron, text=answer_form.cleaned_data["answer"])
            messages.success(request, _("已补充，馆员会接着处理。"))
            return redirect("mobile:delivery.one", pk=pk)
        if wanted == "rate" and rate_form.is_valid():
            given = rate_form.cleaned_data
            services.rate(request=row, patron=patron, stars=int(given["stars"]), praise=given["praise"])
            messages.success(request, _("谢谢您的评价。"))
            return redirect("mobile:delivery.one", pk=pk)
        if wanted == "email":
            services.want_email(request=row, patron=patron)
            messages.success(request, _("几分钟内会发到您的邮箱。"))
            return redirect("mobile:delivery.one", pk=pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    context = {
        "row": row,
        "tone": TONES[State(row.state)],
        "file": _readable(row),
        "ready": [
            each for each in row.found if each.get("enough") and each.get("url") and each["kind"] != "held"
        ],
        "answer_form": answer_form,
        "rate_form": rate_form,
        "has_email": bool(patron.email) and mail_is_set_up(),
    }
    return render(request, "delivery/mobile/one.html", context)


@page(
    "delivery/<int:pk>/cancel/",
    name="delivery.cancel",
    title=gettext_lazy("取消申请"),
    tab="me",
    needs_identity=True,
)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a request of one's own."""
    patron = reader_of(request)
    row = services.cancel(request=queries.request_of(patron, pk), patron=patron, reason=_("读者取消"))
    messages.success(request, _("已取消 %(number)s。") % {"number": row.number})
    return redirect("mobile:delivery")


@page(
    "delivery/<int:pk>/reopen/",
    name="delivery.reopen",
    title=gettext_lazy("文献有误"),
    tab="me",
    needs_identity=True,
)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the wrong document came, or that it cannot be read."""
    patron = reader_of(request)
    reason = request.POST.get("reason", "")[:200] or _("读者反映有误")
    services.reopen(request=queries.request_of(patron, pk), patron=patron, reason=reason)
    messages.success(request, _("已退回馆员重新处理。"))
    return redirect("mobile:delivery.one", pk=pk)


def _readable(row: DocumentRequest) -> DeliveredFile | None:
    return next((file for file in row.files.all() if file.is_readable), None)
