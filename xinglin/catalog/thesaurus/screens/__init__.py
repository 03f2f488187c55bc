"""Screens of vocabularies, found by the console through the room's ``console.py``."""

from xinglin.catalog.thesaurus.screens import vocabularies

__all__ = ["vocabularies"]
