"""What every page shares: security headers, and refusals shown as pages instead of errors."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

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


class SecurityHeaders:
    """Put the content security policy and its companions on every answer that has none yet."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # The demonstration's phone shows our H5 in a frame; it runs on another port of this machine.
        frames = "'self' http://127.0.0.1:* http://localhost:*" if settings.DEMONSTRATION else "'self'"
        self.policy = f"{CONTENT_SECURITY_POLICY}; frame-ancestors {frames}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self)")
        if settings.DEMONSTRATION:
            del response.headers["X-Frame-Options"]
        return response


class RefusalsAsPages:
    """Show a refusal that no view caught: its sentence, with its status, in the look of the page asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
            "application/json"
        ):
            return JsonResponse({"code": exception.code, "sentence": str(exception)}, status=exception.status)
        room = "mobile" if request.path.startswith("/m/") else "console"
        return render(request, f"{room}/refusal.html", {"refusal": exception}, status=exception.status)
