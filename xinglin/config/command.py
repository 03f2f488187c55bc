"""``xinglin``: serve, sip2, demo, appoint, doctor, map, database; every other word is one of Django's commands."""

import argparse
import os
import sys
from collections.abc import Callable

from xinglin.config.embedded import EmbeddedServerError

PARTS = ("web", "gateway", "worker", "indexer", "sip2")
DEFAULT_PORT = 8600


def main() -> None:
    """Read the command line and run one command; a sentence and status 1 when it cannot be done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    words = sys.argv[1:]
    if not words or words[0] in OURS or words[0] in {"-h", "--help", "help"}:
        options = _parser().parse_args([] if words[:1] == ["help"] else words)
        if not hasattr(options, "run"):
            _parser().print_help()
            return
        try:
            options.run(options)
        except EmbeddedServerError as error:
            sys.exit(str(error))
        return
    with_database()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["xinglin", *words])


def with_database() -> bool:
    """Start the embedded server where no ``DATABASE_URL`` is set; return whether this call started it."""
    from django.conf import settings

    return settings.EMBEDDED_SERVER.start() if settings.EMBEDDED_SERVER else False


def serve(options: argparse.Namespace) -> None:
    """Run the parts of one node, or one of them alone, until a signal."""
    from xinglin.config import serving

    started_here = with_database()
    try:
        if options.only:
            serving.run_part(options.only, host=options.host, port=options.port)
        else:
            serving.run_all(host=options.host, port=options.port)
    finally:
        if started_here:
            _stop_database()


def sip2(options: argparse.Namespace) -> None:
    """Serve self-check machines and gates by SIP2 until a signal."""
    from django.conf import settings

    port = options.port or settings.SIP2_PORT
    if not port:
        sys.exit("没有指定 SIP2 端口：请写 --port 6001，或设置 XINGLIN_SIP2_PORT。")
    started_here = with_database()
    try:
        from xinglin.config import serving

        serving.run_sip2(host=options.host or settings.SIP2_HOST, port=port)
    finally:
        if started_here:
            _stop_database()


def demo(options: argparse.Namespace) -> None:
    """Load the demonstration consortium and run it, with the WeChat sandbox beside it."""
    os.environ["XINGLIN_DEMONSTRATION"] = "on"
    from xinglin.config import demo as demonstration

    demonstration.run(
        port=options.port,
        sandbox_port=options.sandbox_port,
        literature_port=options.literature_port,
        partner_port=options.partner_port,
    )


def doctor(options: argparse.Namespace) -> None:
    """Print every finding with its remedy; status 1 when something is broken."""
    from xinglin.config import doctor as surgery

    sys.exit(surgery.report(sys.stdout))


def house_map(options: argparse.Namespace) -> None:
    """Draw docs/map.md from imports, events and lifecycles, or check that it is not stale."""
    from xinglin.config import map_of_the_house

    sys.exit(map_of_the_house.draw(check=options.check))


def appoint(options: argparse.Namespace) -> None:
    """Appoint the first people of a new installation, with a role over the whole consortium."""
    import django

    with_database()
    django.setup()
    from xinglin.config import appointing

    sys.exit(
        appointing.appoint(
            sign_in_name=options.sign_in_name,
            name=options.name,
            role=options.role,
            library_code=options.library,
            library_name=options.library_name,
        )
    )


def database(options: argparse.Namespace) -> None:
    """Start, stop or name the embedded database server."""
    from django.conf import settings

    server = settings.EMBEDDED_SERVER
    if server is None:
        sys.exit("DATABASE_URL is set: that server is not ours to start or stop.")
    if options.what == "start":
        server.start()
    elif options.what == "stop":
        server.stop()
    print(server.url() if server.pid() else "not running")


def _stop_database() -> None:
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    if settings.EMBEDDED_SERVER:
        settings.EMBEDDED_SERVER.stop()


OURS: dict[str, Callable[[argparse.Namespace], None]] = {
    "serve": serve,
    "sip2": sip2,
    "demo": demo,
    "appoint": appoint,
    "doctor": doctor,
    "map": house_map,
    "database": database,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xinglin", description="杏林：图书馆的微信前台与后台")
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, run in OURS.items():
        command = commands.add_parser(name, help=(run.__doc__ or "").split("\n", 1)[0])
        command.set_defaults(run=run)
        if name == "serve":
            command.add_argument("--only", choices=PARTS, help="run one part alone")
            command.add_argument("--host", default="127.0.0.1")
            command.add_argument("--port", type=int, default=DEFAULT_PORT)
        elif name == "sip2":
            command.add_argument("--host", default="", help="without it XINGLIN_SIP2_HOST")
            command.add_argument("--port", type=int, default=0, help="without it XINGLIN_SIP2_PORT")
        elif name == "demo":
            command.add_argument("--port", type=int, default=DEFAULT_PORT)
            command.add_argument("--sandbox-port", type=int, default=8700)
            command.add_argument("--literature-port", type=int, default=8800)
            command.add_argument("--partner-port", type=int, default=8790)
        elif name == "appoint":
            command.add_argument("sign_in_name")
            command.add_argument("--name", required=True, help="the person's name")
            command.add_argument("--role", default="system_administrator")
            command.add_argument("--library", default="MAIN", help="code of the library")
            command.add_argument("--library-name", default="", help="makes the first library under this name")
        elif name == "map":
            command.add_argument("--check", action="store_true", help="change nothing; status 1 when stale")
        elif name == "database":
            command.add_argument("what", choices=("start", "stop", "url"))
    return parser
