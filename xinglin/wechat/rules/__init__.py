"""Keyword rules: matching, and (with the database) keeping and explaining them."""
