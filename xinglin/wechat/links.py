"""Personal links: how a page knows a follower where the account has no web authorisation.

A link carries an HMAC over account, openid and its own number. The first browser that opens it keeps it, by
a cookie; whoever it is forwarded to is told whom to ask. It expires by itself.
"""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.web import own_address
from xinglin.patrons.models import Patron
from xinglin.patrons.sign_in import sessions
from xinglin.wechat.models import Binding, Follower, PersonalLink

SALT = "xinglin.wechat.links"
SIGNATURE_LENGTH = 32
SESSION_KEY = "wechat_follower"
BROWSER_COOKIE = "wechat_browser"
BROWSER_LIFETIME = 400 * 24 * 3600


class LinkNotYours(Refusal):
    """A personal link that was forged, has expired, or was opened by somebody else before."""

    code = "wechat.link_not_yours"
    status = 403


def personal_link(follower: Follower, path: str, *, hours: int = 24) -> str:
    """Return an absolute link to one of our pages that knows this follower and nobody else."""
    kept = PersonalLink.objects.create(
        follower=follower, path=path, expires_at=clock.now() + timedelta(hours=hours)
    )
    return f"{settings.PUBLIC_URL}/m/w/{kept.pk.hex}{_signature(kept)}/"


def open_link(request: HttpRequest, written: str) -> tuple[PersonalLink, str]:
    """Return the link that was opened and the browser's secret, and sign this browser in as the follower.

    The row is locked: of two browsers that open it at the same moment one is first. Call inside a transaction.

    Raises ``LinkNotYours``.
    """
    link = _read(written)
    browser = request.get_signed_cookie(BROWSER_COOKIE, default="", salt=SALT) or secrets.token_urlsafe(24)
    if link.opened_at is None:
        link.opened_at, link.browser = clock.now(), _digest(browser)
        link.save(update_fields=["opened_at", "browser"])
    elif not constant_time_compare(link.browser, _digest(browser)):
        raise LinkNotYours(
            _(
                "这是发给另一位读者的个人链接，已由本人打开过，不能转用。请在公众号里回复「我的」获取您自己的链接。"
            )
        )
    sign_in(request, link.follower)
    return link, browser


def keep_browser(response: HttpResponse, browser: str) -> None:
    """Give the browser the cookie by which it will be known."""
    response.set_signed_cookie(
        BROWSER_COOKIE,
        browser,
        salt=SALT,
        max_age=BROWSER_LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def sign_in(request: HttpRequest, follower: Follower) -> None:
    """Remember in the session which follower this browser belongs to."""
    if request.session.get(SESSION_KEY) != follower.pk:
        request.session.cycle_key()
    request.session[SESSION_KEY] = follower.pk


def sign_out(request: HttpRequest) -> None:
    """Forget the follower in this browser."""
    request.session.pop(SESSION_KEY, None)


def follower_of(request: HttpRequest) -> Follower | None:
    """Return the follower that this browser belongs to; one who unfollowed and was erased is nobody."""
    pk = request.session.get(SESSION_KEY)
    if not isinstance(pk, int):
        return None
    return Follower.objects.select_related("account").filter(pk=pk, erased_at__isnull=True).first()


def patron_of(request: HttpRequest) -> Patron | None:
    """Return the reader of this browser: bound to its follower, or signed in on this terminal."""
    follower = follower_of(request)
    patron = bound_patron(follower) if follower else None
    return patron or sessions.present(request)


def bound_here(request: HttpRequest) -> bool:
    """Tell whether it is WeChat that knows this browser's reader, and not a sign-in on a terminal."""
    follower = follower_of(request)
    return follower is not None and bound_patron(follower) is not None


def bound_patron(follower: Follower) -> Patron | None:
    """Return the reader a follower is bound to."""
    binding = (
        Binding.objects.filter(follower=follower, unbound_at__isnull=True)
        .select_related("patron__home_library", "patron__category")
        .first()
    )
    return binding.patron if binding else None


def safe_path(path: str) -> str:
    """Return a path of our own pages, whatever was asked for."""
    return own_address(path) or "/m/"


def _read(written: str) -> PersonalLink:
    stale = LinkNotYours(_("链接已失效或不完整。请在公众号里再回复一次，获取新的链接。"))
    try:
        pk = uuid.UUID(hex=written[:32])
    except ValueError:
        raise stale from None
    link = (
        PersonalLink.objects.select_for_update(of=("self",), no_key=True)
        .select_related("follower__account")
        .filter(pk=pk)
        .first()
    )
    if link is None or not constant_time_compare(_signature(link), written[32:]):
        raise stale
    if link.expires_at <= clock.now() or link.follower.erased_at is not None:
        raise stale
    return link


def _signature(link: PersonalLink) -> str:
    account, openid = link.follower.account_id, link.follower.openid
    words = f"{link.pk.hex}\0{account}\0{openid}"
    return salted_hmac(SALT, words, algorithm="sha256").hexdigest()[:SIGNATURE_LENGTH]


def _digest(browser: str) -> str:
    return salted_hmac(SALT + ".browser", browser, algorithm="sha256").hexdigest()
