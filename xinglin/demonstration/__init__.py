"""The demonstration: a medical college's main library and four hospital branches, as a story in data."""
