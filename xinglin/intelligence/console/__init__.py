"""The librarian's screens of intelligence."""

from xinglin.intelligence.console import doubts, imports, progress, runs, screening, sources, topics
from xinglin.intelligence.labelling import screens as headings
from xinglin.intelligence.patents import screens as patents
from xinglin.intelligence.products import making_screens
from xinglin.intelligence.products import screens as products
from xinglin.intelligence.products import template_screens as templates
from xinglin.intelligence.sdi import liaison_screens
from xinglin.intelligence.sdi import screens as profiles
from xinglin.intelligence.watching import screens as watching

__all__ = [
    "doubts",
    "headings",
    "imports",
    "liaison_screens",
    "making_screens",
    "patents",
    "products",
    "profiles",
    "progress",
    "runs",
    "screening",
    "sources",
    "templates",
    "topics",
    "watching",
]
