"""At the door and afterwards, on the phone: attendance by the sheet's code or the live link, feedback, certificate."""

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinglin.commons.errors import Refusal
from xinglin.learning import queries, services
from xinglin.learning.errors import FeedbackUnfit
from xinglin.learning.services.attending import LONGEST_WORDS
from xinglin.learning.telling import place_of, time_of
from xinglin.mobile.registry import page
from xinglin.patrons.mobile import patron_of

SCORES = [
    (5, gettext_lazy("5 很有用")),
    (4, gettext_lazy("4 有用")),
    (3, gettext_lazy("3 一般")),
    (2, gettext_lazy("2 用处不大")),
    (1, gettext_lazy("1 没有用")),
]


class RateForm(forms.Form):
    """One to five, and words."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("这场讲座对您"), choices=SCORES, coerce=int, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("意见和建议"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@page(
    "lectures/attend/<str:code>/",
    name="lecture.attend",
    title=gettext_lazy("讲座签到"),
    tab="home",
    needs_identity=True,
)
def attend(request: HttpRequest, code: str) -> HttpResponse:
    """Take the attendance of who scanned the sheet; asked first, so that a preview of the link counts nobody."""
    patron = patron_of(request)
    lecture = queries.lecture_by_code(code)
    refusal = None
    if request.method == "POST":
        try:
            services.attend(code=code, patron=patron)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("已签到，欢迎参加。结束后请在这里评价。"))
            return redirect("mobile:lecture", pk=lecture.pk)
    context = {
        "lecture": lecture,
        "when": time_of(lecture),
        "where": place_of(lecture),
        "refusal": refusal,
    }
    return render(request, "learning/mobile/attend.html", context, status=refusal.status if refusal else 200)


@page(
    "lectures/<int:pk>/live/",
    name="lecture.live",
    title=gettext_lazy("看直播"),
    tab="home",
    needs_identity=True,
)
@require_POST
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the attendance of who watches from elsewhere; the page shows the link then."""
    patron = patron_of(request)
    try:
        services.attend_live(lecture=queries.lecture_for_readers(pk, patron), patron=patron)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已签到，请点“进入直播”。"))
    return redirect("mobile:lecture", pk=pk)


@page(
    "lectures/<int:pk>/rate/",
    name="lecture.rate",
    title=gettext_lazy("评价讲座"),
    tab="home",
    needs_identity=True,
)
@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the reader says of the lecture."""
    patron = patron_of(request)
    registration = queries.registration_of(patron, queries.lecture_for_readers(pk, patron))
    form = RateForm(request.POST)
    try:
        if registration is None or not form.is_valid():
            raise FeedbackUnfit(_("请选 1 到 5 分，意见不超过 %(most)d 字。"), most=LONGEST_WORDS)
        services.rate(registration=registration, **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("谢谢您的评价。"))
    return redirect("mobile:lecture", pk=pk)


@page("lectures/certificate/<str:number>/", name="lecture.certificate", title=gettext_lazy("参加证明"))
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show that somebody came to a lecture, to whoever holds the number: they hold the certificate."""
    registration = queries.certificate(number)
    address = settings.PUBLIC_URL + reverse("mobile:lecture.certificate", args=[number])
    context = {
        "registration": registration,
        "lecture": registration.lecture,
        "when": time_of(registration.lecture),
        "year": registration.lecture.begins_at,
        "picture": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2),
    }
    return render(request, "learning/mobile/certificate.html", context)
