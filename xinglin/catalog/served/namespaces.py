"""Namespaces as lxml wants them."""

from typing import cast


def spaces(default: str, **prefixed: str) -> dict[str, str]:
    """Return a map with a default namespace; lxml calls it None, of which its type stubs know nothing."""
    return cast("dict[str, str]", {None: default, **prefixed})
