"""The console's screens of the readers."""

from xinglin.patrons.console import categories, directories, imports, readers

__all__ = ["categories", "directories", "imports", "readers"]
