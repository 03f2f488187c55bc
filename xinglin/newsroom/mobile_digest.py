"""The pages of the e-mail digest: subscribe, confirm, leave."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import NotFound, Refusal
from xinglin.consortium.queries import public_libraries
from xinglin.mobile.libraries import library_of
from xinglin.mobile.registry import page
from xinglin.newsroom.publishing import digest

PAGE = "newsroom/mobile/digest.html"


class AddressForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("邮箱"), max_length=254)


@page("digest/", name="digest", title=gettext_lazy("邮件摘要"), tab="home")
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take an address, and ask it to confirm by a letter."""
    choice = library_of(request)
    library = public_libraries().filter(code=choice.code).first() if choice else None
    if library is None:
        raise NotFound(gettext_lazy("没有找到这个图书馆；请从首页重新进入。"))
    form, told, refusal = AddressForm(request.POST or None), "", None
    if request.method == "POST" and form.is_valid():
        try:
            digest.subscribe(library=library, email=form.cleaned_data["email"])
            told = _("请到邮箱里点确认链接；没有收到，请看看垃圾邮件。")
        except Refusal as refused:
            refusal = refused
    status = refusal.status if refusal else 200
    return render(
        request, PAGE, {"form": form, "told": told, "refusal": refusal, "library": library}, status=status
    )


@page("digest/confirm/<str:token>/", name="digest.confirm", title=gettext_lazy("邮件摘要"), tab="home")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm by a button: programs that open every link of a letter confirm nothing."""
    told = ""
    if request.method == "POST":
        digest.confirm(token=token)
        told = _("已订阅，每周一早上收到。")
    return render(request, PAGE, {"told": told, "button": _("确认订阅")})


@page("digest/leave/<str:token>/", name="digest.leave", title=gettext_lazy("邮件摘要"), tab="home")
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription by a button."""
    told = ""
    if request.method == "POST":
        digest.leave(token=token)
        told = _("已退订，邮箱地址已删除。")
    return render(request, PAGE, {"told": told, "button": _("退订")})
