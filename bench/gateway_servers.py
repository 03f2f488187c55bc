"""The servers of the gateway figure, each a process of its own: our gateway, and the peer under gunicorn."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.environments import PROJECT, python_with
from bench.gateway_load import Order, Outcome
from bench.gateway_messages import AES_KEY, APPID, TOKEN, PlainRule
from bench.processes import free_port, running

PEER_THREADS = 8


@dataclass
class Server:
    """Something that answers pushes."""

    name: str
    port: int
    path: str
    rule_count: int
    process: "subprocess.Popen[bytes]"

    def load(self, **order: float | int | str) -> Outcome:
        """Put a load on it alone."""
        return carry_out(Order(ports=[self.port], path=self.path, rule_count=self.rule_count, **order))  # type: ignore[arg-type]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


def begin(order: Order) -> "subprocess.Popen[str]":
    """Start the load process, and return when its messages are made and its clock starts."""
    load = subprocess.Popen(
        [sys.executable, "-m", "bench.gateway_load"],
        cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert load.stdin is not None and load.stderr is not None
    load.stdin.write(json.dumps(asdict(order)))
    load.stdin.close()
    first_line = load.stderr.readline()
    if first_line != "ready\n":
        raise RuntimeError(f"the load did not start: {first_line}{load.stderr.read()}")
    return load


def outcome_of(load: "subprocess.Popen[str]") -> Outcome:
    """Wait for the load process, and return what it noted. Raises ``RuntimeError`` with what it complained of."""
    assert load.stdout is not None and load.stderr is not None
    said = load.stdout.read()
    if load.wait():
        raise RuntimeError(f"the load broke off: {load.stderr.read()}")
    return Outcome(**json.loads(said))


def carry_out(order: Order) -> Outcome:
    """Carry an order out from beginning to end."""
    return outcome_of(begin(order))


@contextmanager
def our_gateway(path: str, rule_count: int, name: str = "xinglin") -> Iterator[Server]:
    """Run ``xinglin serve --only gateway``: one process, one worker."""
    port = free_port()
    command = [sys.executable, "-m", "xinglin", "serve", "--only", "gateway", "--port", str(port)]
    with running(command, dict(os.environ), port) as process:
        yield Server(name, port, f"/wechat/callback/{path}", rule_count, process)


@dataclass(frozen=True)
class Peer:
    """An independent program: what it needs, the module under ``bench/peers`` that starts it, and its address."""

    name: str
    requirements: tuple[str, ...]
    module: str
    path: str
    style: str = ""


_GUNICORN = "gunicorn>=25"
_FLASK = ("wechatpy==1.8.18", "cryptography", "flask", _GUNICORN)
WECHATPY = Peer("wechatpy", _FLASK, "wechatpy_flask", "/wechat", "patterns")
WECHATPY_STRINGS = Peer("wechatpy", _FLASK, "wechatpy_flask", "/wechat", "strings")
WEROBOT = Peer("WeRoBot", ("werobot==1.13.1", "cryptography", _GUNICORN), "werobot_filters", "/")


@contextmanager
def under_gunicorn(peer: Peer, rules: list[PlainRule], folder: Path) -> Iterator[Server]:
    """Run a peer on gunicorn: gthread, one worker, eight threads; no storage."""
    python, port = python_with(f"{peer.name.lower()}-gunicorn", *peer.requirements), free_port()
    file = folder / f"rules-{len(rules)}.json"
    file.write_text(json.dumps([asdict(rule) for rule in rules]), encoding="utf-8")
    command = [
        str(python), "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", str(PEER_THREADS),
        "--keep-alive", "75", "--log-level", "error", "--no-control-socket", "-b", f"127.0.0.1:{port}",
        "--pythonpath", str(PROJECT / "bench" / "peers"), f"{peer.module}:app",
    ]  # fmt: skip
    told = {"BENCH_TOKEN": TOKEN, "BENCH_AES_KEY": AES_KEY, "BENCH_APPID": APPID, "BENCH_RULES": str(file)}
    told |= {"BENCH_STYLE": peer.style}
    with running(command, {"PATH": os.environ["PATH"]} | told, port) as process:
        style = f" as {peer.style}" if peer.style else ""
        yield Server(f"{peer.name}, {len(rules)} rules{style}", port, peer.path, len(rules), process)
