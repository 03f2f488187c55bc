"""What the room's tests stand on."""

from collections.abc import Iterator

import pytest

from xinglin.audience.tests.factories import an_audience
from xinglin.console.testing import browser as browser
from xinglin.console.testing import browser_page as browser_page
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.calling import close_clients
from xinglin.wechat.models import Account


@pytest.fixture
def account(a_small_consortium: SmallConsortium) -> Account:
    """A service account of the main library."""
    return an_audience(a_small_consortium.main)


@pytest.fixture(autouse=True)
def _clients_are_closed() -> Iterator[None]:
    yield
    close_clients()
