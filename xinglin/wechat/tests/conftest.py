"""What the channel's tests stand on."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.consortium.tests.factories import a_library
from xinglin.wechat.calling import close_clients
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.conversation import Incoming, registry
from xinglin.wechat.models import Account
from xinglin.wechat.replies import Reply, Text
from xinglin.wechat.rules.book import forget_books
from xinglin.wechat.testing import RunningGateway, an_account, running_gateway
from xinglin.wechat.tests.pushing import BRISK, PATIENT, Slow


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_books()
    yield
    forget_books()
    close_clients()


@pytest.fixture
def account() -> Account:
    """A service account."""
    return an_account(a_library("MAIN"))


@pytest.fixture
def personal() -> Account:
    """An account that can only answer."""
    return an_account(a_library("MAIN"), kind=AccountKind.S0)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[SandboxClient]:
    """A WeChat of the test's own with one person; a module's ``PATIENCE`` is how long it waits, in seconds."""
    with running_sandbox(patience=getattr(request.module, "PATIENCE", 5.0)) as running:
        running.add_person("wang", "王医生")
        with override_settings(WECHAT_API_URL=str(running.base_url).rstrip("/")):
            yield running


@pytest.fixture
def gateway() -> Iterator[RunningGateway]:
    """A gateway whose patience is a tenth of the platform's."""
    with running_gateway(pace=BRISK) as running:
        yield running


@pytest.fixture
def patient() -> Iterator[RunningGateway]:
    """A gateway that a busy machine does not hurry."""
    with running_gateway(pace=PATIENT) as running:
        yield running


@pytest.fixture
def slow() -> Iterator[Slow]:
    """Texts that nobody claims are answered only when the event is set; each run is counted."""
    ready = Slow()

    def answer(incoming: Incoming) -> Reply | None:
        ready.runs.append(incoming.text)
        ready.wait(10)
        return Text(f"迟来的{incoming.text}")

    registry.fallbacks.insert(0, (-1, answer))
    yield ready
    ready.set()
    registry.fallbacks.remove((-1, answer))
