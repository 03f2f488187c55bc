"""The cataloguer's screens, found here by the console."""

from xinglin.catalog.copying import screens as copying_screens
from xinglin.catalog.editing import screens as editing_screens
from xinglin.catalog.screens import holdings, import_rows, imports, index, profiles, records
from xinglin.catalog.thesaurus import screens as thesaurus_screens

__all__ = [
    "copying_screens",
    "editing_screens",
    "holdings",
    "import_rows",
    "imports",
    "index",
    "profiles",
    "records",
    "thesaurus_screens",
]
