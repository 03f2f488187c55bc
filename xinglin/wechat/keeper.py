"""The token keeper: one refresh at a time over all processes and nodes, and never an old token over a new one.

The row of a token is its lock. Whoever finds it stale locks it, reads it again, and only then asks the
platform; the others wait at the lock and find it fresh. A plain ``/token`` would spoil the others' token with
every call, so ``stable_token`` is asked, which gives the same to everybody (protocol sheet §7).
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.secrets import seal
from xinglin.wechat.client.basics import Credentials, IssuedToken
from xinglin.wechat.client.oauth import JsapiApi
from xinglin.wechat.models import AccessToken, Account, TokenPurpose

log = logging.getLogger(__name__)

# The platform renews a stable token five minutes before its end and lets the old one live that long.
RENEW_BEFORE = timedelta(minutes=5)
SHORTEST_USE = timedelta(seconds=30)
# Forcing is paid for: twenty a day, thirty seconds apart.
FORCE_APART = timedelta(seconds=30)


class TokenKeepsFailing(Refusal):
    """The platform refused a token that it had just renewed by force: fetching more would not help."""

    code = "wechat.token_keeps_failing"
    status = 502


class TokenKeeper:
    """The access token of one account, as ``TokenSource`` of its client."""

    def __init__(self, account: Account, credentials: Callable[[], Credentials]) -> None:
        self._account, self._credentials = account, credentials

    def current(self) -> str:
        """Return a token that is good for a while, fetched only when the kept one is not."""
        kept = AccessToken.objects.filter(account=self._account, purpose=TokenPurpose.ACCESS).first()
        if kept is not None and _is_fresh(kept):
            return kept.value
        with transaction.atomic():
            row = _locked(self._account, TokenPurpose.ACCESS)
            if not _is_fresh(row):
                self._store(row, self._credentials().stable_token())
            return row.value

    def replace(self, rejected: str) -> str:
        """Return another token than one that the platform refused.

        Another process may have replaced it already; then that one is returned and nothing is fetched.

        Raises ``TokenKeepsFailing`` within half a minute of the last forced renewal.
        """
        with transaction.atomic():
            row = _locked(self._account, TokenPurpose.ACCESS)
            if row.value != rejected and _is_fresh(row):
                return row.value
            issued = self._credentials().stable_token()
            if issued.access_token == rejected:
                issued = self._forced(row)
            self._store(row, issued)
            return row.value

    def _forced(self, row: AccessToken) -> IssuedToken:
        now = clock.now()
        if row.forced_at is not None and now - row.forced_at < FORCE_APART:
            raise TokenKeepsFailing(
                _("微信连续拒绝刚换新的访问凭证；请确认 AppID 与 AppSecret 属于同一个账号，半分钟后再试。")
            )
        row.forced_at = now
        log.warning("an access token is renewed by force", extra={"account": self._account.pk})
        return self._credentials().stable_token(force_refresh=True)

    def _store(self, row: AccessToken, issued: IssuedToken) -> None:
        _store(row, issued.access_token, issued.expires_in)


def jsapi_ticket(account: Account, fetch: Callable[[], JsapiApi]) -> str:
    """Return the account's ticket for signing pages, kept and refreshed like a token."""
    kept = AccessToken.objects.filter(account=account, purpose=TokenPurpose.JSAPI).first()
    if kept is not None and _is_fresh(kept):
        return kept.value
    with transaction.atomic():
        row = _locked(account, TokenPurpose.JSAPI)
        if not _is_fresh(row):
            issued = fetch().ticket()
            _store(row, issued.ticket, issued.expires_in)
        return row.value


def _locked(account: Account, purpose: TokenPurpose) -> AccessToken:
    AccessToken.objects.bulk_create(
        [AccessToken(account=account, purpose=purpose)], ignore_conflicts=True
    )  # two that start at once make one row
    return AccessToken.objects.select_for_update(no_key=True).get(account=account, purpose=purpose)


def _store(row: AccessToken, value: str, lives: int) -> None:
    now = clock.now()
    expires = now + timedelta(seconds=lives)
    if row.sealed and row.value == value and row.expires_at is not None and row.expires_at >= expires:
        return
    row.sealed, row.issued_at, row.expires_at = seal(value), now, expires
    row.generation += 1
    row.save()


def _is_fresh(row: AccessToken) -> bool:
    if not row.sealed or row.expires_at is None or row.issued_at is None:
        return False
    left = row.expires_at - clock.now()
    # A stable token may come with a minute left; it is used for most of it rather than fetched for every call.
    lifetime = row.expires_at - row.issued_at
    margin = RENEW_BEFORE if lifetime > 2 * RENEW_BEFORE else min(SHORTEST_USE, lifetime / 2)
    return left > margin
