"""Who the reader is: another room knows (``wechat`` fills the hook), the shell only shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words


@dataclass(frozen=True)
class Identity:
    """A reader who is known on this page. ``key`` says to its provider who: the shell never reads it."""

    key: str
    name: Words
    note: Words = ""
    leave_url: str = ""


@dataclass(frozen=True)
class BindingGuide:
    """How a reader who is not known becomes known: a sentence, and a button where there is a page for it."""

    sentence: Words
    url: str = ""
    button: Words = ""


def _nobody(request: HttpRequest) -> Identity | None:
    return None


def _ask_the_desk(request: HttpRequest) -> BindingGuide:
    return BindingGuide(_("请在图书馆公众号里回复「绑定」，按提示绑定读者证后再打开这个页面。"))


_identity_provider: Callable[[HttpRequest], Identity | None] = _nobody
_binding_guide: Callable[[HttpRequest], BindingGuide] = _ask_the_desk

# Kept on the request: the shell, the page and its badges ask several times, the provider is asked once.
_KEPT = "_mobile_identity"


def set_identity_provider(provider: Callable[[HttpRequest], Identity | None]) -> None:
    """Name the function that knows the reader of a request."""
    global _identity_provider
    _identity_provider = provider


def set_binding_guide(guide: Callable[[HttpRequest], BindingGuide]) -> None:
    """Name the function that says how an unknown reader binds a card."""
    global _binding_guide
    _binding_guide = guide


def identity_of(request: HttpRequest) -> Identity | None:
    """Return the reader of a request, or None while nobody is known."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _identity_provider(request))
    found: Identity | None = getattr(request, _KEPT)
    return found


def binding_guide(request: HttpRequest) -> BindingGuide:
    """Return how to become known here."""
    return _binding_guide(request)
