from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.mobile.tests.examples import example_pages as example_pages
