"""The reader's pages of acquisitions."""

from xinglin.acquisitions.mobile import mine, suggesting

__all__ = ["mine", "suggesting"]
