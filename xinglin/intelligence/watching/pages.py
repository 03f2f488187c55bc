"""The page on which a leader reads a brief, by a link of their own, and confirms it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from xinglin.intelligence.products.screens import answer
from xinglin.intelligence.watching import services
from xinglin.intelligence.watching.lifecycle import CopyState
from xinglin.mobile.registry import page


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("批示（可以不写）"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@page("briefs/<str:token>/", name="brief", title=_("决策简报"))
def brief(request: HttpRequest, token: str) -> HttpResponse:
    """Show a brief to whom its link was given, and take the receipt."""
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid():
            services.answer_brief(token=token, answer=form.cleaned_data["answer"])
            return redirect("mobile:brief", token=token)
    else:
        form = AnswerForm()
    copy = services.open_brief(token=token)
    return render(
        request,
        "intelligence/mobile/brief.html",
        {
            "copy": copy,
            "brief": copy.product,
            "content": copy.product.content,
            "receipted": copy.state == CopyState.RECEIPTED,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@page("briefs/<str:token>/pdf/", name="brief.pdf", title=_("决策简报"))
def brief_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the PDF that was released."""
    return answer(services.open_brief(token=token).product, "pdf")
