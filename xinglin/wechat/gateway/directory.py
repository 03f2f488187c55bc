"""What the gateway knows without asking: accounts with their keys, compiled rules, and the time.

A thread reads it anew when something has changed, because the event loop must not wait for the database.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.wechat import crypto
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.gateway.pushes import Keys
from xinglin.wechat.models import Account
from xinglin.wechat.rules.book import RuleBook, book_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One account, ready to be answered for."""

    account_id: int
    version: int
    keys: Keys
    may_send: bool
    book: RuleBook


@dataclass(frozen=True)
class Directory:
    """A snapshot: accounts by their callback path, and how far our clock is from real time."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    clock_offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The present by our clock. ``clock.now`` itself reads the database where the clock may be moved."""
        return datetime.now(UTC) + self.clock_offset


def read(previous: Directory) -> Directory:
    """Read the accounts that take callbacks; what has not changed is taken over from the last snapshot.

    An account whose keys cannot be read is left out and said in the log: the others go on.
    """
    clock.forget()  # else one that was just moved would be taken as it stood a second ago
    try:
        known = {entry.account_id: entry for entry in previous.entries.values()}
        entries: dict[str, Entry] = {}
        for account in Account.objects.filter(active=True, takes_callbacks=True):
            entry = known.get(account.pk)
            try:
                entries[account.path] = (
                    entry if entry is not None and entry.version == account.version else entry_of(account)
                )
            except Refusal as refusal:
                log.error("an account cannot be served", extra={"account": account.pk, "why": str(refusal)})
        return Directory(entries, clock.now() - datetime.now(UTC))
    finally:
        connection.close()  # back to the pool


def entry_of(account: Account) -> Entry:
    """Return the account as the gateway uses it. Raises what a bad key or rule raises."""
    return Entry(
        account_id=account.pk,
        version=account.version,
        keys=Keys(
            appid=account.appid,
            token=account.token,
            mode=account.mode,
            aes_keys=[crypto.key_bytes(key) for key in account.aes_keys],
        ),
        may_send=account.may(Capability.CUSTOMER_SERVICE),
        book=book_of(account.pk, account.version),
    )
