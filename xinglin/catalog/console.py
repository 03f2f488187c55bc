"""The cataloguer's screens, found here by the console."""

from xinglin.catalog.browsing import screens as browsing_screens
from xinglin.catalog.copying import screens as copying_screens
from xinglin.catalog.editing import screens as editing_screens
from xinglin.catalog.harvesting import screens as harvesting_screens
from xinglin.catalog.missing import screens as missing_screens
from xinglin.catalog.policy import screens as policy_screens
from xinglin.catalog.screens import holdings, import_rows, imports, index, items, profiles, records
from xinglin.catalog.thesaurus import screens as thesaurus_screens

__all__ = [
    "browsing_screens",
    "copying_screens",
    "editing_screens",
    "harvesting_screens",
    "holdings",
    "import_rows",
    "imports",
    "index",
    "items",
    "missing_screens",
    "policy_screens",
    "profiles",
    "records",
    "thesaurus_screens",
]
