"""The review record of an article: lines that each carry the hash of the one before."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC

from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.consortium.models import Staff
from xinglin.newsroom.models import Article, Review, ReviewEntry, Revision
from xinglin.newsroom.review.lifecycle import Hand

KEPT_IN_HISTORY = "seal"


@dataclass(frozen=True)
class Line:
    """What is written down of a deed, besides who and when."""

    deed: str
    revision: Revision | None = None
    review: Review | None = None
    place: int | None = None
    hand: Hand | None = None
    as_gatekeeper: bool = False
    on_duty: bool = False
    via: str = ""
    remark: str = ""


def write_down(article: Article, line: Line, *, by: Staff | None) -> ReviewEntry:
    """Add a line to the record. The caller holds the article's row locked, so numbers come in order.

    The seal is kept in the house's history too: whoever cuts the end off the chain must know of that.
    """
    last = ReviewEntry.objects.filter(article=article).order_by("-number").first()
    entry = ReviewEntry(
        article=article,
        review=line.review,
        number=last.number + 1 if last else 1,
        at=clock.now(),
        deed=line.deed,
        place=line.place,
        hand=line.hand or "",
        person=by,
        person_name=by.name if by else "",
        licence=by.medical_licence if by and line.as_gatekeeper else "",
        licensed_until=by.licence_valid_until if by and line.as_gatekeeper else None,
        on_duty=line.on_duty,
        via=line.via,
        revision=line.revision,
        sha256=line.revision.sha256 if line.revision else "",
        remark=line.remark,
        before=last.seal if last else "",
    )
    entry.seal = seal_of(entry)
    entry.save(force_insert=True)
    history.record(
        article,
        line.deed,
        by=by.user if by else None,
        reason=line.remark,
        changes={
            "revision": line.revision.number if line.revision else None,
            "sha256": entry.sha256,
            KEPT_IN_HISTORY: entry.seal,
        },
    )
    return entry


def seal_of(entry: ReviewEntry) -> str:
    """Return the SHA-256 of a line in one spelling, the line before it included."""
    said = {
        "article": entry.article_id,
        "review": entry.review_id,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "deed": entry.deed,
        "place": entry.place,
        "hand": str(entry.hand),
        "person": entry.person_id,
        "name": entry.person_name,
        "licence": entry.licence,
        "licensed_until": entry.licensed_until.isoformat() if entry.licensed_until else "",
        "on_duty": entry.on_duty,
        "via": entry.via,
        "revision": entry.revision_id,
        "sha256": entry.sha256,
        "remark": entry.remark,
        "before": entry.before,
    }
    spelled = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def breaks_in(article: Article) -> list[str]:
    """Return what does not fit in an article's record, in words; nothing when the chain holds."""
    found: list[str] = []
    before, expected = "", 1
    entries = list(ReviewEntry.objects.filter(article=article).order_by("number").select_related("revision"))
    for entry in entries:
        about = {"n": entry.number}
        if entry.number != expected:
            found.append(_("第 %(n)d 条之前少了记录") % about)
        if entry.before != before:
            found.append(_("第 %(n)d 条接不上前一条") % about)
        if seal_of(entry) != entry.seal:
            found.append(_("第 %(n)d 条的内容与链码不符") % about)
        if entry.revision and entry.revision.content.sha256 != entry.sha256:
            found.append(_("第 %(n)d 条所指的稿子与指纹不符") % about)
        before, expected = entry.seal, entry.number + 1
    kept = history.history_of(article).filter(changes__has_key=KEPT_IN_HISTORY).order_by("-pk").first()
    if kept is not None and kept.changes.get(KEPT_IN_HISTORY) != before:
        found.append(_("最后一条与操作记录里的链码不符：末尾可能被删掉了"))
    return found
