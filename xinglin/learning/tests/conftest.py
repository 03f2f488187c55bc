"""What the room's tests stand on: a browser."""

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
