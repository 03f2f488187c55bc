"""Runs inside the peer's environment: a WeRoBot, unmodified, behind the standard library's server.

Prints its port, then answers until it is ended.
"""

import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from werobot import WeRoBot
from werobot.replies import Article, ArticlesReply

token, appid, key = sys.argv[1:]
robot = WeRoBot(token=token, enable_session=False)
if key:
    robot.config["APP_ID"], robot.config["ENCODING_AES_KEY"] = appid, key


def text(message: Any) -> Any:
    if message.content == "图文":
        reply = ArticlesReply(message=message)
        reply.add_article(Article("新书", "到馆", "http://127.0.0.1/a.png", "http://127.0.0.1/"))
        return reply
    return "你说：" + message.content


def subscribe(message: Any) -> str:
    return f"欢迎 {message.key}"


def unsubscribe(message: Any) -> str:
    return ""


def scan(message: Any) -> str:
    return f"扫了 {message.key}"


def click(message: Any) -> str:
    return f"点了 {message.key}"


def view(message: Any) -> str:
    return f"看了 {message.key}"


def image(message: Any) -> str:
    return f"图 {message.img}"


def voice(message: Any) -> str:
    return f"音 {message.format}"


def location(message: Any) -> str:
    return f"位 {message.label}"


def link(message: Any) -> str:
    return f"链 {message.title}"


HANDLERS = {
    "text": text,
    "image": image,
    "voice": voice,
    "location": location,
    "link": link,
    "subscribe_event": subscribe,
    "unsubscribe_event": unsubscribe,
    "scan_event": scan,
    "click_event": click,
    "view_event": view,
}
for kind, handler in HANDLERS.items():
    robot.add_handler(handler, type=kind)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet."""


server = make_server("127.0.0.1", 0, robot.wsgi, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
