"""A small LDAP server on a real socket: simple binds, searches by its own table, StartTLS; it keeps what it heard."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xinglin.patrons.tests.certificates import Pair

READER = "uid=li,ou=people,dc=hospital,dc=cn"
SEARCHER = "cn=library,dc=hospital,dc=cn"
BIND, UNBIND, SEARCH, EXTENDED = 0x60, 0x42, 0x63, 0x77
BASE = "ou=people,dc=hospital,dc=cn"


@dataclass
class Hospital:
    """What the server knows, and what it heard: ``("bind", dn, password, encrypted)``, ``("search", pairs)``."""

    pair: Pair
    implicit: bool = False
    may_start_tls: bool = True
    passwords: dict[str, str] = field(default_factory=lambda: {SEARCHER: "s3cret", READER: "密码-Li!"})
    entries: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: {READER: {"uid": ["li"], "employeeNumber": ["1001"]}}
    )
    refer_to: str = ""
    heard: list[tuple[Any, ...]] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"{'ldaps' if self.implicit else 'ldap'}://127.0.0.1:{self.port}"


@contextmanager
def running(hospital: Hospital, folder: Path) -> Iterator[Hospital]:
    """Serve on a free port until left."""
    (folder / "ldap.pem").write_text(hospital.pair.pem + hospital.pair.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ldap.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        hospital.port = listening.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):  # closed: the test is over
                while True:
                    came, _address = listening.accept()
                    threading.Thread(target=_converse, args=(hospital, came, context), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield hospital
        listening.shutdown(socket.SHUT_RDWR)


def _converse(hospital: Hospital, came: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):  # a client that does not like our certificate hangs up
        encrypted = hospital.implicit
        line: socket.socket = context.wrap_socket(came, server_side=True) if encrypted else came
        waiting = b""
        while more := line.recv(65536):
            waiting += more
            while (message := _first(waiting)) is not None:
                waiting = waiting[message[2] :]
                number, (kind, asked, _end) = _parts(message[1])[:2]
                if kind == UNBIND:
                    return
                for answer in _answers(hospital, kind, asked, encrypted):
                    line.sendall(_tlv(0x30, _tlv(*number[:2]), answer))
                if kind == EXTENDED and hospital.may_start_tls:
                    line, encrypted = context.wrap_socket(line, server_side=True), True


def _answers(hospital: Hospital, kind: int, asked: bytes, encrypted: bool) -> Iterator[bytes]:
    if kind == BIND:
        _version, (_tag, name, _end), (_simple, password, _end) = _parts(asked)
        hospital.heard.append(("bind", name.decode(), password.decode(), encrypted))
        # As real servers do: no password is an anonymous bind, and a success.
        welcome = not password or hospital.passwords.get(name.decode()) == password.decode()
        yield _result(0x61, 0 if welcome else 49)
    elif kind == SEARCH:
        asserted = _asserted(*_parts(asked)[6][:2])
        hospital.heard.append(("search", asserted))
        for dn, attributes in hospital.entries.items():
            if any(value in attributes.get(name, ()) for name, value in asserted):
                yield _entry(dn, attributes)
        if hospital.refer_to:
            yield _tlv(0x73, _tlv(4, hospital.refer_to.encode()))
        yield _result(0x65, 0)
    else:
        hospital.heard.append(("extended", asked))
        yield _result(0x78, 0 if hospital.may_start_tls else 2)


def _result(tag: int, code: int) -> bytes:
    return _tlv(tag, _tlv(10, bytes([code])), _tlv(4), _tlv(4))


def _entry(dn: str, attributes: dict[str, list[str]]) -> bytes:
    listed = [
        _tlv(0x30, _tlv(4, name.encode()), _tlv(0x31, *(_tlv(4, value.encode()) for value in values)))
        for name, values in attributes.items()
    ]
    return _tlv(0x64, _tlv(4, dn.encode()), _tlv(0x30, *listed))


def _asserted(tag: int, value: bytes) -> list[tuple[str, str]]:
    """Return what a filter compares, as the server understood it (RFC 4511, 4.5.1.7)."""
    if tag in (0xA0, 0xA1):
        return [pair for each in _parts(value) for pair in _asserted(*each[:2])]
    if tag == 0xA3:
        (_tag, name, _end), (_tag, asserted, _end) = _parts(value)
        return [(name.decode(), asserted.decode())]
    return [("another kind", f"{tag:#x}")]


# ---- BER, as much as LDAP needs ------------------------------------------------------------------------------


def _tlv(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    return bytes([tag, 0x84]) + len(value).to_bytes(4, "big") + value


def _first(written: bytes) -> tuple[int, bytes, int] | None:
    """Return tag, value and end of what comes first, or None while it is not whole."""
    if len(written) < 2:
        return None
    length, begin = written[1], 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(written[2:begin], "big")
    end = begin + length
    return (written[0], written[begin:end], end) if len(written) >= end else None


def _parts(written: bytes) -> list[tuple[int, bytes, int]]:
    found = []
    while (part := _first(written)) is not None:
        found.append(part)
        written = written[part[2] :]
    return found
