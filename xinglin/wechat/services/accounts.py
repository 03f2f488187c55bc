"""Accounts: connected, amended, probed."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.wechat import crypto
from xinglin.wechat.calling import client_for
from xinglin.wechat.client.errors import PlatformUnreachable, WeChatApiError
from xinglin.wechat.errors import AccountUnfit
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.models import Account, CallbackMode
from xinglin.wechat.models.accounts import new_token
from xinglin.wechat.probe import probe

PROBE = "xinglin.wechat.probe"
SHORTEST_TOKEN, LONGEST_TOKEN = 3, 32


@dataclass(frozen=True, kw_only=True)
class AccountFile:
    """What is entered of an account. An empty secret or key leaves the kept one alone."""

    name: str
    kind: str
    appid: str
    gh_id: str = ""
    secret: str = ""
    token: str = ""
    aes_key: str = ""
    mode: str = CallbackMode.SAFE
    takes_callbacks: bool = True
    api_base_url: str = ""


@transaction.atomic
def connect(*, library: Library, file: AccountFile, by: Staff | None, path: str = "") -> Account:
    """Add an account to the installation; a token is made where none is given.

    Raises ``AccountUnfit``.
    """
    access.require(by, "wechat.add_account", library.pk)
    account = Account(library=library)
    if path:
        account.path = path
    account.token = file.token or new_token()
    _enter(account, file)
    history.record(account, "connect", by=by.user if by else "")
    return account


@transaction.atomic
def amend(*, account: Account, file: AccountFile, by: Staff | None) -> Account:
    """Change what was entered. A new AES key leaves the former one valid for what is under way.

    Raises ``AccountUnfit``.
    """
    access.require(by, "wechat.change_account", account.library_id)
    kept = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    _enter(kept, file)
    history.record(kept, "amend", by=by.user if by else "")
    return kept


@transaction.atomic
def retire(*, account: Account, by: Staff | None) -> None:
    """Take an account out of use; what was written to it stays."""
    access.require(by, "wechat.change_account", account.library_id)
    Account.objects.filter(pk=account.pk).update(active=False, version=F("version") + 1)
    history.record(account, "retire", by=by.user if by else "")


def touch(account: Account) -> None:
    """Make every gateway read the account and its rules anew."""
    Account.objects.filter(pk=account.pk).update(version=F("version") + 1)
    account.refresh_from_db(fields=["version"])


def probe_soon(*, account: Account) -> None:
    """Have the account probed by a job."""
    app.configure_task(PROBE, queue="wechat").defer(account_id=account.pk)


def probe_account(*, account: Account) -> dict[str, str]:
    """Find out what the account may do, and keep it. Calls the platform; not inside a transaction."""
    found = probe(client_for(account))
    Account.objects.filter(pk=account.pk).update(
        probed=found, probed_at=clock.now(), version=F("version") + 1
    )
    account.refresh_from_db(fields=["probed", "probed_at", "version"])
    return found


def keep_own_menu(*, account: Account) -> JsonObject:
    """Keep a copy of the menu and replies that the account had before we take over.

    Turning the callback on switches both off at the platform, so this is done first. An account that may not
    read one of them keeps the reason instead.
    """
    client = client_for(account)
    kept: JsonObject = {}
    for name, read in (("menu", client.menu.current_self_menu), ("replies", client.openapi.autoreply_info)):
        try:
            kept[name] = read()
        except (WeChatApiError, PlatformUnreachable) as error:
            kept[name] = {"unread": str(error)}
    Account.objects.filter(pk=account.pk).update(kept_menu=kept)
    account.kept_menu = kept
    return kept


def _enter(account: Account, file: AccountFile) -> None:
    if file.token:
        account.token = file.token
    if file.secret:
        account.secret = file.secret
    if file.aes_key:
        crypto.key_bytes(file.aes_key)
        account.aes_key = file.aes_key
    for name in ("name", "kind", "appid", "gh_id", "mode", "takes_callbacks", "api_base_url"):
        setattr(account, name, getattr(file, name))
    _check(account)
    account.version += 1
    account.save()


def _check(account: Account) -> None:
    token = account.token
    if not (SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN and token.isascii() and token.isalnum()):
        raise AccountUnfit(
            _("Token 应是 %(least)d 至 %(most)d 位字母或数字。"), least=SHORTEST_TOKEN, most=LONGEST_TOKEN
        )
    if account.mode != CallbackMode.PLAIN and account.takes_callbacks and not account.aes_key:
        raise AccountUnfit(_("兼容模式和安全模式需要 EncodingAESKey；请从公众平台复制，或改用明文模式。"))
    try:
        account.full_clean(exclude=["library"])
    except ValidationError as error:
        first = [f"{name}: {'、'.join(messages)}" for name, messages in error.message_dict.items()]
        raise AccountUnfit(_("账号信息不完整或有误：%(why)s"), why="；".join(first)) from None
