"""The client of an account: its address, its proxy, its kept token. One a process, made anew when it changes."""

import threading

from django.conf import settings

from xinglin.wechat import keeper
from xinglin.wechat.client import WeChatClient
from xinglin.wechat.client.basics import Credentials
from xinglin.wechat.models import Account

_lock = threading.Lock()
_clients: dict[int, tuple[tuple[str, ...], WeChatClient]] = {}


def client_for(account: Account) -> WeChatClient:
    """Return the client that calls on behalf of an account; connections are kept open between calls."""
    recipe = (account.appid, account.sealed_secret, account.base_url, settings.WECHAT_PROXY_URL)
    with _lock:
        known = _clients.get(account.pk)
        if known is not None and known[0] == recipe:
            return known[1]
        client = _made(account)
        _clients[account.pk] = (recipe, client)
        return client


def _made(account: Account) -> WeChatClient:
    def credentials() -> Credentials:
        return client.credentials

    client = WeChatClient(
        appid=account.appid,
        secret=account.secret,
        tokens=keeper.TokenKeeper(account, credentials),
        base_url=account.base_url,
        proxy=settings.WECHAT_PROXY_URL,
    )
    return client


def jsapi_ticket(account: Account) -> str:
    """Return the ticket that pages of an account are signed with."""
    return keeper.jsapi_ticket(account, lambda: client_for(account).jsapi)


def close_clients() -> None:
    """Close every connection; for the end of a process and for tests."""
    with _lock:
        for _recipe, client in _clients.values():
            client.close()
        _clients.clear()
