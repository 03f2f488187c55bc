"""Resumption tokens: everything a next page needs, signed, kept by nobody.

A token names the last record given, not an offset, so records that come or go meanwhile shift
nothing; and the moment the list was first asked for, so that it ends.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self, cast

from django.core import signing

from xinglin.catalog.served.oai_errors import OaiError
from xinglin.catalog.served.oai_selection import Selection
from xinglin.commons import clock

LIFETIME = timedelta(hours=24)
_SALT = "xinglin.catalog.oai"
_BEFORE_EVERYTHING = datetime(1900, 1, 1, tzinfo=UTC)
_MARK = "2"  # raised when what stands in a token changes its meaning


@dataclass(frozen=True)
class Token:
    """Where a harvester stands in a list."""

    verb: str
    selection: Selection
    after: datetime
    after_pk: int
    cursor: int
    total: int | None
    expires: datetime

    @classmethod
    def beginning(cls, verb: str, selection: Selection) -> Self:
        """Return where a list begins."""
        return cls(verb, selection, _BEFORE_EVERYTHING, 0, 0, None, clock.now() + LIFETIME)

    def next(self, *, after: datetime, after_pk: int, given: int, total: int) -> "Token":
        """Return where the next page begins."""
        return Token(
            self.verb, self.selection, after, after_pk, self.cursor + given, total, clock.now() + LIFETIME
        )

    def written(self) -> str:
        """Return the token as harvesters carry it."""
        chosen = self.selection
        return signing.dumps(
            [
                _MARK, self.verb, chosen.prefix, chosen.set_spec, chosen.since.isoformat() if chosen.since else "",
                chosen.until.isoformat(), self.after.isoformat(), self.after_pk, self.cursor, self.total,
                self.expires.isoformat(),
            ],
            salt=_SALT,
            compress=True,
        )  # fmt: skip

    @classmethod
    def read(cls, written: str, *, verb: str) -> Self:
        """Return what a token says. Raises ``OaiError`` with badResumptionToken: forged, old, or of another verb."""
        try:
            held = cast("list[object]", signing.loads(written, salt=_SALT))
        except signing.BadSignature:
            raise OaiError("badResumptionToken", "this token was not given out here") from None
        mark, of_verb, prefix, set_spec, since, until, after, pk, cursor, total, expires = (
            held if len(held) == 11 else [""] * 11
        )
        if mark != _MARK or of_verb != verb:
            raise OaiError("badResumptionToken", "this token continues another list")
        if datetime.fromisoformat(str(expires)) < clock.now():
            raise OaiError("badResumptionToken", "this token has expired; begin the list again")
        selection = Selection(
            prefix=str(prefix),
            set_spec=str(set_spec),
            since=datetime.fromisoformat(str(since)) if since else None,
            until=datetime.fromisoformat(str(until)),
        )
        return cls(
            verb,
            selection,
            datetime.fromisoformat(str(after)),
            int(str(pk)),
            int(str(cursor)),
            int(str(total)),
            datetime.fromisoformat(str(expires)),
        )
