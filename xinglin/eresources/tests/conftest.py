"""What the room's tests of its screens need."""

from xinglin.catalog.tests.conftest import index as index
from xinglin.console.testing import browser as browser
from xinglin.console.testing import browser_page as browser_page
