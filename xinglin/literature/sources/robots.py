"""Whether a site lets a machine read one of its pages: its robots.txt, by RFC 9309.

No file, or one that we may not see, allows everything; a site that cannot answer allows nothing for now.
"""

from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from xinglin.literature.sources.pages import AGENT, fetch_page

LARGEST = 500 * 1024
"""RFC 9309 asks for 500 KiB at least to be read; what comes after it is not."""


def allowed(address: str) -> bool:
    """Whether a page may be read by us. Raises ``SourceTrouble`` where the site does not answer."""
    parts = urlsplit(address.strip())
    page = fetch_page(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
    if page.status != 200:
        return True
    rules = RobotFileParser()
    rules.parse(page.body[:LARGEST].decode("utf-8", "replace").splitlines())
    return rules.can_fetch(AGENT.partition("/")[0], address)
