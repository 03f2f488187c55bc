"""Harvesting other catalogues by OAI-PMH: what came goes the way of every import.

models        sources, runs, and which record of a source came when
lifecycle     where a run stands, and by whose hand it goes on
dublin_core   fifteen elements become a MARC 21 record
staging       one answer becomes rows of the run's import batch
running       a run from its first request to its last, a page a transaction
services      the deeds: keep a source, harvest, go on, close
screens       the cataloguer's pages

The protocol itself is read in ``copying.oai_client``; preview, match, review and undo are ``importing``'s.
"""
