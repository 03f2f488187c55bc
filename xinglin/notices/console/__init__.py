"""The console's screens of notices."""

from xinglin.notices.console import kinds, notices

__all__ = ["kinds", "notices"]
