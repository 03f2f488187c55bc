"""The reader's way in: a personal link from the chat, web authorisation, and binding a card."""

import secrets
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.mobile.identity import BindingGuide, Identity, set_binding_guide, set_identity_provider
from xinglin.mobile.registry import MyEntry, add_my_entry, page
from xinglin.wechat import links
from xinglin.wechat import subscribing as subscribing
from xinglin.wechat.calling import client_for
from xinglin.wechat.capabilities import AccountKind, Capability
from xinglin.wechat.client.oauth import authorize_url
from xinglin.wechat.models import Account, Follower, SceneCode
from xinglin.wechat.services import bindings, scenes

STATE_LIVES = 600


class BindCard(forms.Form):
    """Card and password; what is typed is never shown again."""

    card_number = forms.CharField(label=lazy("卡号"), max_length=40)
    secret = forms.CharField(label=lazy("密码"), max_length=128, widget=forms.PasswordInput, strip=False)


# ---- in by a link -----------------------------------------------------------------------------------------


@page("w/<str:written>/", name="wechat.enter", title=lazy("进入"), tab="me")
def enter(request: HttpRequest, written: str) -> HttpResponse:
    """Open a personal link: this browser belongs to that follower from now on."""
    with transaction.atomic():
        link, browser = links.open_link(request, written)
    response = redirect(links.safe_path(link.path))
    links.keep_browser(response, browser)
    return response


# ---- in by web authorisation (certified service accounts) -------------------------------------------------


@page("wx/<slug:account>/", name="wechat.authorise", title=lazy("微信登录"), tab="me")
def authorise(request: HttpRequest, account: str) -> HttpResponse:
    """Send the browser to the platform, which sends it back with a code for the follower's openid."""
    kept = _account(account)
    wanted = links.safe_path(request.GET.get("next", reverse("mobile:me")))
    state = secrets.token_hex(16)
    request.session["wechat_oauth"] = {"state": state, "next": wanted, "at": clock.now().timestamp()}
    back = settings.PUBLIC_URL + reverse("mobile:wechat.authorised", args=[kept.path])
    return redirect(authorize_url(kept.appid, back, state=state, address=_authorize_address()))


@page("wx/<slug:account>/back/", name="wechat.authorised", title=lazy("微信登录"), tab="me")
def authorised(request: HttpRequest, account: str) -> HttpResponse:
    """Take the code that the platform sent, and sign this browser in as its follower."""
    kept = _account(account)
    asked = request.session.pop("wechat_oauth", {})
    is_fresh = clock.now().timestamp() - asked.get("at", 0) < STATE_LIVES
    if not asked or not is_fresh or request.GET.get("state") != asked.get("state"):
        messages.error(request, _("登录已过期，请从公众号菜单重新打开。"))
        return redirect("mobile:me")
    found = client_for(kept).oauth.exchange(request.GET.get("code", ""))
    if found.is_snapshot:
        messages.error(request, _("当前是预览页面，请点页面上的“使用完整服务”后再试。"))
        return redirect("mobile:home")
    follower, _new = Follower.objects.get_or_create(
        account=kept, openid=found.openid, defaults={"unionid": found.unionid, "is_following": False}
    )
    links.sign_in(request, follower)
    return redirect(links.safe_path(asked["next"]))


def _account(path: str) -> Account:
    account = get_object_or_404(Account, path=path, active=True)
    if not account.may(Capability.OAUTH):
        raise links.LinkNotYours(
            _("%(account)s 没有网页授权权限，请在公众号里回复「我的」，用收到的个人链接打开。"),
            account=account.name,
        )
    return account


def _authorize_address() -> str:
    """Where the platform asks for consent: its own site, or the sandbox when the API is there."""
    if settings.WECHAT_API_URL == "https://api.weixin.qq.com":
        return "https://open.weixin.qq.com/connect/oauth2/authorize"
    return f"{settings.WECHAT_API_URL}/connect/oauth2/authorize"


# ---- binding ----------------------------------------------------------------------------------------------


@page("bind/", name="wechat.bind", title=lazy("绑定读者证"), tab="me")
def bind(request: HttpRequest) -> HttpResponse:
    """Bind the follower of this browser to a reader by card and password."""
    follower = links.follower_of(request)
    if follower is None:
        return render(request, "wechat/mobile/bind.html", {"guide": binding_guide(request)}, status=403)
    bound = links.bound_patron(follower)
    form = BindCard(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            bindings.bind_by_password(
                follower=follower,
                card_number=form.cleaned_data["card_number"],
                secret=form.cleaned_data["secret"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("绑定成功。"))
            return redirect("mobile:me")
    return render(request, "wechat/mobile/bind.html", {"form": form, "bound": bound})


@page("bind/off/", name="wechat.unbind", title=lazy("解除绑定"), tab="me")
def unbind(request: HttpRequest) -> HttpResponse:
    """Ask once more, then end the binding."""
    follower = links.follower_of(request)
    bound = links.bound_patron(follower) if follower else None
    if follower is None or bound is None:
        return redirect("mobile:wechat.bind")
    if request.method == "POST":
        bindings.unbind(follower=follower)
        messages.success(request, _("已解除绑定。"))
        return redirect("mobile:me")
    return render(request, "wechat/mobile/unbind.html", {"bound": bound})


# ---- codes of accounts without scene codes -----------------------------------------------------------------


@page("q/<slug:key>/", name="wechat.code", title=lazy("扫码进入"), tab="home")
def scene_code(request: HttpRequest, key: str) -> HttpResponse:
    """Count that a printed code was opened, and lead on; how to follow the account is said on the way."""
    code = get_object_or_404(SceneCode.objects.select_related("account__library"), key=key)
    if request.method == "GET":
        scenes.count(code=code, opens=1)
    if code.active and code.path:
        return redirect(links.safe_path(code.path))
    return render(request, "wechat/mobile/code.html", {"code": code})


# ---- the shell's questions --------------------------------------------------------------------------------


def identity(request: HttpRequest) -> Identity | None:
    """Tell the shell who the reader is."""
    patron = links.patron_of(request)
    if patron is None:
        return None
    return Identity(
        key=f"patron:{patron.pk}",
        name=patron.name,
        note=f"{patron.category.name} · {patron.home_library.label}",
        leave_url=reverse("mobile:wechat.unbind" if links.bound_here(request) else "mobile:sign_out"),
    )


def binding_guide(request: HttpRequest) -> BindingGuide:
    """Tell the shell how an unknown reader becomes known."""
    if links.follower_of(request) is not None:
        return BindingGuide(
            _("用卡号和密码绑定，或者向馆员要 6 位绑定码，在公众号里回复「绑定 123456」。"),
            url=reverse("mobile:wechat.bind"),
            button=_("绑定读者证"),
        )
    service = Account.objects.filter(active=True, kind__in=(AccountKind.F1, AccountKind.TEST)).first()
    if service is not None and service.may(Capability.OAUTH) and _in_wechat(request):
        address = reverse("mobile:wechat.authorise", args=[service.path])
        return BindingGuide(
            _("请先用微信登录，再绑定读者证。"),
            url=f"{address}?{urlencode({'next': request.path})}",
            button=_("微信登录"),
        )
    if _in_wechat(request) and not settings.DEMONSTRATION:
        return BindingGuide(_("请在图书馆公众号里回复「绑定」，点收到的个人链接打开；链接只对您本人有效。"))
    address = reverse("mobile:sign_in")
    return BindingGuide(
        _(
            "用微信扫码登录，也可以用读者证号和密码；在微信里，请在图书馆公众号里回复「绑定」，点收到的个人链接打开。"
        ),
        url=f"{address}?{urlencode({'next': request.path})}",
        button=_("登录"),
    )


def _in_wechat(request: HttpRequest) -> bool:
    return "MicroMessenger" in request.headers.get("User-Agent", "") or settings.DEMONSTRATION


set_identity_provider(identity)
set_binding_guide(binding_guide)
add_my_entry(MyEntry(lazy("读者证绑定"), icon="id-badge-2", url="mobile:wechat.bind", order=80))
