"""``make demo``: the demonstration consortium at work, with the pretend WeChat beside it.

Everything is kept under ``XINGLIN_HOME`` and survives a second run. A second call while the first
still runs prints the first one's addresses and touches nothing.
"""

import fcntl
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings

from xinglin.config.processes import KeptPort, Part, Supervisor

READY_WITHIN = 60.0


def run(*, port: int, sandbox_port: int) -> None:
    """Load the demonstration when it is not there yet, start everything, and run until a signal."""
    home = Path(os.environ.get("XINGLIN_HOME", ".xinglin")).resolve()
    home.mkdir(mode=0o711, parents=True, exist_ok=True)  # others may pass through to nothing they can read
    with _only_one(home / "demo.lock") as alone:
        addresses = home / "demo.json"
        if not alone:
            print(addresses.read_text(encoding="utf-8") if addresses.exists() else "", end="")
            print("演示已经在运行，地址见上。The demonstration is already running at the addresses above.")
            return
        site, sandbox = (
            KeptPort(port),
            KeptPort(sandbox_port),
        )  # loading takes a while: nobody takes them meanwhile
        _tell_the_parts(site.number, sandbox.number)
        _run_alone(site=site, sandbox=sandbox, addresses=addresses)


def _tell_the_parts(port: int, sandbox_port: int) -> None:
    """Set what the parts read from their environment; before Django's settings are loaded."""
    os.environ["XINGLIN_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    os.environ["XINGLIN_WECHAT_API_URL"] = f"http://127.0.0.1:{sandbox_port}"


def _run_alone(*, site: KeptPort, sandbox: KeptPort, addresses: Path) -> None:
    from xinglin.config.command import _stop_database, with_database

    port, sandbox_port = site.number, sandbox.number
    started_here = with_database()
    try:
        _say("数据库已就绪 database ready")
        is_new = _load()
        scenario = settings.HOME / "sandbox.json"
        scenario.write_text(json.dumps(_scenario(), ensure_ascii=False, indent=1), encoding="utf-8")
        supervisor = Supervisor(_parts(port, sandbox_port, scenario))
        site.release()
        sandbox.release()
        supervisor.start()
        try:
            addresses_asked = (f"http://127.0.0.1:{port}/health/ready", f"http://127.0.0.1:{sandbox_port}/")
            _wait_for(*addresses_asked, parts=supervisor.parts)
            if is_new:
                _tell_the_story(f"http://127.0.0.1:{sandbox_port}")
            banner = _banner(port, sandbox_port)
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


def _parts(port: int, sandbox_port: int, scenario: Path) -> list[Part]:
    from xinglin.config.serving import parts_of_a_node

    sandbox = ["wechat_sandbox", "--host", "127.0.0.1", "--port", str(sandbox_port)]
    keep = ["--scenario", str(scenario), "--state-dir", str(settings.HOME / "sandbox")]
    return [*parts_of_a_node(host="127.0.0.1", port=port), Part("sandbox", [*sandbox, *keep])]


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


def _banner(port: int, sandbox_port: int) -> str:
    from xinglin.demonstration import tour

    return tour.banner(site=f"http://127.0.0.1:{port}", phone=f"http://127.0.0.1:{sandbox_port}")
