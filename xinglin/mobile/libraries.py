"""Which library the reader looks at: named in the address, kept in a cookie, or the provider's first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import NotFound
from xinglin.commons.onscreen import Words

COOKIE = "library"
KEPT_FOR = 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class LibraryChoice:
    """A library as the switcher shows it."""

    code: str
    name: Words
    note: Words = ""


def _none_known(request: HttpRequest) -> Sequence[LibraryChoice]:
    return ()


_library_provider: Callable[[HttpRequest], Sequence[LibraryChoice]] = _none_known

# Kept on the request, like the identity: one look-up a page.
_KEPT = "_mobile_libraries"


def set_library_provider(provider: Callable[[HttpRequest], Sequence[LibraryChoice]]) -> None:
    """Name the function that lists the libraries of a request, the one to begin with first."""
    global _library_provider
    _library_provider = provider


def libraries_of(request: HttpRequest) -> Sequence[LibraryChoice]:
    """Return the libraries that a reader may look at."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, tuple(_library_provider(request)))
    found: Sequence[LibraryChoice] = getattr(request, _KEPT)
    return found


def library_of(request: HttpRequest) -> LibraryChoice | None:
    """Return the library that the reader looks at, or None where no library is known at all.

    A code in the address that no library has is refused (``NotFound``); one in an old cookie is
    forgotten, for the reader did not type it.
    """
    known = {choice.code: choice for choice in libraries_of(request)}
    asked = request.GET.get("library", "")
    if asked and known:
        if asked not in known:
            raise NotFound(_("没有找到这个图书馆，它可能已经改名；请从首页重新选择图书馆。"))
        return known[asked]
    kept = request.COOKIES.get(COOKIE, "")
    return known.get(kept) or next(iter(known.values()), None)


def remember_library(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the library that the address named, for the pages to come."""
    asked = request.GET.get("library", "")
    if asked in {choice.code for choice in libraries_of(request)}:
        response.set_cookie(
            COOKIE,
            asked,
            max_age=KEPT_FOR,
            path="/m/",
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
