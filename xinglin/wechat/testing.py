"""Help for the tests of every room: an account, a follower's words, and a gateway on a real port."""

import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import uvicorn

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.wechat import handling
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.gateway.asgi import GATEWAY_PATH, GatewayApplication
from xinglin.wechat.gateway.desk import Desk, Pace
from xinglin.wechat.jsonvalue import JsonObject
from xinglin.wechat.messages import from_fields
from xinglin.wechat.messages.events import Event
from xinglin.wechat.models import Account, CallbackMode, Follower, IncomingMessage
from xinglin.wechat.replies import Article, News, Reply, Text
from xinglin.wechat.services import accounts

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "LibTestToken2024"  # noqa: S105 -- of a test account
WORKER = 1
START_LIMIT = 20.0
_numbers = count(1)


def an_account(
    library: Library,
    *,
    kind: str = AccountKind.F1,
    name: str = "医学图书馆",
    mode: str = CallbackMode.SAFE,
    appid: str = "",
    api_base_url: str = "",
    secret: str = "secret",  # noqa: S107 -- of a test account
    path: str = "",
) -> Account:
    """An account of a library, in safe mode and ready for a callback."""
    number = next(_numbers)
    appid = appid or "wx" + hashlib.sha256(f"{number}".encode()).hexdigest()[:16]
    file = accounts.AccountFile(
        name=name, kind=kind, appid=appid, secret=secret, token=TOKEN, aes_key=AES_KEY, mode=mode,
        gh_id=f"gh_{number:012x}", api_base_url=api_base_url,
    )  # fmt: skip
    return accounts.connect(library=library, file=file, by=None, path=path)


def a_follower(account: Account, openid: str = "") -> Follower:
    """Somebody who follows an account."""
    follower, _made = Follower.objects.get_or_create(
        account=account, openid=openid or f"o{next(_numbers):027d}", defaults={"followed_at": clock.now()}
    )
    return follower


def say(follower: Follower, text: str) -> Reply:
    """Have a follower write something, and return the answer. No HTTP: what the gateway's thread does."""
    return send(follower, {"MsgType": "text", "Content": text, "MsgId": str(next(_numbers))})


def happen(follower: Follower, event: str, key: str = "", **more: str) -> Reply:
    """Have an event happen to a follower, a click on a menu button for instance, and return the answer."""
    return send(follower, {"MsgType": "event", "Event": event, "EventKey": key, **more})


def send(follower: Follower, fields: JsonObject) -> Reply:
    """Have any message arrive, and return the answer."""
    now = clock.now()
    whole: JsonObject = {
        "ToUserName": follower.account.gh_id,
        "FromUserName": follower.openid,
        "CreateTime": str(int(now.timestamp())),
        **fields,
    }
    message = from_fields(whole)
    row = IncomingMessage.objects.create(
        account=follower.account,
        follower=follower,
        dedup_key=uuid.uuid4(),
        kind=message.kind,
        event=message.event if isinstance(message, Event) else "",
        event_key=message.key if isinstance(message, Event) else "",
        text=str(fields.get("Content", "")),
        payload=whole,
        sent_at=now,
        received_at=now,
        claimed_by=WORKER,
    )
    return handling.handle(row.pk, WORKER)


def text_of(reply: Reply) -> str:
    """Return what a reader would read of a reply."""
    if isinstance(reply, Text):
        return reply.content
    if isinstance(reply, News):
        return "\n".join(_card(article) for article in reply.articles)
    return ""


def _card(article: Article) -> str:
    return f"{article.title}\n{article.description}\n{article.url}"


def until(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Look again and again until something is true: another thread is at work on it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@dataclass
class RunningGateway:
    """A gateway on a port of this machine."""

    address: str
    application: GatewayApplication

    def url_of(self, account: Account) -> str:
        return f"{self.address}{GATEWAY_PATH}{account.path}"


@contextmanager
def running_gateway(*, pace: Pace | None = None, threads: int = 8) -> Iterator[RunningGateway]:
    """Run a gateway in a thread, with connections of its own: for tests with ``transaction=True``."""
    application = GatewayApplication(lambda: Desk(pace=pace, threads=threads))
    server = uvicorn.Server(
        uvicorn.Config(
            application, port=0, log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        limit = time.monotonic() + START_LIMIT
        while not server.started:
            if not thread.is_alive() or time.monotonic() > limit:
                raise RuntimeError("the gateway did not start")
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield RunningGateway(f"http://127.0.0.1:{port}", application)
    finally:
        server.should_exit = True
        thread.join(timeout=START_LIMIT)
