"""The librarian's screens of watches, stories, alarms and briefs."""

from xinglin.intelligence.watching.screens import alarms, briefs, items, recipients, watches

__all__ = ["alarms", "briefs", "items", "recipients", "watches"]
