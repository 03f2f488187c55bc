"""The console's screens of electronic resources: databases, their form, import from a table."""

from xinglin.eresources.console import databases, entry

__all__ = ["databases", "entry"]
