# ruff: noqa: S101
"""What tests of any room need: a worker on the real queue, a real browser, and pictures of what it shows."""

import asyncio
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright
from procrastinate.contrib.django import app

T = TypeVar("T")

# What is expected of a page comes sooner or later; how soon is a matter of the machine, not of the test.
expect.set_options(timeout=30_000)

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--lang=zh-CN",
)


# Playwright runs once a process; each folder's conftest that imports the fixture makes one of its own.
_started: list[tuple[Playwright, Browser]] = []


def _chromium() -> str | None:
    """Return the browser of this machine, or None for the one that Playwright brought."""
    named = os.environ.get("XINGLIN_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """One headless Chromium for all tests of a run, however many folders ask for this fixture.

    The tests of the sandboxes, which know nothing of us, find it at ``config.running_browser``.
    """
    if not _started:
        playwright = sync_playwright().start()
        try:
            _started.append(
                (
                    playwright,
                    playwright.chromium.launch(executable_path=_chromium(), args=list(QUIET)),
                )
            )
        except Error as error:
            playwright.stop()
            pytest.skip(f"no Chromium could be started: {error.message.splitlines()[0]}")
    request.config.running_browser = _started[0][1]  # type: ignore[attr-defined]
    yield _started[0][1]
    request.config.running_browser = None  # type: ignore[attr-defined]
    while _started:
        playwright, chromium = _started.pop()
        chromium.close()
        playwright.stop()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A fresh page in Chinese; a script error or a broken content policy fails the test."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    context.close()
    assert not troubles


def look(page: Page, name: str, *, width: int = 1280, height: int = 800) -> Path:
    """Keep a picture of the whole page at a width, for a person to look at, and return where it is."""
    page.set_viewport_size({"width": width, "height": height})
    picture: Path = settings.PROJECT / ".xinglin" / "screenshots" / f"{name}-{width}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    return picture


def overflows(page: Page) -> bool:
    """Say whether the page must be pushed sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def run_errands() -> None:
    """Run a real worker on the real queue until nothing waits (jobs that are not due yet stay).

    For tests with ``transaction=True``: the worker has connections of its own and sees only what is committed.
    """

    async def once() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            await worker_app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    apart(once())


def apart(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine in a thread of its own: Playwright keeps an event loop running in the test's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def asked_in(queries: CaptureQueriesContext) -> list[str]:
    """Return the statements that were captured, without those of the clock: it looks again after some seconds."""
    said = (str(query["sql"]) for query in queries.captured_queries)
    return [sql for sql in said if "commons_clockoffset" not in sql]
