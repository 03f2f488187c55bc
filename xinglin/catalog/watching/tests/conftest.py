"""What the tests of kept searches share: an index, and a reader who writes to the library."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog import indexer
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Callable[[], int]:
    """An empty index for one test; call it to bring it up to date."""
    settings.INDEX_ROOT = tmp_path / "index"
    return indexer.index_now
