"""The librarian's screens of the reference room."""

from xinglin.reference.console import citations, orders, qualifications, searching, templates

__all__ = ["citations", "orders", "qualifications", "searching", "templates"]
