"""The sign-in page of a terminal, the page on which a phone confirms, and signing out."""

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.errors import Refusal
from xinglin.commons.web import own_address
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries
from xinglin.mobile.identity import identity_of
from xinglin.mobile.registry import page
from xinglin.patrons import queries
from xinglin.patrons.errors import WrongCardOrPassword
from xinglin.patrons.models import SignInTicket
from xinglin.patrons.services import verify_card
from xinglin.patrons.sign_in import phone_codes, sessions, sms, tickets
from xinglin.patrons.sign_in.lifecycle import TicketState


class CardForm(forms.Form):
    """Card and password."""

    card_number = forms.CharField(label=gettext_lazy("读者证号"), max_length=40)
    secret = forms.CharField(
        label=gettext_lazy("密码"), max_length=128, widget=forms.PasswordInput, strip=False
    )


class PhoneForm(forms.Form):
    """Staff number and the phone on file; the code once it has come."""

    library = forms.ModelChoiceField(label=gettext_lazy("所属馆"), queryset=Library.objects.none())
    staff_number = forms.CharField(label=gettext_lazy("工号/学号"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("手机"), max_length=30)
    digits = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=6,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["library"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = public_libraries()


def wanted_page(request: HttpRequest) -> str:
    """Return the page of ours that the reader wanted, whatever was asked for."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(asked) or reverse("mobile:me")


def place_of(request: HttpRequest) -> str:
    """Return how the terminal is told to the phone: what kind of machine, and its address."""
    agent = request.headers.get("User-Agent", "")
    machine = next(
        (
            word
            for sign, word in (
                ("iPhone", "iPhone"),
                ("Android", "Android"),
                ("Windows", "Windows"),
                ("Mac OS", "Mac"),
                ("Linux", "Linux"),
            )
            if sign in agent
        ),
        _("电脑"),
    )
    return f"{machine} {request.META.get('REMOTE_ADDR', '')}".strip()


@page("sign-in/", name="sign_in", title=gettext_lazy("登录"), tab="me")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the ways in, the QR code first; take a card and password, or a phone's code."""
    if request.method == "GET" and identity_of(request) is not None:
        return redirect(wanted_page(request))
    how = request.POST.get("how", "")
    card = CardForm(request.POST if how == "card" else None)
    phone = PhoneForm(request.POST if how == "phone" else None)
    status = 200
    if how in ("card", "phone"):
        form = card if how == "card" else phone
        if form.is_valid():
            try:
                answer = _by_card(request, card) if how == "card" else _by_phone(request, phone)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                if answer is not None:
                    return answer
        else:
            status = 422
    context: dict[str, object] = {
        "card": card,
        "phone": phone,
        "has_sms": sms.is_set_up(),
        "how": how,
        "directories": queries.directories_offered(),
        "next": wanted_page(request),
        **_code(request),
    }
    return render(request, "patrons/sign_in/sign_in.html", context, status=status)


def _by_card(request: HttpRequest, form: CardForm) -> HttpResponse:
    asked_from = request.META.get("REMOTE_ADDR", "")
    patron = verify_card(
        card_number=form.cleaned_data["card_number"],
        secret=form.cleaned_data["secret"],
        asked_from=f"terminal:{asked_from}",
    )
    if patron is None:
        raise WrongCardOrPassword(_("卡号或密码不对。忘记密码或还没有设置密码，请带证件到服务台办理。"))
    sessions.sign_in(request, patron, through="card")
    return redirect(wanted_page(request))


def _by_phone(request: HttpRequest, form: PhoneForm) -> HttpResponse | None:
    """Send the code, or take it; None shows the page again with a place for the code."""
    told = {name: form.cleaned_data[name] for name in ("library", "staff_number", "phone")}
    asked_from = request.META.get("REMOTE_ADDR", "")
    if form.cleaned_data["digits"]:
        patron = phone_codes.prove(digits=form.cleaned_data["digits"], asked_from=asked_from, **told)
        sessions.sign_in(request, patron, through="phone")
        return redirect(wanted_page(request))
    phone_codes.send_code(asked_from=asked_from, **told)
    messages.success(request, _("如果工号和手机号与图书馆登记的一致，验证码已发出，5 分钟内有效。"))
    return None


@page("sign-in/code/", name="sign_in.code", title=gettext_lazy("登录"), tab="me")
def code(request: HttpRequest) -> HttpResponse:
    """Tell the terminal how its code stands: nothing new, scanned, confirmed, or a new one."""
    token = request.GET.get("token", "")[:40]
    terminal = sessions.terminal_of(request)
    ticket = tickets.standing(terminal=terminal, token=token)
    if ticket is not None and ticket.state == TicketState.CONFIRMED:
        patron = tickets.collect(terminal=terminal, token=token)
        if patron is not None:
            sessions.sign_in(request, patron, through="scan")
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = wanted_page(request)
            return answer
    if ticket is not None and ticket.state == TicketState.SHOWN:
        return HttpResponse(status=204)
    if ticket is not None and ticket.state == TicketState.SEEN:
        if request.GET.get("seen"):
            return HttpResponse(status=204)
        context: dict[str, object] = {"ticket": ticket, "seen": True, "next": wanted_page(request)}
        return render(request, "patrons/sign_in/code.html", context)
    return render(request, "patrons/sign_in/code.html", {**_code(request), "next": wanted_page(request)})


def _code(request: HttpRequest) -> dict[str, object]:
    """Make a new ticket, and what the terminal shows of it."""
    ticket, digits = tickets.show(terminal=sessions.terminal_of(request), place=place_of(request))
    says = ticket.code_text or settings.PUBLIC_URL + reverse("mobile:sign_in.confirm", args=[ticket.token])
    picture = segno.make(says, error="m", micro=False).svg_data_uri(scale=6, border=2)
    return {"ticket": ticket, "digits": digits, "picture": picture}


@page(
    "s/<str:token>/",
    name="sign_in.confirm",
    title=gettext_lazy("确认登录"),
    tab="me",
    needs_identity=True,
)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the reader whose phone this is whether it is really they; only a press of the button signs in."""
    from xinglin.patrons.mobile import patron_of  # it imports these pages

    patron = patron_of(request)
    done = ""
    if request.method == "POST":
        if request.POST.get("answer") == "yes":
            tickets.confirm(patron=patron, token=token)
            done = _("已登录。用完请在终端上退出。")
        else:
            tickets.refuse(patron=patron, token=token)
            done = _("已拒绝，终端没有登录。")
        return render(request, "patrons/sign_in/confirm.html", {"done": done})
    ticket: SignInTicket = tickets.see(patron=patron, token=token)
    return render(request, "patrons/sign_in/confirm.html", {"ticket": ticket, "patron": patron})


@page("sign-out/", name="sign_out", title=gettext_lazy("退出登录"), tab="me")
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask once more, then forget the reader on this terminal."""
    if request.method != "POST":
        return render(request, "patrons/sign_in/sign_out.html")
    sessions.sign_out(request)
    messages.success(request, _("已退出登录。"))
    return redirect("mobile:home")
