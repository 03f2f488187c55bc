"""What the channel's tests stand on."""

from collections.abc import Iterator

import pytest

from xinglin.wechat.calling import close_clients
from xinglin.wechat.rules.book import forget_books


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_books()
    yield
    forget_books()
    close_clients()
