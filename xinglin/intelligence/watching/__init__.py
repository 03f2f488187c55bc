"""Watching what is said: stories and notices counted by day, words that come up, their tone, alarms, and briefs.

``wording``, ``hotness``, ``bursting`` and ``feeling`` are pure: texts and numbers in, numbers out.
"""
