"""Every change of headings and filings: headings set up, papers filed by people."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.intelligence.errors import IntelligenceDeedNotPossible
from xinglin.intelligence.labelling.errors import HeadingUnfit
from xinglin.intelligence.labelling.lifecycle import FILING_MOVES, FilingState
from xinglin.intelligence.labelling.models import Filing, FilingOrigin, Heading
from xinglin.intelligence.labelling.queries import FILED, chosen
from xinglin.intelligence.models import Finding, Screening, Topic
from xinglin.intelligence.queries import CHANGE, SCREEN

MOST_HEADINGS = 40
Key = tuple[int, str]
"""A heading's number or a study type, the other empty."""


@transaction.atomic
def write_heading(
    *,
    topic: Topic,
    name: str,
    scope: str = "",
    active: bool = True,
    row: Heading | None = None,
    by: Staff | None,
) -> Heading:
    """Set up a heading of a topic, or change one. Raises ``HeadingUnfit``."""
    access.require(by, CHANGE, topic.library_id)
    Topic.objects.select_for_update().get(pk=topic.pk)
    others = topic.headings.exclude(pk=row.pk) if row else topic.headings.all()
    if not name.strip():
        raise HeadingUnfit(_("类目要有名称。"))
    if others.filter(name=name.strip()).exists():
        raise HeadingUnfit(_("专题「%(topic)s」已有类目「%(name)s」。"), topic=topic.name, name=name.strip())
    if row is None and others.count() >= MOST_HEADINGS:
        raise HeadingUnfit(
            _("一个专题最多 %(most)d 个类目；太多了读者找不到，机器也学不会。"), most=MOST_HEADINGS
        )
    kept = Heading.objects.select_for_update().get(pk=row.pk) if row else Heading(topic=topic)
    kept.name, kept.scope, kept.active = name.strip(), scope.strip(), active
    kept.save()
    if not active:
        kept.filings.filter(state=FilingState.SUGGESTED).delete()
    history.record(
        kept,
        "amend" if row else "add",
        by=by.user if by else None,
        changes={"name": kept.name, "active": active},
    )
    return kept


@transaction.atomic
def file_paper(
    *, finding: Finding, headings: Sequence[Heading], studies: Sequence[str], by: Staff | None
) -> Finding:
    """Say under which headings a paper belongs and of which study types it is.

    What was suggested and is not said is refused, and the machine learns from it.

    Raises ``IntelligenceDeedNotPossible`` for a heading of another topic.
    """
    kept = Finding.objects.select_for_update(of=("self",)).select_related("topic").get(pk=finding.pk)
    access.require(by, SCREEN, kept.topic.library_id)
    if any(each.topic_id != kept.topic_id for each in headings):
        raise IntelligenceDeedNotPossible(_("类目不是这个专题的；请刷新后再选。"))
    wanted: list[Key] = [*((each.pk, "") for each in headings), *((0, study) for study in studies)]
    known: dict[Key, Filing] = {(each.heading_id or 0, each.study): each for each in kept.filings.all()}
    for key, row in known.items():
        move = FILING_MOVES.get((FilingState(row.state), "take" if key in wanted else "refuse"))
        if move is not None:
            row.state, row.at, row.by = move[0], clock.now(), by.user if by else None
            row.save(update_fields=["state", "at", "by"])
    Filing.objects.bulk_create(
        [
            Filing(
                finding=kept, heading_id=pk or None, study=study, state=FilingState.TAKEN,
                origin=FilingOrigin.PERSON, by=by.user if by else None,
            )
            for pk, study in dict.fromkeys(wanted)
            if (pk, study) not in known
        ]
    )  # fmt: skip
    said = "；".join(
        each.label for each in kept.filings.filter(state=FilingState.TAKEN).select_related("heading")
    )
    Screening.objects.create(finding=kept, deed=FILED, reason=said[:200], by=by.user if by else None)
    return kept


@transaction.atomic
def take_suggestions(*, finding: Finding, by: Staff | None) -> Finding:
    """File a paper as was suggested, beside what it is filed under already.

    Raises ``IntelligenceDeedNotPossible`` without a suggestion.
    """
    rows = list(finding.filings.exclude(state=FilingState.REFUSED))
    if not any(each.state == FilingState.SUGGESTED for each in rows):
        raise IntelligenceDeedNotPossible(_("这篇没有待确认的归类建议。"))
    headings, studies = chosen(rows)
    return file_paper(
        finding=finding,
        headings=list(Heading.objects.filter(pk__in=headings)),
        studies=sorted(studies),
        by=by,
    )
