"""Main-library authority over shared fields: a branch proposes, the main library accepts or refuses."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import services as catalog
from xinglin.catalog.copying.comparing import side_by_side
from xinglin.catalog.copying.errors import NothingProposed, ProposalDecided, ProposalOutdated
from xinglin.catalog.copying.lifecycle import PROPOSAL_MOVES, ProposalState
from xinglin.catalog.copying.models import RecordProposal
from xinglin.catalog.copying.queries import require_main_library
from xinglin.catalog.description import Description, Native, put_into, restored, taken_from
from xinglin.catalog.marc import ControlField, read_record
from xinglin.catalog.marc.model import Field
from xinglin.catalog.models import Flavour, Format, Record
from xinglin.catalog.stored import read_stored
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

Difference = tuple[str, str, str]


@transaction.atomic
def propose(
    *,
    record: Record,
    version: int,
    description: Description,
    native: Native | None = None,
    library: Library,
    reason: str,
    by: Staff | None,
) -> RecordProposal:
    """Propose another description of a shared title; the same arguments as ``amend_record``.

    Nothing changes in the catalogue. Raises ``NothingProposed``, ``NotAllowed``.
    """
    access.require(by, "catalog.change_record", library.pk)
    differences = differences_between(record, description, native)
    if not differences:
        raise NothingProposed(_("建议与现有书目没有差别；请先改动，再提交建议。"))
    proposal = RecordProposal.objects.create(
        record=record,
        library=library,
        base_version=version,
        description=_as_json(description),
        marc=native.raw if native else b"",
        before=bytes(record.marc),
        format=native.format if native else Format.NONE,
        charset=native.charset if native else "",
        flavour=native.flavour if native else "",
        differences=differences,
        reason=reason,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    for subject in (record, proposal):
        history.record(subject, "propose", by=by.user if by else None, reason=reason)
    return proposal


def _as_json(description: Description) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ((name, getattr(description, name)) for name in Description.__dataclass_fields__)
    }


@transaction.atomic
def accept(*, proposal: RecordProposal, by: Staff | None, answer: str = "") -> Record:
    """Put a proposal into the catalogue, in the main library's name.

    Raises ``ProposalOutdated`` when the record was changed after the proposal was written,
    ``ProposalDecided``, ``MainLibraryOnly``, ``RecordUnknown``.
    """
    require_main_library(by, "catalog.change_record")
    current = _open(proposal, "accept")
    record = Record.objects.get(pk=current.record_id)
    if record.version != current.base_version:
        raise ProposalOutdated(
            _(
                "提出建议之后，《%(title)s》已从第 %(seen)d 版改到第 %(now)d 版；请退回建议，请分馆按新版重提。"
            ),
            title=record.title,
            seen=current.base_version,
            now=record.version,
        )
    # The authority was asked for above; the record's holders are many and none of them stands in the way.
    amended = catalog.amend_record(
        record=record,
        version=current.base_version,
        description=restored(current.description),
        native=_native_of(current),
        by=None,
    )
    _decide(current, "accept", by=by, answer=answer)
    history.record(record, "accept_proposal", by=by.user if by else None, reason=current.reason)
    return amended


def _native_of(proposal: RecordProposal) -> Native | None:
    if not proposal.marc:
        return None
    return Native(
        raw=bytes(proposal.marc),
        format=Format(proposal.format),
        charset=proposal.charset,
        flavour=Flavour(proposal.flavour),
    )


@transaction.atomic
def refuse(*, proposal: RecordProposal, by: Staff | None, answer: str) -> RecordProposal:
    """Refuse a proposal with a reason that the branch reads. Raises ``ProposalDecided``, ``MainLibraryOnly``."""
    require_main_library(by, "catalog.change_record")
    return _decide(_open(proposal, "refuse"), "refuse", by=by, answer=answer)


@transaction.atomic
def withdraw(*, proposal: RecordProposal, by: Staff | None) -> RecordProposal:
    """Take one's own library's proposal back. Raises ``ProposalDecided``, ``NotAllowed``."""
    access.require(by, "catalog.change_record", proposal.library_id)
    return _decide(_open(proposal, "withdraw"), "withdraw", by=by, answer="")


def _open(proposal: RecordProposal, deed: str) -> RecordProposal:
    current = RecordProposal.objects.select_for_update().get(pk=proposal.pk)
    if (ProposalState(current.state), deed) not in PROPOSAL_MOVES:
        raise ProposalDecided(_("这条建议%(state)s，不能再处理。"), state=ProposalState(current.state).label)
    return current


def _decide(proposal: RecordProposal, deed: str, *, by: Staff | None, answer: str) -> RecordProposal:
    proposal.state, _hand = PROPOSAL_MOVES[ProposalState(proposal.state), deed]
    proposal.decided_by, proposal.decided_at, proposal.answer = by, clock.now(), answer
    proposal.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    history.record(proposal, deed, by=by.user if by else None, reason=answer)
    return proposal


def differences_between(record: Record, description: Description, native: Native | None) -> list[Difference]:
    """Return what a proposal changes: field by field where both are MARC, else fact by fact."""
    if native is not None and record.marc:
        return _of_fields(
            read_stored(bytes(record.marc), record.charset).record.fields,
            read_record(native.raw).record.fields,
        )
    proposed = Record(kind=description.kind)
    put_into(proposed, description, native)
    if taken_from(record) == description:
        return []
    lines = [line for line in side_by_side(record, proposed) if line.differs]
    return [(line.label, line.ours, line.theirs) for line in lines] or [
        (now_translated("其他"), "", now_translated("编号、附注等不显示的项目有改动"))
    ]


def _of_fields(before: Sequence[Field], after: Sequence[Field]) -> list[Difference]:
    """Return the fields of each tag that only one of two records has, in tag order."""
    left, right = list(before), list(after)
    for field in before:
        if field in right:
            right.remove(field)
            left.remove(field)
    tags = sorted({field.tag for field in (*left, *right)})
    return [(tag, _written(left, tag), _written(right, tag)) for tag in tags]


def _written(fields: Sequence[Field], tag: str) -> str:
    return "\n".join(_line(field) for field in fields if field.tag == tag)


def _line(field: Field) -> str:
    """Return a field as cataloguers print it: ``1# ‡a 内科学``."""
    if isinstance(field, ControlField):
        return field.value
    indicators = f"{field.ind1}{field.ind2}".replace(" ", "#")
    return " ".join((indicators, *(f"‡{code} {value}" for code, value in field.subfields)))
