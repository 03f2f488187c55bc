"""The cataloguer's screens, found here by the console."""

from xinglin.catalog.screens import holdings, imports, index, profiles, records

__all__ = ["holdings", "imports", "index", "profiles", "records"]
