"""The console's screens of the readers."""

from xinglin.patrons.console import categories, imports, readers

__all__ = ["categories", "imports", "readers"]
