"""What a list request asks for: a format, a set, and a stretch of time in one of two granularities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from xinglin.catalog.served.oai_errors import OaiError
from xinglin.catalog.served.oai_formats import format_named

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


@dataclass(frozen=True)
class Selection:
    """Which records: ``since`` and ``until`` are the first moment in and the first moment out."""

    prefix: str
    set_spec: str
    since: datetime | None
    until: datetime

    @classmethod
    def asked(cls, arguments: Mapping[str, str], *, now: datetime) -> Self:
        """Return what the arguments of a list request select.

        Raises ``OaiError`` with badArgument or cannotDisseminateFormat.
        """
        given = {name: _moment(name, arguments[name]) for name in ("from", "until") if name in arguments}
        steps = {step for _, step in given.values()}
        if len(steps) > 1:
            raise OaiError("badArgument", "from and until must have the same granularity")
        since = given["from"][0] if "from" in given else None
        until = _end_of(*given["until"]) if "until" in given else None
        if "from" in given and "until" in given and given["from"][0] > given["until"][0]:
            raise OaiError("badArgument", "from is later than until")
        # Nothing that is written from now on belongs to this list, however long it is harvested.
        end = now if until is None else min(until, now)
        prefix = format_named(arguments["metadataPrefix"]).prefix
        return cls(prefix, arguments.get("set", ""), since, end)


def _end_of(moment: datetime, step: timedelta) -> datetime:
    """Return the first moment after a day or second; the calendar's last day has none."""
    try:
        return moment + step
    except OverflowError:
        return moment


def _moment(name: str, written: str) -> tuple[datetime, timedelta]:
    """Return the first moment of a day or second and how long it is. Raises ``OaiError``."""
    try:
        if _DAY.fullmatch(written):
            return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC), timedelta(days=1)
        if _SECOND.fullmatch(written):
            moment = datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            return moment, timedelta(seconds=1)
    except ValueError:
        # The shape is right and the day is none: 2026-02-30.
        raise OaiError("badArgument", f"{name} is no date of the calendar") from None
    raise OaiError("badArgument", f"{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ")
