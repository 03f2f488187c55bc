"""Screens of collection policy, found by the console through the room's ``console.py``."""

from xinglin.catalog.policy.screens import duties, report

__all__ = ["duties", "report"]
