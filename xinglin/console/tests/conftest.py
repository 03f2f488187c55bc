from xinglin.console.testing import browser as browser
from xinglin.console.testing import browser_page as browser_page
from xinglin.console.tests.examples import example_screens as example_screens
