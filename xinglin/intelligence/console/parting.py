"""Records of a paper parted from it, and the parting undone."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    Action,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.intelligence import queries, services
from xinglin.intelligence.models import Finding, Record


class RecordField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic when it runs
    def label_from_instance(self, obj: Record) -> str:
        return f"{obj} · {obj.read.title[:60]}"


class RecordForm(forms.Form):
    """One of a few records."""

    record = RecordField(label=_("来源记录"), queryset=Record.objects.none())

    def __init__(self, *args: Any, records: QuerySet[Record], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["record"]
        if isinstance(field, RecordField):
            field.queryset = records


def _part_form(request: StaffRequest, row: Finding, data: object, files: object) -> forms.Form:
    return RecordForm(data, records=row.publication.records.all())


def _part(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    services.part_record(record=answers["record"], by=staff_of(request))
    return _("已分成单独的一篇，待初筛；机器不会再合并。分错了，在这一页点“撤销分开”。")


def _parted(finding: Finding) -> QuerySet[Record]:
    """Return the records that people hold apart from those of a finding."""
    pairs = [pair for each in finding.publication.records.all() for pair in services.parted_from(each)]
    numbers = {pk for pair in pairs for pk in (pair.one_id, pair.other_id)}
    return Record.objects.filter(pk__in=numbers).exclude(publication=finding.publication_id)


def _rejoin_form(request: StaffRequest, row: Finding, data: object, files: object) -> forms.Form:
    return RecordForm(data, records=_parted(row))


def _rejoin(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    other: Record = answers["record"]
    mine = next(
        each
        for each in row.publication.records.all()
        if services.parted_from(each).filter(Q(one=other) | Q(other=other)).exists()
    )
    services.rejoin(record=other, other=mine, by=staff_of(request))
    return _("已并回这一篇；两边的筛选记录合在一起。")


PARTING: tuple[Action[Finding], ...] = (
    Action(
        "part", _("分出一条来源记录"), _part, form=_part_form, permission=queries.DECIDE, icon="arrows-split",
        tone=Tone.QUIET, when=lambda row: row.publication.records.count() > 1,
    ),
    Action(
        "rejoin", _("撤销分开"), _rejoin, form=_rejoin_form, permission=queries.DECIDE, icon="arrow-back-up",
        tone=Tone.QUIET, when=lambda row: _parted(row).exists(),
    ),
)  # fmt: skip
