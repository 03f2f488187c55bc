"""The reader's pages of lectures and training."""

from xinglin.learning.mobile import attending, lectures

__all__ = ["attending", "lectures"]
