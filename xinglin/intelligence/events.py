"""What the room of intelligence announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class RunFinished(Event):
    """A run has read everything it listed, or all but what its note names."""

    run_id: int


@dataclass(frozen=True)
class FindingReleased(Event):
    """Two people have let a paper through to readers of a topic."""

    finding_id: int


@dataclass(frozen=True)
class ReleasedPaperRetracted(Event):
    """A paper that readers have been given is retracted or corrected: it must be looked at again."""

    finding_id: int


@dataclass(frozen=True)
class AlarmRaised(Event):
    """A figure of a watch crossed its mark: a burst, many negative stories, or a word that was waited for."""

    alarm_id: int


@dataclass(frozen=True)
class BriefMailWanted(Event):
    """The link to a copy of a brief is to be mailed to its leader, or mailed once more."""

    copy_id: int


@dataclass(frozen=True)
class BriefReceipted(Event):
    """A leader has confirmed that a brief was read."""

    copy_id: int
