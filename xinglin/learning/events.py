"""What the learning room announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class LectureMoved(Event):
    """Time or place of an announced lecture changed; ``version`` is the lecture's after the change."""

    lecture_id: int
    version: int


@dataclass(frozen=True)
class LectureCancelled(Event):
    """A lecture that was announced does not take place."""

    lecture_id: int
