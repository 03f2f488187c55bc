"""The cataloguer's screens, found here by the console."""

from xinglin.catalog.screens import holdings, import_rows, imports, index, profiles, records

__all__ = ["holdings", "import_rows", "imports", "index", "profiles", "records"]
