"""The parts of a node: web, gateway, worker, indexer, and sip2 where machines are set up."""

import asyncio
import signal
import threading

from django.conf import settings

from xinglin.config.processes import Part, Supervisor


def run_all(*, host: str, port: int, extra: list[Part] | None = None) -> None:
    """Run every part as a process of its own until a signal; the gateway is mounted in the web part."""
    supervisor = Supervisor(parts_of_a_node(host=host, port=port) + (extra or []))
    supervisor.start()
    supervisor.watch()


def parts_of_a_node(*, host: str, port: int) -> list[Part]:
    """Return what one node runs."""
    address = ["--host", host, "--port", str(port)]
    parts = [
        Part("web", ["xinglin", "serve", "--only", "web", *address]),
        Part("worker", ["xinglin", "serve", "--only", "worker"]),
        Part("indexer", ["xinglin", "serve", "--only", "indexer"]),
    ]
    if settings.SIP2_PORT:
        parts.append(Part("sip2", ["xinglin", "sip2"]))
    return parts


def run_part(name: str, *, host: str, port: int) -> None:
    """Run one part in this process until a signal."""
    if name == "web":
        _run_asgi("xinglin.config.asgi:application", host=host, port=port)
    elif name == "gateway":
        _run_asgi("xinglin.config.gateway:application", host=host, port=port)
    elif name == "worker":
        _run_worker()
    elif name == "indexer":
        _run_indexer()
    elif name == "sip2":
        run_sip2(host=settings.SIP2_HOST, port=settings.SIP2_PORT)
    else:
        raise ValueError(f"there is no part {name!r}")


def _run_asgi(application: str, *, host: str, port: int) -> None:
    import uvicorn

    # No access log: the gateway writes its own line a message, and a proxy in front logs the pages.
    # A push must not be cut off by a keep-alive that ends just then: 75 s is longer than any pause of WeChat's.
    uvicorn.run(
        application, host=host, port=port, access_log=False, log_level="warning", timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )  # fmt: skip


def _run_worker() -> None:
    import django

    django.setup()
    from procrastinate.contrib.django import app

    async def work() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            # Jobs that are still running when we are asked to stop get ten seconds, then go back.
            await worker_app.run_worker_async(
                concurrency=4, install_signal_handlers=True, shutdown_graceful_timeout=10, delete_jobs="never",
                fetch_job_polling_interval=2.0,
            )  # fmt: skip

    asyncio.run(work())


def _run_indexer() -> None:
    import django

    django.setup()
    from xinglin.catalog import indexer

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    indexer.run(stop)


def run_sip2(*, host: str, port: int) -> None:
    """Serve self-check machines and gates in this process until a signal."""
    import django

    django.setup()
    from xinglin.circulation.sip2.server import Server

    asyncio.run(Server(host=host, port=port).run())
