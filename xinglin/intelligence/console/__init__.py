"""The librarian's screens of intelligence."""

from xinglin.intelligence.console import doubts, imports, screening, sources, topics
from xinglin.intelligence.products import screens as products

__all__ = ["doubts", "imports", "products", "screening", "sources", "topics"]
