"""What the tests of inter-library loan share: partners that play scenarios on real ports, and a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from xinglin.commons import clock
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.ill import services
from xinglin.ill.mock import Mock, Running, running
from xinglin.ill.models import Partner
from xinglin.ill.protocol.messages import Agency
from xinglin.patrons.tests.factories import a_patron

SECRET = "a-secret-of-two-libraries"


@dataclass
class Line:
    """Partners, and the line between them and us."""

    consortium: SmallConsortium
    address: str
    stack: ExitStack
    partners: list[tuple[Partner, Running]]

    def partner(self, symbol: str, scenario: str = "UNFILLED", **file: object) -> Partner:
        """A partner on a real port that plays a scenario; its messages wait until they are carried."""
        made = self.stack.enter_context(running(Mock(Agency(symbol), default=scenario), secret=SECRET))
        file.setdefault("patron", a_patron(self.consortium.main, name=f"{symbol} 图书馆"))
        partner = services.add_partner(
            by=None, secret=SECRET, symbol=symbol, name=f"{symbol} 馆", url=made.url, **file
        )
        made.send_to = ""
        self.partners.append((partner, made))
        return partner

    def mock(self, partner: Partner) -> Running:
        return next(made for each, made in self.partners if each.pk == partner.pk)

    def carry(self) -> None:
        """Let every message arrive, ours and theirs, until none is under way."""
        for _turn in range(12):
            run_errands()
            waiting = [(made, data) for _partner, made in self.partners for data in made.outbox]
            if not waiting:
                return
            for made, data in waiting:
                made.outbox.remove(data)
                made.mock.moment = clock.now()
                made.send_to = self.address
                made.send(data)
                made.send_to = ""


@pytest.fixture
def line(a_small_consortium: SmallConsortium, live_server: LiveServer, settings: Settings) -> Iterator[Line]:
    """A line to partners; ask for it in tests with ``transaction=True``."""
    settings.PRIVATE_SOURCES = True
    services.name_symbol(library=a_small_consortium.main, value="XL", is_broker=True, by=None)
    services.name_symbol(library=a_small_consortium.a, value="XL-A", by=None)
    with ExitStack() as stack:
        yield Line(a_small_consortium, f"{live_server.url}/ill/iso18626", stack, [])


Carry = Callable[[], None]
