"""A library that follows a subject, and a sandbox that is asked for it."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from literature_sandbox.testing import Literature, running_literature
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.intelligence import services
from xinglin.intelligence.models import Topic
from xinglin.literature.sources import pace, web

START = 1_600_000_000.0  # 2020-09-13, in the sandbox's own time


@pytest.fixture
def literature() -> Iterator[Literature]:
    with (
        running_literature(standing_at=START) as running,
        pace.kept_by(running.world.clock),
        override_settings(
            PUBMED_URL=running.pubmed_url,
            EUROPE_PMC_URL=running.europe_pmc_url,
            CROSSREF_URL=running.crossref_url,
            OPENALEX_URL=running.openalex_url,
            PRIVATE_SOURCES=True,
        ),  # fmt: skip
    ):
        yield running
        web.close_all()


@pytest.fixture
def topic(a_small_consortium: SmallConsortium) -> Topic:
    return services.add_topic(library=a_small_consortium.main, code="stroke", name="卒中", by=None)
