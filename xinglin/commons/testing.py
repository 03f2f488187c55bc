"""Help for the tests of every room."""

import asyncio

from procrastinate.contrib.django import app


def run_errands() -> None:
    """Run a real worker on the real queue until nothing waits (jobs that are not due yet stay).

    For tests with ``transaction=True``: the worker has connections of its own and sees only what is committed.
    """

    async def once() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            await worker_app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(once())
