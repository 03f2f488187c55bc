"""``make demo``: the demonstration consortium at work, with the pretend WeChat beside it.

Everything is kept under ``XINGLIN_HOME`` and survives a second run. A second call while the first
still runs prints the first one's addresses and touches nothing.
"""

import fcntl
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings

from xinglin.config.processes import KeptPort, Part, Supervisor

READY_WITHIN = 60.0


@dataclass(frozen=True)
class Ports:
    """Where the site, the pretend WeChat, PubMed and library outside listen on this machine."""

    site: int
    sandbox: int
    literature: int
    partner: int

    @property
    def site_url(self) -> str:
        return f"http://127.0.0.1:{self.site}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox}"

    @property
    def literature_url(self) -> str:
        return f"http://127.0.0.1:{self.literature}"

    @property
    def partner_url(self) -> str:
        return f"http://127.0.0.1:{self.partner}/"


def run(*, port: int, sandbox_port: int, literature_port: int, partner_port: int) -> None:
    """Load the demonstration when it is not there yet, start everything, and run until a signal."""
    home = Path(os.environ.get("XINGLIN_HOME", ".xinglin")).resolve()
    home.mkdir(mode=0o711, parents=True, exist_ok=True)  # others may pass through to nothing they can read
    with _only_one(home / "demo.lock") as alone:
        addresses = home / "demo.json"
        if not alone:
            print(addresses.read_text(encoding="utf-8") if addresses.exists() else "", end="")
            print("演示已经在运行，地址见上。The demonstration is already running at the addresses above.")
            return
        # Loading takes a while: nobody takes the ports meanwhile.
        kept = [KeptPort(each) for each in (port, sandbox_port, literature_port, partner_port)]
        ports = Ports(*(each.number for each in kept))
        _tell_the_parts(ports)
        _run_alone(ports, kept=kept, addresses=addresses)


def _tell_the_parts(ports: Ports) -> None:
    """Set what the parts read from their environment; before Django's settings are loaded."""
    os.environ["XINGLIN_PUBLIC_URL"] = ports.site_url
    os.environ["XINGLIN_WECHAT_API_URL"] = ports.sandbox_url
    os.environ["XINGLIN_PUBMED_URL"] = f"{ports.literature_url}/entrez/eutils"
    # The library outside is on this machine too; the demonstration listens on this machine only.
    os.environ["XINGLIN_PRIVATE_SOURCES"] = "on"
    os.environ["XINGLIN_EUROPE_PMC_URL"] = f"{ports.literature_url}/europepmc/webservices/rest"
    os.environ["XINGLIN_CROSSREF_URL"] = f"{ports.literature_url}/crossref"
    os.environ["XINGLIN_OPENALEX_URL"] = f"{ports.literature_url}/openalex"


def _run_alone(ports: Ports, *, kept: Sequence[KeptPort], addresses: Path) -> None:
    from xinglin.config.command import _stop_database, with_database

    started_here = with_database()
    try:
        _say("数据库已就绪 database ready")
        is_new = _load()
        _connect_the_partner(ports)
        scenario = settings.HOME / "sandbox.json"
        scenario.write_text(json.dumps(_scenario(), ensure_ascii=False, indent=1), encoding="utf-8")
        supervisor = Supervisor(_parts(ports, scenario))
        for each in kept:
            each.release()
        supervisor.start()
        try:
            asked = (
                f"{ports.site_url}/health/ready", f"{ports.sandbox_url}/", f"{ports.literature_url}/",
                ports.partner_url,
            )  # fmt: skip
            _wait_for(*asked, parts=supervisor.parts)
            if is_new:
                _tell_the_story(ports.sandbox_url)
                _borrow_from_outside()
            banner = _banner(ports)
            addresses.write_text(banner, encoding="utf-8")
            print(banner, flush=True)
        except BaseException:
            supervisor.stop()
            raise
        supervisor.watch()
    finally:
        addresses.unlink(missing_ok=True)
        if started_here:
            _stop_database()


def _load() -> bool:
    django.setup()
    from django.core.management import call_command

    from xinglin.demonstration import loading

    call_command("migrate", verbosity=0)
    return loading.load_once(say=_say)


def _scenario() -> dict[str, object]:
    from xinglin.demonstration import scenario

    return scenario.for_the_sandbox()


def _tell_the_story(sandbox: str) -> None:
    from xinglin.demonstration import storyteller

    storyteller.tell(sandbox=sandbox, say=_say)


def _connect_the_partner(ports: Ports) -> None:
    """Tell the house and the pretend library outside where the other is, and their secret, new for each home."""
    from xinglin.demonstration import supply

    file = _partner_secret()
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24), encoding="ascii")
    supply.connect_the_partner(url=ports.partner_url, secret=file.read_text(encoding="ascii"))


def _partner_secret() -> Path:
    return Path(settings.HOME) / "partner_secret"


def _borrow_from_outside() -> None:
    from xinglin.demonstration import supply

    supply.borrow_from_outside()


def _parts(ports: Ports, scenario: Path) -> list[Part]:
    from xinglin.config.serving import parts_of_a_node

    sandbox = ["wechat_sandbox", "--host", "127.0.0.1", "--port", str(ports.sandbox)]
    keep = ["--scenario", str(scenario), "--state-dir", str(settings.HOME / "sandbox")]
    literature = ["literature_sandbox", "--port", str(ports.literature), "--fault-rate", "0.1"]
    remember = ["--epoch-file", str(settings.HOME / "literature_epoch")]
    from xinglin.demonstration import supply

    partner = ["xinglin.ill.mock", "--port", str(ports.partner), "--symbol", supply.PARTNER, "--pause", "4",
               "--holds", supply.FROM_OUTSIDE.isbn, "--secret-file", str(_partner_secret()),
               "--send-to", f"{ports.site_url}/ill/iso18626"]  # fmt: skip
    return [
        *parts_of_a_node(host="127.0.0.1", port=ports.site),
        Part("sandbox", [*sandbox, *keep]),
        Part("literature", [*literature, *remember]),
        Part("partner", partner),
    ]


def _wait_for(*urls: str, parts: list[Part]) -> None:
    """Wait until our own parts answer; whoever else answers on their ports is not them."""
    deadline = time.monotonic() + READY_WITHIN
    for url in urls:
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own addresses, just made)
                    _refuse_when_one_died(parts)
                    break
            except (urllib.error.URLError, OSError):
                _refuse_when_one_died(parts)
                if time.monotonic() > deadline:
                    sys.exit(f"{url} 在 {READY_WITHIN:.0f} 秒内没有应答，请看上面的日志。")
                time.sleep(0.2)


def _refuse_when_one_died(parts: list[Part]) -> None:
    for part in parts:
        if part.process is not None and part.process.poll() is not None:
            ended = f"{part.name} 没有启动（退出码 {part.process.returncode}）"
            sys.exit(f"{ended}，请看上面的日志；端口可能刚被别的程序占用，再运行一次即可。")


@contextmanager
def _only_one(file: Path) -> Iterator[bool]:
    """Yield whether this is the only demonstration on this home; the lock ends with the process."""
    with open(file, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _say(sentence: str) -> None:
    print(f"· {sentence}", flush=True)


def _banner(ports: Ports) -> str:
    from xinglin.demonstration import tour

    return tour.banner(site=ports.site_url, phone=ports.sandbox_url)
