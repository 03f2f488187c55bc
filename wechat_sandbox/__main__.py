"""``python -m wechat_sandbox``: start the sandbox on a loopback address."""

from __future__ import annotations

import argparse
import ipaddress
import json
import socket
from contextlib import suppress
from pathlib import Path

import uvicorn

from wechat_sandbox.scenario import DEFAULT
from wechat_sandbox.server import create_app
from wechat_sandbox.world import World


def loopback(text: str) -> str:
    """Only this machine may reach the sandbox: it holds secrets and has no passwords."""
    address = "127.0.0.1" if text == "localhost" else text
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a loopback address")


def scenario_file(text: str) -> dict[str, object]:
    try:
        data = json.loads(Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"cannot read the scenario: {error}") from error
    if not isinstance(data, dict):
        raise argparse.ArgumentTypeError("a scenario is one JSON object")
    return data


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="wechat_sandbox", description=__doc__)
    parser.add_argument("--host", type=loopback, default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8700, help="0 takes a free one and prints it")
    parser.add_argument("--scenario", type=scenario_file, default=DEFAULT, metavar="FILE.json")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same openids")
    parser.add_argument("--state-dir", type=Path, help="keep the state here over restarts")
    return parser.parse_args()


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else starts, so that a printed address is a true one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        raise SystemExit(
            f"Port {port} on {host} is taken ({error.strerror}); choose another with --port."
        ) from error
    return listener


def main() -> None:
    """Run until interrupted."""
    chosen = arguments()
    listener = listen(chosen.host, chosen.port)
    host, port = listener.getsockname()[:2]
    base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    world = World(seed=chosen.seed, state_dir=chosen.state_dir, base_url=base_url)
    world.scenario = chosen.scenario
    print(f"WeChat sandbox on {base_url}/", flush=True)
    config = uvicorn.Config(
        create_app(world), log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
