"""Readers from a table and back: columns, cells, rows, and the batch that takes them."""
