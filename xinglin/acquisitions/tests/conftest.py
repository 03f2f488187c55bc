"""What the tests of acquisitions share: a browser."""

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
