"""What the tests of the editor share."""

from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
