"""The console's screens of lectures and training."""

from xinglin.learning.console import lectures, materials, registrations, sheets

__all__ = ["lectures", "materials", "registrations", "sheets"]
