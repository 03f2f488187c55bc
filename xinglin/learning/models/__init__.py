"""Rows of the learning room: lectures with what belongs to them, and who registered."""

from xinglin.learning.models.lectures import Lecture, LectureKind, Material, MaterialKind
from xinglin.learning.models.registrations import CameBy, Registration, Via

__all__ = ["CameBy", "Lecture", "LectureKind", "Material", "MaterialKind", "Registration", "Via"]
