"""Records written down: a new one, a new version of a known one, or nothing when nothing has changed."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.intelligence.dedup.keeping import assign
from xinglin.intelligence.events import ReleasedPaperRetracted
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Record, RecordVersion, Topic
from xinglin.literature.articles import Article


@dataclass(frozen=True)
class Reading:
    """One article as a source gave it, with the bytes it came in."""

    source: str
    number: str
    article: Article
    raw: bytes = b""
    from_file: bool = False


@dataclass
class Stored:
    """What became of readings: which records are new, which have changed, and all of them."""

    new: list[Record] = field(default_factory=list)
    changed: list[Record] = field(default_factory=list)
    all: list[Record] = field(default_factory=list)


def store(readings: Sequence[Reading]) -> Stored:
    """Write readings down, find their publications, and return the reckoning. Call it in a transaction.

    A line of a file never overwrites what a source itself has told of the same number.
    """
    stored, now = Stored(), clock.now()
    unique = {(each.source, each.number[:300]): each for each in readings}
    known = {
        (record.source, record.number): record
        for record in Record.objects.select_for_update().filter(
            source__in={source for source, _number in unique},
            number__in={number for _source, number in unique},
        )
    }
    versions: list[RecordVersion] = []
    for (source, number), reading in sorted(unique.items()):
        plain = reading.article.as_plain()
        digest = _digest(plain)
        record = known.get((source, number))
        if record is None:
            record = Record(
                source=source, number=number, article=plain, digest=digest, from_file=reading.from_file,
                entered_on=_day(reading.article.entered), first_seen_at=now, changed_at=now,
            )  # fmt: skip
            stored.new.append(record)
        elif record.digest == digest or (reading.from_file and not record.from_file):
            stored.all.append(record)
            continue
        else:
            record.article, record.digest, record.changed_at = plain, digest, now
            record.version += 1
            record.from_file = reading.from_file
            record.gone_at = record.unconfirmed_at = None
            record.save()
            stored.changed.append(record)
        stored.all.append(record)
        versions.append(_version(record, plain, reading.raw, now))
    Record.objects.bulk_create(stored.new)
    RecordVersion.objects.bulk_create(versions)
    assign([*stored.new, *stored.changed])
    _look_again(stored.changed)
    return stored


def find_for(topic: Topic, records: Sequence[Record]) -> int:
    """Put the publications of records on a topic's list; return how many were not there."""
    fresh = Record.objects.filter(pk__in=[each.pk for each in records]).values_list("publication", flat=True)
    wanted = {pk for pk in fresh if pk}
    there = set(topic.findings.filter(publication__in=wanted).values_list("publication", flat=True))
    Finding.objects.bulk_create(
        [Finding(topic=topic, publication_id=pk) for pk in sorted(wanted - there)], ignore_conflicts=True
    )
    return len(wanted - there)


def _look_again(changed: Sequence[Record]) -> None:
    """Ask for a new look at what readers have been given when it is retracted or corrected since."""
    for record in changed:
        marks = record.article.get("marks", [])
        if not marks or record.publication_id is None:
            continue
        given = Finding.objects.filter(publication=record.publication_id, state=FindingState.RELEASED)
        for finding in given.exclude(look_again=",".join(marks)):
            finding.look_again = ",".join(marks)
            finding.save(update_fields=["look_again"])
            announce(ReleasedPaperRetracted(finding_id=finding.pk))


def _version(record: Record, plain: dict[str, object], raw: bytes, now: datetime) -> RecordVersion:
    return RecordVersion(
        record=record,
        version=record.version,
        article=plain,
        at=now,
        raw=gzip.compress(raw, mtime=0) if raw else b"",
        raw_digest=hashlib.sha256(raw).hexdigest() if raw else "",
    )


def _digest(plain: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
