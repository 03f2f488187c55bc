"""A sandbox, a scripted account server, and an account that joins the two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import etree

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from wechat_sandbox.wire import cdata

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "LibTestToken2024"


@dataclass
class Received:
    """One request that the account's server got."""

    query: dict[str, str]
    body: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.body)

    def __getitem__(self, tag: str) -> str | None:
        return self.root.findtext(tag)


@dataclass
class Bot:
    """An account's server. ``answer`` decides what it says; by default nothing."""

    url: str = ""
    answer: Callable[[Received], str | bytes | int] = lambda received: "success"
    received: list[Received] = field(default_factory=list)
    echoes: bool = True
    page: str = ""
    """What the server shows at any address that is no check; ``{path}`` stands for the address."""


def text_reply(received: Received, content: str, **changes: str) -> str:
    """A passive text reply to what was received."""
    fields = {
        "ToUserName": received["FromUserName"] or "",
        "FromUserName": received["ToUserName"] or "",
        "CreateTime": "1700000000",
        "MsgType": "text",
        "Content": content,
    } | changes
    return "<xml>" + "".join(f"<{k}>{cdata(v)}</{k}>" for k, v in fields.items()) + "</xml>"


def _handler(bot: Bot) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

        def _send(self, answer: str | bytes | int) -> None:
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            if not isinstance(answer, int):
                self.wfile.write(answer if isinstance(answer, bytes) else answer.encode())

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            if "echostr" in query:
                self._send(query["echostr"][0] if bot.echoes else "wrong")
            else:
                self._send(bot.page.replace("{path}", self.path))

        def do_POST(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received = Received(query, body)
            bot.received.append(received)
            answer = bot.answer(received)
            try:
                self._send(answer)
            except OSError:
                """The platform did not wait; that is what some tests are about."""

    return Handler


@pytest.fixture
def bot() -> Iterator[Bot]:
    bot = Bot()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bot))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    bot.url = f"http://127.0.0.1:{server.server_port}/wechat"
    yield bot
    server.shutdown()
    server.server_close()


@pytest.fixture
def sandbox() -> Iterator[SandboxClient]:
    with running_sandbox(patience=2.0) as client:
        client.add_person("wang", "王医生")
        client.add_person("li", "李护士")
        yield client


class Api:
    """The account's program: calls the API with its token."""

    def __init__(self, sandbox: SandboxClient, appid: str) -> None:
        self.appid = appid
        self.secret = str(sandbox.account(appid)["secret"])
        self.http = httpx.Client(base_url=sandbox.base_url, trust_env=False, verify=False)
        self.token = ""
        self.renew()

    def renew(self) -> dict[str, object]:
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        answer: dict[str, object] = self.http.get("/cgi-bin/token", params=query).json()
        self.token = str(answer.get("access_token", ""))
        return answer

    def get(self, path: str, **query: object) -> dict[str, object]:
        answer = self.http.get(
            path, params={"access_token": self.token, **{k: str(v) for k, v in query.items()}}
        )
        return dict(answer.json())

    def post(self, path: str, body: object, **query: str) -> dict[str, object]:
        answer = self.http.post(path, params={"access_token": self.token, **query}, json=body)
        return dict(answer.json())

    def upload(self, path: str, name: str, content: bytes, **query: str) -> dict[str, object]:
        parts = {"media": (name, content)}
        answer = self.http.post(path, params={"access_token": self.token, **query}, files=parts)
        return dict(answer.json())


@pytest.fixture
def api(sandbox: SandboxClient) -> Iterator[Callable[[str], Api]]:
    opened: list[Api] = []

    def make(appid: str) -> Api:
        opened.append(Api(sandbox, appid))
        return opened[-1]

    yield make
    for one in opened:
        one.http.close()


@pytest.fixture
def service(sandbox: SandboxClient, bot: Bot) -> str:
    """A certified service account, connected in plain mode, with one follower."""
    sandbox.add_account("wxservice", kind="F1", name="市立图书馆")
    assert sandbox.connect("wxservice", bot.url, token=TOKEN)["passed"]
    sandbox.follow("wxservice", "wang")
    bot.received.clear()
    return "wxservice"
