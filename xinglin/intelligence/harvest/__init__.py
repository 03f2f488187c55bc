"""Reading sources: a run lists, fetches in batches, and moves the watermark only when it is whole.

A crash at any moment loses nothing: the list of numbers and every batch are committed as they come, and the
next call goes on with the same run.
"""
