"""The pages of copy cataloguing in the console."""

from xinglin.catalog.copying.screens import proposals, reuse, search, sources, taking

__all__ = ["proposals", "reuse", "search", "sources", "taking"]
