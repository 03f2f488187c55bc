"""The librarian's screens of inter-library loan."""

from xinglin.ill.console import messages, partners, slips, supplies, wishes

__all__ = ["messages", "partners", "slips", "supplies", "wishes"]
