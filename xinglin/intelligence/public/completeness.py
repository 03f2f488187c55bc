"""How complete a topic is: what is asked, until when it is known, what failed, and what still waits for people."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from xinglin.intelligence.lifecycle import FindingState, RunState, SourceState
from xinglin.intelligence.models import HandTask, Run, Source, SourceKind, Topic
from xinglin.intelligence.models.topics import ADDRESS_KINDS


@dataclass(frozen=True)
class SourceTold:
    """One source as readers are told of it. ``gap`` says what the last run could not read."""

    kind: str
    query: str
    by_hand: bool
    until: date | datetime | None
    failing_since: datetime | None
    gap: str


@dataclass(frozen=True)
class Completeness:
    """The account of a topic."""

    sources: tuple[SourceTold, ...]
    found: int
    looked_at: int
    released: int
    tasks: int

    @property
    def is_whole(self) -> bool:
        """Whether every source answered last time and nothing waits for a person."""
        return not self.tasks and not any(each.failing_since or each.gap for each in self.sources)


def completeness_of(topic: Topic) -> Completeness:
    """Return the account of a topic, for its public page."""
    findings = topic.findings.all()
    sources = topic.sources.exclude(state=SourceState.PAUSED)
    return Completeness(
        tuple(_told(each) for each in sources),
        found=findings.count(),
        looked_at=findings.exclude(state=FindingState.FOUND).count(),
        released=findings.filter(state=FindingState.RELEASED).count(),
        tasks=HandTask.objects.filter(source__topic=topic, done_at=None).count(),
    )


def _told(source: Source) -> SourceTold:
    last: Run | None = source.runs.exclude(finished_at=None).order_by("-pk").first()
    by_address = source.kind in ADDRESS_KINDS
    gap = ""
    if last is not None and last.state == RunState.PARTIAL:
        # What is said of an address may name machines or keys that are nobody's business.
        gap = _("网站没有给全") if by_address else last.note[:200]
    asked = urlsplit(source.query).hostname or "" if by_address else source.query
    return SourceTold(
        str(source.get_kind_display()), "" if source.kind == SourceKind.BY_HAND else asked,
        source.state == SourceState.BY_HAND, source.asked_until or source.last_ok_at, source.failing_since, gap,
    )  # fmt: skip
