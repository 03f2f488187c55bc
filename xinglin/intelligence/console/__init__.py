"""The librarian's screens of intelligence."""

from xinglin.intelligence.console import doubts, imports, screening, sources, topics
from xinglin.intelligence.patents import screens as patents
from xinglin.intelligence.products import screens as products
from xinglin.intelligence.watching import screens as watching

__all__ = ["doubts", "imports", "patents", "products", "screening", "sources", "topics", "watching"]
