"""What the tests of document delivery share: a browser."""

import pytest
from pytest_django.fixtures import Settings

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.literature.tests.conftest import literature as literature


@pytest.fixture(autouse=True)
def _no_source_outside(settings: Settings) -> None:
    """Let no test ask a real source: nobody listens on this port."""
    for name in ("PUBMED_URL", "EUROPE_PMC_URL", "CROSSREF_URL", "OPENALEX_URL"):
        setattr(settings, name, "http://127.0.0.1:9")
