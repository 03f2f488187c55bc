"""The rules of the gateway figure and the pushes that meet them, signed and encrypted as the platform does.

Written from the platform's own pages (message encryption: sheet §2) and not with our gateway's code,
so that a mistake of ours cannot agree with itself.
"""

import base64
import hashlib
import os
import random
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

TOKEN = "BenchToken2024"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID = "wx0123456789abcdef"
GH_ID = "gh_0123456789ab"
FOLLOWERS = 2_000
_KEY = base64.b64decode(AES_KEY + "=")
_BLOCK = 32
_ENCRYPTED = re.compile(rb"<Encrypt><!\[CDATA\[(.*?)\]\]></Encrypt>")
_CONTENT = re.compile(r"<Content><!\[CDATA\[(.*?)\]\]></Content>", re.DOTALL)
_SUBJECTS = ("开放时间", "借书证办理", "续借", "文献传递", "查新", "数据库", "馆藏", "讲座", "自习室", "复印")


@dataclass(frozen=True)
class PlainRule:
    """A rule as both sides are told it."""

    how: str
    word: str
    reply: str


def rules(count: int) -> list[PlainRule]:
    """Return rules as libraries write them: of ten, six are exact, three contained words, one a pattern."""
    return [_rule(number) for number in range(count)]


def _rule(number: int) -> PlainRule:
    subject = _SUBJECTS[number % 10]
    how = ("exact",) * 6 + ("contains",) * 3 + ("pattern",)
    word = f"{subject}{number:05d}"
    if how[number % 10] == "pattern":
        word = f"第{number:05d}[号种].*{subject}"
    return PlainRule(
        how[number % 10],
        word,
        f"{subject}（{number:05d}）：周一至周日 8:00–22:00，" + "详情请到总服务台。" * 4,
    )


def _written(number: int) -> str:
    """Return what a reader writes that rule ``number`` answers, and no other."""
    subject = _SUBJECTS[number % 10]
    if number % 10 < 6:
        return f"{subject}{number:05d}"
    if number % 10 < 9:
        return f"请问{subject}{number:05d}怎么办？"
    return f"第{number:05d}种书能{subject}吗"


@dataclass(frozen=True)
class Prepared:
    """One push ready to be sent, and the reply it must get."""

    message_id: int
    request: bytes
    expected: str


def pushes(path: str, *, first: int, count: int, rule_count: int, command: str = "") -> Iterator[Prepared]:
    """Yield unique pushes, any rule as likely as any other; every second one says ``command`` if there is one."""
    pick = random.Random(first)
    for message_id in range(first, first + count):
        number = pick.randrange(rule_count)
        is_command = bool(command) and message_id % 2 == 0
        text = command if is_command else _written(number)
        expected = "" if is_command else _rule(number).reply
        yield Prepared(message_id, _request(path, text, message_id, pick.randrange(FOLLOWERS)), expected)


def _request(path: str, text: str, message_id: int, follower: int) -> bytes:
    xml = (
        f"<xml><ToUserName><![CDATA[{GH_ID}]]></ToUserName>"
        f"<FromUserName><![CDATA[oBenchFollower{follower:014d}]]></FromUserName>"
        f"<CreateTime>1767225600</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{message_id}</MsgId></xml>"
    )
    sealed = _encrypt(xml.encode())
    timestamp, nonce = "1767225600", f"{message_id}"
    query = {
        "signature": _sign(timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": f"oBenchFollower{follower:014d}",
        "encrypt_type": "aes",
        "msg_signature": _sign(timestamp, nonce, sealed),
    }
    body = (
        f"<xml><ToUserName><![CDATA[{GH_ID}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()
    head = (
        f"POST {path}?{urlencode(query)} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Mozilla/4.0\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def reply_text(body: bytes) -> str:
    """Return the text of an encrypted answer. Raises ``ValueError`` when it is none."""
    found = _ENCRYPTED.search(body)
    if found is None:
        raise ValueError("the answer is not encrypted")
    content = _CONTENT.search(_decrypt(found[1].decode()))
    return content[1] if content else ""


def _sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, *parts])).encode(), usedforsecurity=False).hexdigest()


def _cipher() -> Cipher[CBC]:
    return Cipher(AES(_KEY), CBC(_KEY[:16]))


def _encrypt(text: bytes) -> str:
    plain = os.urandom(8).hex().encode() + struct.pack(">I", len(text)) + text + APPID.encode()
    fill = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher().encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()


def _decrypt(sealed: str) -> str:
    decryptor = _cipher().decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    (length,) = struct.unpack(">I", plain[16:20])
    return plain[20 : 20 + length].decode()
