"""The librarian's screens of intelligence."""

from xinglin.intelligence.console import doubts, imports, progress, screening, sources, topics
from xinglin.intelligence.products import screens as products
from xinglin.intelligence.sdi import liaison_screens
from xinglin.intelligence.sdi import screens as profiles

__all__ = [
    "doubts",
    "imports",
    "liaison_screens",
    "products",
    "profiles",
    "progress",
    "screening",
    "sources",
    "topics",
]
