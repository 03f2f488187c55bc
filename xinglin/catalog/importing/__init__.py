"""Importing MARC files: staged row by row, previewed, matched, applied in steps, taken back.

services.imports   the deeds (upload, start, decide, undo)
staging            a file becomes rows; every byte of every record is kept
understanding      a row becomes a record in the making, with the copies its local field names
matching           what the catalogue has already (library systems sheet 4.7)
copies             905 and 852 as each library means them
merging            a newer description over local fields that stay
running            preview and import, a few hundred rows a transaction, resumed at a checkpoint
undoing            taking a batch back
"""
