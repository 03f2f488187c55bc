"""Searches that a reader keeps, and what is new in them: told once a day, to those who asked."""
