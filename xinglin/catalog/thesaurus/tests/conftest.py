"""What the tests of vocabularies share: an index, and a fresh look at what is loaded."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog import indexer
from xinglin.catalog.thesaurus import known
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Callable[[], int]:
    """An empty index for one test; call it to bring it up to date."""
    settings.INDEX_ROOT = tmp_path / "index"
    return indexer.index_now


@pytest.fixture(autouse=True)
def fresh_look() -> Iterator[None]:
    """Let each test, and what follows, see the vocabularies as they are."""
    known.look_again()
    yield
    known.look_again()
