"""Screens of reading lists, found by the console through the room's ``console.py``."""

from xinglin.catalog.browsing.screens import lists

__all__ = ["lists"]
