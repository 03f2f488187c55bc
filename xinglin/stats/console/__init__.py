"""The dashboards and the platform's figures as lists; importing this folder registers them."""

from xinglin.stats.console import dashboard, lists

__all__ = ["dashboard", "lists"]
