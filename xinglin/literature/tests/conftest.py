"""A literature sandbox that our clients ask, whose clock waits in their place."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from literature_sandbox.testing import Literature, running_literature
from xinglin.literature.sources import pace, web

START = 1_600_000_000.0


@pytest.fixture
def literature() -> Iterator[Literature]:
    with (
        running_literature(standing_at=START) as running,
        pace.kept_by(running.world.clock),
        override_settings(PUBMED_URL=running.pubmed_url, EUROPE_PMC_URL=running.europe_pmc_url),
    ):
        yield running
        web.close_all()
