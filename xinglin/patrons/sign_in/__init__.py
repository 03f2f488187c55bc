"""Signing a reader in on any terminal: by scanning with WeChat, by card and password, by phone, by a directory.

A reader is no account of Django's: those are librarians. A signed-in reader is a note in the session of one browser,
and ends with it or after some minutes without a click.
"""
