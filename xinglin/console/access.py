"""Who asks: staff only, with the right, and where they work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import NotAllowed
from xinglin.commons.onscreen import Words


class StaffRequest(HttpRequest):
    """A request whose user is known to have signed in."""

    user: User


@dataclass(frozen=True)
class Place:
    """Where a member of staff works, as the top bar shows it."""

    library: Words
    role: Words = ""


def _nowhere(request: StaffRequest) -> Place | None:
    return None


_place_provider: Callable[[StaffRequest], Place | None] = _nowhere


def set_place_provider(provider: Callable[[StaffRequest], Place | None]) -> None:
    """Name the function that knows the user's library; ``consortium`` does so when it is ready."""
    global _place_provider
    _place_provider = provider


def place_of(request: StaffRequest) -> Place | None:
    """Return where the user works, or None before any room has said it knows."""
    return _place_provider(request)


def as_staff(request: HttpRequest) -> StaffRequest | None:
    """Return the request typed as one of staff, or None when nobody has signed in."""
    return cast(StaffRequest, request) if isinstance(request.user, User) else None


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back; a partial refresh leads the whole page there."""
    if request.headers.get("HX-Request"):
        back = urlsplit(request.headers.get("HX-Current-URL", "")).path or reverse("console:home")
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{reverse('console:sign_in')}?{urlencode({'next': back})}"
        return answer
    return redirect_to_login(request.get_full_path(), reverse("console:sign_in"))


def demand(request: StaffRequest, permission: str) -> None:
    """Refuse whoever lacks a permission; the empty one is held by all staff. Raises ``NotAllowed``."""
    if not may(request, permission):
        raise NotAllowed(_("您的岗位没有这项权限；需要时请联系本馆的系统管理员。"))


def may(request: StaffRequest, permission: str) -> bool:
    """Say whether the user holds a permission; the empty one is held by all staff."""
    return not permission or request.user.has_perm(permission)
