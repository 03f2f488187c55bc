"""The cataloguer's screens of harvesting."""

from xinglin.catalog.harvesting.screens import runs, sources

__all__ = ["runs", "sources"]
