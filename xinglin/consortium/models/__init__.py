"""Rows of the consortium: libraries with their hours, and the staff with their roles."""

from xinglin.consortium.models.libraries import (
    Contact,
    Library,
    LibraryKind,
    OpeningException,
    OpeningHours,
)
from xinglin.consortium.models.staff import RoleGrant, Staff

__all__ = [
    "Contact",
    "Library",
    "LibraryKind",
    "OpeningException",
    "OpeningHours",
    "RoleGrant",
    "Staff",
]
