"""Proposals of branches: the main library's work list, and the page where a branch writes one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries as catalog
from xinglin.catalog.copying import drafting, proposing, queries
from xinglin.catalog.copying.lifecycle import PROPOSAL_MOVES, ProposalState
from xinglin.catalog.copying.models import RecordProposal
from xinglin.catalog.copying.screens.taking import own_libraries
from xinglin.catalog.models import Record
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

colour_states(
    RecordProposal,
    {
        ProposalState.OPEN: Tone.WAITING,
        ProposalState.ACCEPTED: Tone.GOOD,
        ProposalState.REFUSED: Tone.BAD,
        ProposalState.WITHDRAWN: Tone.QUIET,
    },
)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("答复"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("分馆会看到这句话"),
    )  # fmt: skip


def _accept(request: StaffRequest, proposal: RecordProposal, answers: Answers) -> str:
    proposing.accept(proposal=proposal, by=staff_of(request))
    return _("已采纳，书目已按建议修改。")


def _refuse(request: StaffRequest, proposal: RecordProposal, answers: Answers) -> str:
    proposing.refuse(proposal=proposal, by=staff_of(request), answer=answers["answer"])
    return _("已退回建议。")


def _withdraw(request: StaffRequest, proposal: RecordProposal, answers: Answers) -> str:
    proposing.withdraw(proposal=proposal, by=staff_of(request))
    return _("已撤回建议。")


accept = Action(
    "accept", gettext_lazy("采纳"), run=_accept, icon="check", tone=Tone.GOOD,
    confirm=gettext_lazy("采纳后书目立即按建议修改，所有馆看到的都是新的描述。"),
    permission="catalog.change_record", when=offered(PROPOSAL_MOVES, "accept"),
)  # fmt: skip
refuse = Action(
    "refuse", gettext_lazy("不采纳"), run=_refuse, form=AnswerForm, icon="x", tone=Tone.BAD,
    permission="catalog.change_record", when=offered(PROPOSAL_MOVES, "refuse"),
)  # fmt: skip
withdraw = Action(
    "withdraw", gettext_lazy("撤回"), run=_withdraw, icon="arrow-back-up", tone=Tone.QUIET,
    confirm=gettext_lazy("撤回后总馆不再处理这条建议。"),
    permission="catalog.change_record", when=offered(PROPOSAL_MOVES, "withdraw"),
)  # fmt: skip


def _suggest(request: StaffRequest, record: Record, answers: Answers) -> HttpResponse:
    return redirect("console:catalog.propose", record.pk)


# Offered on the page of a record (catalog/screens/records.py).
suggest = Action(
    "suggest", gettext_lazy("提出修改建议"), run=_suggest, icon="message-2-plus",
    permission="catalog.change_record", when=lambda record: record.is_active,
)  # fmt: skip


@screen
class Proposals(ListScreen[RecordProposal]):
    name = "catalog.proposals"
    title = gettext_lazy("书目修改建议")
    section = Section.CATALOGUING
    icon = "message-2-check"
    order = 30
    permission = "catalog.change_record"
    words = (gettext_lazy("总馆权威"), "jianyi")
    detail = "catalog.proposal"
    columns = (
        Column(gettext_lazy("书目"), "record.full_title", link=True),
        Column(gettext_lazy("提出馆"), "library.label"),
        Column(gettext_lazy("理由"), "reason", narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("提出时间"), "proposed_at", sort="proposed_at", kind=Kind.MOMENT),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=ProposalState.choices)
    search_fields = ("record__title", "reason", "library__name")
    search_hint = gettext_lazy("题名、理由、图书馆")
    order_by = ("-proposed_at",)
    empty = gettext_lazy("还没有修改建议。分馆在书目页选择“提出修改建议”，总馆在这里处理。")

    def rows(self, request: StaffRequest) -> QuerySet[RecordProposal]:
        return queries.proposals_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        """Return what waits for the main library; a branch has nothing to do about its own proposals."""
        if not queries.speaks_for_the_main_library(staff_of(request), self.permission):
            return None
        return RecordProposal.objects.filter(state=ProposalState.OPEN).count() or None


@screen
class ProposalPage(DetailScreen[RecordProposal]):
    name = "catalog.proposal"
    title = gettext_lazy("书目修改建议")
    listing = "catalog.proposals"
    facts: Sequence[Facts[RecordProposal]] = (
        Facts(
            gettext_lazy("建议"),
            (
                Fact(gettext_lazy("书目"), "record.full_title"),
                Fact(gettext_lazy("提出馆"), "library.name"),
                Fact(gettext_lazy("提出人"), "proposed_by.name"),
                Fact(gettext_lazy("提出时间"), "proposed_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("理由"), "reason"),
                Fact(gettext_lazy("依据版次"), "base_version", kind=Kind.NUMBER),
                Fact(gettext_lazy("现在版次"), "record.version", kind=Kind.NUMBER),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("处理人"), "decided_by.name"),
                Fact(gettext_lazy("答复"), "answer"),
            ),
        ),
    )
    actions = (accept, refuse, withdraw)
    panel_template = "catalog/copying/differences.html"

    def heading(self, row: RecordProposal) -> str:
        return _("修改建议 · %(title)s") % {"title": row.record.full_title}

    def context(self, request: StaffRequest, row: RecordProposal) -> dict[str, object]:
        return {"differences": row.differences, "record_pk": row.record_id}


class ProposingForm(forms.Form):
    """The whole record as lines, or its facts where it has no MARC; and why."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("提出馆"), queryset=Library.objects.none(), empty_label=None
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("总馆编目据此判断，例如“依据题名页，第 3 版为 2023 年出版”"),
    )  # fmt: skip

    def __init__(self, record: Record, libraries: QuerySet[Library], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["library"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = libraries
        for name, field in drafting.fields_for(record).items():
            self.fields[name] = field


@screen
class Propose(FormScreen[Record]):
    name = "catalog.propose"
    title = gettext_lazy("提出修改建议")
    listing = "catalog.records"
    permission = "catalog.change_record"
    edits = True
    version_field = "version"
    button = gettext_lazy("提交给总馆")
    hint = gettext_lazy("这条书目由多个馆共用，改动由总馆编目审定。直接在下面改成您认为正确的样子。")

    def rows(self, request: StaffRequest) -> QuerySet[Record]:
        return catalog.records_visible_to(staff_of(request))

    def make_form(
        self,
        request: StaffRequest,
        row: Record | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        if row is None:
            raise LookupError("a form that edits has a row")
        libraries = own_libraries(request, "catalog.change_record")
        return ProposingForm(row, libraries, data, initial=drafting.initial_of(row))

    def save(self, request: StaffRequest, form: Form, row: Record | None) -> HttpResponse:
        if row is None:
            raise LookupError("a form that edits has a row")
        answers = dict(form.cleaned_data)
        library, reason = answers.pop("library"), answers.pop("reason")
        description, native = drafting.drafted(row, answers)
        made = proposing.propose(
            record=row, version=row.version, description=description, native=native, library=library,
            reason=reason, by=staff_of(request),
        )  # fmt: skip
        return redirect("console:catalog.proposal", made.pk)
