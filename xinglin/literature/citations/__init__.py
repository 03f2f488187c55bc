"""References as people write them: GB/T 7714 made from an article, and articles made from what is pasted."""

from xinglin.literature.citations.gbt7714 import reference
from xinglin.literature.citations.parsing import Citation, parse, parse_one

__all__ = ["Citation", "parse", "parse_one", "reference"]
