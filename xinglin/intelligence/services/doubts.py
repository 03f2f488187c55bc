"""What people decide about doubles; every decision holds for ever, until a person decides anew."""

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.dedup.keeping import describe, hand_over
from xinglin.intelligence.errors import IntelligenceDeedNotPossible
from xinglin.intelligence.lifecycle import DOUBT_MOVES, DoubtState
from xinglin.intelligence.models import Doubt, Finding, Publication, Record
from xinglin.intelligence.queries import DECIDE


@transaction.atomic
def decide_doubt(*, doubt: Doubt, deed: str, by: Staff | None) -> Doubt:
    """Say that two records are one paper ("unite") or two ("part"). Raises ``IntelligenceDeedNotPossible``."""
    _may(by)
    kept = Doubt.objects.select_for_update(of=("self",)).select_related("one", "other").get(pk=doubt.pk)
    move = DOUBT_MOVES.get((DoubtState(kept.state), deed))
    if move is None:
        raise IntelligenceDeedNotPossible(_("这一对已经判断过了；请刷新后再看。"))
    kept.state, kept.decided_at, kept.decided_by = move[0], clock.now(), by.user if by else None
    kept.save()
    if deed == "unite":
        _unite(kept.one, kept.other)
    elif kept.one.publication_id == kept.other.publication_id:
        _part(kept.other)
    history.record(kept, "decide", by=by.user if by else None, changes={"decision": str(kept.state)})
    return kept


@transaction.atomic
def part_record(*, record: Record, by: Staff | None) -> Publication:
    """Take a record out of its publication: it is another paper, and the machine will not unite them again.

    Raises ``IntelligenceDeedNotPossible`` when it stands alone already.
    """
    _may(by)
    others = Record.objects.filter(publication=record.publication_id).exclude(pk=record.pk)
    if record.publication_id is None or not others.exists():
        raise IntelligenceDeedNotPossible(_("这条记录本来就是单独的一篇。"))
    for other in others:
        one, two = sorted((record.pk, other.pk))
        Doubt.objects.update_or_create(
            one_id=one, other_id=two,
            defaults={
                "state": DoubtState.DIFFERENT, "decided_at": clock.now(), "decided_by": by.user if by else None,
            },
        )  # fmt: skip
    made = _part(record)
    history.record(record, "decide", by=by.user if by else None, changes={"decision": DoubtState.DIFFERENT})
    return made


@transaction.atomic
def rejoin(*, record: Record, other: Record, by: Staff | None) -> Publication:
    """Undo a parting: the paper of a record is that of the other one after all, and the two are told together again.

    Every decision that held the records of the two apart is turned round. Raises ``IntelligenceDeedNotPossible``
    where nobody has parted them.
    """
    _may(by)
    apart = parted_from(record).filter(Q(one=other) | Q(other=other))
    if record.publication_id is None or other.publication_id is None or not apart.exists():
        raise IntelligenceDeedNotPossible(_("这两条没有人分开过；要合并，请到“疑似重复”里判断。"))
    mine = Record.objects.filter(publication=record.publication_id).values("pk")
    theirs = Record.objects.filter(publication=other.publication_id).values("pk")
    Doubt.objects.filter(
        Q(one__in=mine, other__in=theirs) | Q(one__in=theirs, other__in=mine), state=DoubtState.DIFFERENT
    ).update(state=DoubtState.SAME, decided_at=clock.now(), decided_by=by.user if by else None)
    _unite(other, record)
    history.record(record, "undo", by=by.user if by else None, changes={"decision": DoubtState.SAME})
    record.refresh_from_db()
    if record.publication is None:
        raise LookupError("a record that was united has a publication")
    return record.publication


def parted_from(record: Record) -> QuerySet[Doubt]:
    """Return the decisions that hold a record apart from records of other papers."""
    pairs = Doubt.objects.filter(Q(one=record) | Q(other=record), state=DoubtState.DIFFERENT)
    return pairs.exclude(one__publication=F("other__publication"))


def _may(by: Staff | None) -> None:
    if by is not None and not access.may_anywhere(by, DECIDE):
        raise NotAllowed(_("您没有判断重复文献的权限；请联系系统管理员。"))


def _unite(one: Record, other: Record) -> None:
    if one.publication_id is None or one.publication_id == other.publication_id:
        return
    keeper, leaving = one.publication, other.publication
    Record.objects.filter(publication=leaving).update(publication=keeper)
    if keeper is not None:
        if leaving is not None:
            hand_over(leaving.pk, keeper)
        describe(keeper, list(keeper.records.all()))
        keeper.save()


def _part(record: Record) -> Publication:
    """Give a record a publication of its own, on the same topics and still to be screened there."""
    left = record.publication
    made = Publication()
    describe(made, [record])
    made.save()
    record.publication = made
    record.save(update_fields=["publication"])
    if left is not None:
        describe(left, list(left.records.all()))
        left.save()
        for finding in left.findings.all():
            Finding.objects.create(topic=finding.topic, publication=made)
    return made
