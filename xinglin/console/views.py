"""The console's own pages: signing in and out, the password, the home page, and nothing found."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xinglin.commons.errors import NotFound, Refusal
from xinglin.commons.web import own_address
from xinglin.console import services
from xinglin.console.access import StaffRequest
from xinglin.console.menu import cards_of
from xinglin.console.registry import screen
from xinglin.console.screens.forms import FormScreen
from xinglin.console.screens.pages import PageScreen


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page, or sign a member of staff in and lead them where they wanted to go."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    there = own_address(asked) or reverse("console:home")
    refusal: Refusal | None = None
    username = request.POST.get("username", "").replace("\x00", "")[:150]
    if request.method == "POST":
        try:
            password = request.POST.get("password", "").replace("\x00", "")[:4096]
            user = services.sign_in(request, username=username, password=password)
        except Refusal as refused:
            refusal = refused
        else:
            login(request, user)
            return redirect(there)
    elif request.user.is_authenticated:
        return redirect(there)
    context = {"refusal": refusal, "username": username, "next": there}
    return render(request, "console/sign_in.html", context, status=refusal.status if refusal else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on this machine."""
    logout(request)
    messages.success(request, _("您已退出登录。"))
    return redirect("console:sign_in")


def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that the console has no such page. Raises ``NotFound``."""
    raise NotFound(_("没有这个页面：地址可能写错了，或者页面已经搬走。请从左侧菜单进入。"))


@screen
class Home(PageScreen):
    """The first page of the day: what waits, room by room."""

    name = "home"
    title = _("工作台首页")
    path = ""
    template_name = "console/home.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"cards": cards_of(request)}


@screen
class ChangePassword(FormScreen[User]):
    """Staff change their own password; their sessions on other machines end."""

    name = "password"
    title = _("修改密码")
    button = _("修改密码")
    done = _("密码已修改；其他电脑上的登录已失效。")

    def make_form(
        self,
        request: StaffRequest,
        row: User | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        return PasswordChangeForm(request.user, data)

    def save(self, request: StaffRequest, form: Form, row: User | None) -> User:
        user = services.change_password(user=request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        return user
