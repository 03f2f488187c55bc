"""Screens of the catalogue: records, holdings and items, imports, the state of the index."""
