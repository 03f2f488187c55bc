"""The pages of signing in by a hospital's directory: sent away and come back, or name and password typed here."""

import secrets
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.mobile.registry import page
from xinglin.patrons import attempts, queries
from xinglin.patrons.errors import DirectoryRefuses, WrongDirectoryPassword
from xinglin.patrons.models import Directory, DirectoryKind, Patron
from xinglin.patrons.services.identity import WRONG_PER_PLACE
from xinglin.patrons.sign_in import directories, sessions
from xinglin.patrons.sign_in.directories import saml
from xinglin.patrons.sign_in.directories.ways import back_address
from xinglin.patrons.sign_in.pages import wanted_page

ASKED = "sign_in_directory"
STATE_LIVES = 600
# One less than hospitals usually allow before they lock an account: nobody locks a colleague out from here.
WRONG_PER_NAME = 4

T = TypeVar("T")


class NameForm(forms.Form):
    """The name and password of a hospital's account."""

    name = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@page("sign-in/by/<int:pk>/", name="sign_in.directory", title=gettext_lazy("登录"), tab="me")
@sensitive_post_parameters("password")
def by_directory(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the browser to a directory with a state that only this browser can bring back, or ask for the password."""
    directory = _directory(pk)
    if directories.WAYS[DirectoryKind(directory.kind)].prove is not None:
        return _by_password(request, directory)
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    request.session[ASKED] = {
        "directory": pk, "state": state, "nonce": nonce, "next": wanted_page(request), "at": clock.now().timestamp()
    }  # fmt: skip
    return redirect(
        _noting_trouble(
            directory,
            lambda: directories.begin(directory, back=back_address(directory), state=state, nonce=nonce),
        )
    )


@page("sign-in/by/<int:pk>/back/", name="sign_in.returned", title=gettext_lazy("登录"), tab="me")
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """Take who came back, if it is this browser that was sent. Raises ``DirectoryRefuses``."""
    directory = _directory(pk)
    asked = request.session.pop(ASKED, None)
    fits = (
        isinstance(asked, dict)
        and asked.get("directory") == pk
        and clock.now().timestamp() - asked.get("at", 0) < STATE_LIVES
        and constant_time_compare(str(asked.get("state")), request.GET.get("state", ""))
    )
    if not fits or not isinstance(asked, dict):
        raise DirectoryRefuses(_("登录已过期，或不是从这台终端开始的；请从登录页重新开始。"))
    brought = {name: str(value) for name, value in request.GET.items()}
    patron = _noting_trouble(
        directory,
        lambda: directories.finish(
            directory, brought, back=back_address(directory), nonce=str(asked["nonce"])
        ),
    )
    sessions.sign_in(request, patron, through=directory.kind)
    return redirect(str(asked["next"]))


@page("sign-in/by/<int:pk>/assertion/", name="sign_in.assertion", title=gettext_lazy("登录"), tab="me")
@csrf_exempt
def assertion(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what a SAML provider lets the browser post, and lead the browser on to where its session is known.

    No session is asked for: coming from another site, the browser does not send it. What is posted proves itself
    by its signature, and changes nothing but the row that waits to be collected.
    """
    directory = _directory(pk)
    if request.method != "POST" or directory.kind != DirectoryKind.SAML:
        return HttpResponseNotAllowed(["POST"])
    directories.way_of(directory)
    token = _noting_trouble(
        directory, lambda: saml.take(directory, response=request.POST.get("SAMLResponse", ""))
    )
    query = urlencode({"state": request.POST.get("RelayState", "")[:80], "answer": token})
    return HttpResponseRedirect(f"{back_address(directory)}?{query}", status=303)


@page("sign-in/by/<int:pk>/metadata/", name="sign_in.metadata", title=gettext_lazy("登录"), tab="me")
def metadata(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a SAML provider who we are: this address is entered over there."""
    directory = _directory(pk)
    if directory.kind != DirectoryKind.SAML:
        raise DirectoryRefuses(_("这种登录方式没有元数据。"))
    return HttpResponse(saml.metadata(directory), content_type="application/samlmetadata+xml")


@sensitive_variables("form")
def _by_password(request: HttpRequest, directory: Directory) -> HttpResponse:
    form = NameForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                patron = _proved(request, directory, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                sessions.sign_in(request, patron, through=directory.kind)
                return redirect(wanted_page(request))
    context = {"form": form, "directory": directory, "next": wanted_page(request)}
    return render(request, "patrons/sign_in/directory.html", context, status=status)


@sensitive_variables("password")
def _proved(request: HttpRequest, directory: Directory, *, name: str, password: str) -> Patron:
    """Prove name and password, a few times in a quarter of an hour. Raises ``TooManyTries`` and what was wrong."""
    keys = {
        f"directory:{directory.pk}:{name.strip().casefold()}": WRONG_PER_NAME,
        f"place:terminal:{request.META.get('REMOTE_ADDR', '')}": WRONG_PER_PLACE,
    }
    for key, most in keys.items():
        attempts.refuse_when_guessing(key, most=most)
    try:
        patron = _noting_trouble(
            directory, lambda: directories.prove(directory, name=name, password=password)
        )
    except WrongDirectoryPassword:
        for key in keys:
            attempts.count_wrong(key)
        raise
    attempts.forget(next(iter(keys)))
    return patron


def _noting_trouble(directory: Directory, deed: Callable[[], T]) -> T:
    try:
        return deed()
    except DirectoryRefuses as refusal:
        directories.note_trouble(directory, str(refusal))
        raise


def _directory(pk: int) -> Directory:
    found = queries.directories_offered().filter(pk=pk).first()
    if found is None:
        raise DirectoryRefuses(_("这种登录方式已停用；请用微信扫码登录。"))
    return found
