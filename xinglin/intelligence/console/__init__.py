"""The librarian's screens of intelligence."""

from xinglin.intelligence.console import doubts, imports, screening, sources, topics

__all__ = ["doubts", "imports", "screening", "sources", "topics"]
