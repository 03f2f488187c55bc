"""The cataloguer's workbench in the console: the editor, exports, tables; imported by the catalogue's ``console``."""

from xinglin.catalog.editing.screens import editor, exports, tables

__all__ = ["editor", "exports", "tables"]
