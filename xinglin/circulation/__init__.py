"""Circulation: holds and their queues (loans, transits and fees follow)."""
