"""The console's screens of electronic resources: databases, their form, import from a table, title lists."""

from xinglin.eresources.console import databases, entry, titles

__all__ = ["databases", "entry", "titles"]
