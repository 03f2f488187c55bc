"""The copyright engine: what a delivery would use of each limit, and which limits it would pass. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xinglin.commons import clock
from xinglin.delivery.models.policy import CopyrightLimit, CopyUse, Over, Per, Unit, Within


@dataclass(frozen=True)
class Use:
    """What one delivery uses, past or to come."""

    patron_id: int | None
    library_id: int
    kind: str
    title_key: str
    issue_key: str
    book_key: str
    published_year: int | None
    percent: int
    at: datetime

    @classmethod
    def of(cls, row: CopyUse) -> "Use":
        return cls(
            patron_id=row.patron_id,
            library_id=row.library_id,
            kind=row.kind,
            title_key=row.title_key,
            issue_key=row.issue_key,
            book_key=row.book_key,
            published_year=row.published_year,
            percent=row.percent,
            at=row.at,
        )


@dataclass(frozen=True)
class Passed:
    """A limit that a delivery would pass: what was used before it, and what it would add."""

    limit: CopyrightLimit
    used: int
    adds: int


def passed(limits: Iterable[CopyrightLimit], wanted: Use, before: Sequence[Use]) -> list[Passed]:
    """Return the limits that one more delivery would pass, given everything that was delivered before."""
    found = []
    for limit in limits:
        if not applies(limit, wanted):
            continue
        used = sum(_amount(limit, use) for use in before if _counts(limit, wanted, use))
        adds = _amount(limit, wanted)
        if used + adds > limit.most:
            found.append(Passed(limit, used, adds))
    return found


def applies(limit: CopyrightLimit, use: Use) -> bool:
    """Whether a limit speaks of a document of this kind and age, and knows what to count it with."""
    if limit.kinds and use.kind not in limit.kinds:
        return False
    if limit.recent_years is not None:
        published = use.published_year
        if published is None or published <= clock.local(use.at).year - limit.recent_years:
            return False
    return limit.over == Over.EVERYTHING or bool(_key(limit, use))


def _key(limit: CopyrightLimit, use: Use) -> str:
    keys = {Over.ISSUE: use.issue_key, Over.TITLE: use.title_key, Over.BOOK: use.book_key}
    return keys.get(Over(limit.over), "")


def _amount(limit: CopyrightLimit, use: Use) -> int:
    return use.percent if limit.unit == Unit.PERCENT else 1


def _counts(limit: CopyrightLimit, wanted: Use, use: Use) -> bool:
    if limit.per == Per.READER:
        if use.patron_id is None or use.patron_id != wanted.patron_id:
            return False
    elif use.library_id != wanted.library_id:
        return False
    if not applies(limit, use) or _key(limit, use) != _key(limit, wanted):
        return False
    then, now = clock.local(use.at), clock.local(wanted.at)
    if limit.within == Within.YEAR:
        return then.year == now.year
    return limit.within == Within.EVER or then.date() == now.date()
