"""Correspondents (宣传网格员): who writes for which department, from the phone."""
