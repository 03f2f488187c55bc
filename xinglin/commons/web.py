"""What every page shares: security headers, and refusals shown as pages instead of errors."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal

GetResponse = Callable[[HttpRequest], HttpResponse]

# Scripts come from our own files only: no inline script, no eval (Alpine's CSP build, htmx without eval).
# Style attributes are allowed: article bodies for WeChat carry inline style by the platform's rule.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https:",
        "media-src 'self' https:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
_MORE_SOURCES = "also_allowed_sources"


def own_address(told: str, *, host: str = "") -> str:
    """Return the path of ours, with its query, that an address leads to; "" for another site, or no address at all.

    ``host`` is the host of this request where the whole address may be told, as htmx does.
    """
    if not url_has_allowed_host_and_scheme(told, {host} if host else None):
        return ""
    parts = urlsplit(told)
    path = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    # Once more without the host: what is left of "http://ours//theirs" leads to theirs.
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, None) else ""


def also_allow(response: HttpResponse, directive: str, *sources: str) -> None:
    """Let one page take something from elsewhere too, where there is no other way (WeChat's own scripts)."""
    more = getattr(response, _MORE_SOURCES, {})
    more[directive] = (*more.get(directive, ()), *sources)
    setattr(response, _MORE_SOURCES, more)


def _policy_of(response: HttpResponse) -> str:
    directives = dict(each.split(" ", 1) for each in CONTENT_SECURITY_POLICY.split("; "))
    for directive, sources in getattr(response, _MORE_SOURCES, {}).items():
        directives[directive] = " ".join((directives.get(directive, ""), *sources)).strip()
    return "; ".join(f"{directive} {sources}" for directive, sources in directives.items())


class SecurityHeaders:
    """Put the content security policy and its companions on every answer that has none yet."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The demonstration's phone shows our H5 in a frame; it runs on another port of this machine.
        frames = "'self' http://127.0.0.1:* http://localhost:*" if settings.DEMONSTRATION else "'self'"
        policy = f"{_policy_of(response)}; frame-ancestors {frames}"
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self)")
        if settings.DEMONSTRATION:
            del response.headers["X-Frame-Options"]
        return response


class PageGone(Refusal):
    """A form that was open too long, or was sent from another site: its token is not valid any more."""

    code = "page_gone"
    status = 403


class NotHere(Refusal):
    """An address that leads nowhere."""

    code = "not_here"
    status = 404


class Broken(Refusal):
    """Something went wrong that nobody foresaw; it stands in the log."""

    code = "broken"
    status = 500


def show_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Show a refusal in the look of the page that was asked for, or as JSON to a program."""
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": refusal.code, "sentence": str(refusal)}, status=refusal.status)
    room = "console" if request.path.startswith("/console/") else "mobile"
    return render(request, f"{room}/refusal.html", {"refusal": refusal}, status=refusal.status)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not valid (Django's ``CSRF_FAILURE_VIEW``)."""
    return show_refusal(
        request, PageGone(_("页面停留太久或不是从本站打开，没有提交；请返回刷新后再提交一次。"))
    )


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere (``handler404``)."""
    return show_refusal(request, NotHere(_("没有这个页面；可能链接写错了，或内容已经撤下。")))


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Answer when something broke (``handler500``)."""
    return show_refusal(request, Broken(_("系统刚才出了点问题，已经记录；请稍后再试，仍不行请联系图书馆。")))


class RefusalsAsPages:
    """Show a refusal that no view caught: its sentence, with its status, in the look of the page asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return show_refusal(request, exception) if isinstance(exception, Refusal) else None
