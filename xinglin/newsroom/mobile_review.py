"""The page on which a leader decides on the phone: by a one-time link, after signing in."""

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.consortium.access import staff_of
from xinglin.mobile.registry import page
from xinglin.newsroom.models import Review, ReviewLink
from xinglin.newsroom.review import queries, services
from xinglin.newsroom.review.lifecycle import Hand, ReviewState
from xinglin.newsroom.review.links import link_of, refuse_stranger, use
from xinglin.newsroom.review.passages import passages_of, steps_shown, typed_passages
from xinglin.newsroom.review.seats import nods_of, refuse_unless_their_turn, turn_of


class Decision(forms.Form):
    """What a leader says."""

    reason = forms.CharField(
        label=_("意见（退回时要写，或在段落下批注）"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@page("review/<str:token>/", name="review", title=_("审稿"), tab="home")
def review(request: HttpRequest, token: str) -> HttpResponse:
    """Show one article to the one reviewer it waits for, and take the decision."""
    link = link_of(token)
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("console:sign_in"))
    staff = staff_of(request)
    refuse_stranger(link, staff)
    round_, refusal = link.review, None
    form = Decision(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decided = _decided(request, link, form.cleaned_data["reason"])
        except Refusal as refused:
            refusal = refused
        else:
            return render(request, "newsroom/mobile/reviewed.html", _outcome(decided))
    turn = turn_of(round_)
    if turn is None:
        return render(request, "newsroom/mobile/reviewed.html", _outcome(round_, over=True))
    refuse_unless_their_turn(round_, turn, staff)
    content = round_.revision.content
    remarks = list(queries.open_remarks_on(round_.article))
    return render(
        request,
        "newsroom/mobile/review.html",
        {
            **steps_shown(round_),
            "review": round_,
            "content": content,
            "passages": passages_of(content, remarks),
            "title_remarks": [each for each in remarks if each.block == 0],
            "nods": len(nods_of(round_)),
            "entries": round_.entries.order_by("number"),
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


@transaction.atomic
def _decided(request: HttpRequest, link: ReviewLink, reason: str) -> Review:
    """Use the link up and decide: both or neither."""
    staff, sent = staff_of(request), request.POST
    use(link)
    seen = sent.get("sha256", "")
    if sent.get("do") == "approve":
        return services.approve(
            review=link.review, sha256=seen, by=staff, remark=reason, via=services.BY_PHONE
        )
    if sent.get("do") == "send_back":
        return services.send_back(
            review=link.review,
            sha256=seen,
            by=staff,
            reason=reason,
            passages=typed_passages(sent),
            via=services.BY_PHONE,
        )
    raise Refusal(_("没有这项操作；请用页面上的按钮。"))


def _outcome(review: Review, *, over: bool = False) -> dict[str, object]:
    return {
        "review": review,
        "over": over,
        "passed": review.state == ReviewState.PASSED,
        "returned": review.state == ReviewState.RETURNED,
        "next": Hand(review.hand).label if review.hand else "",
    }
