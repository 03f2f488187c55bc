"""Rumour cards in the console."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
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
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.newsroom import queries
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Rumour, RumourState, Verdict
from xinglin.newsroom.rumours import matching, services
from xinglin.newsroom.rumours.lifecycle import RUMOUR_MOVES

VIEW = "newsroom.view_rumour"

colour_states(
    Rumour,
    {RumourState.DRAFT: Tone.WAITING, RumourState.APPROVED: Tone.GOOD, RumourState.RETIRED: Tone.QUIET},
)


class RumourForm(forms.Form):
    claim = forms.CharField(label=gettext_lazy("说法"), max_length=200)
    wordings = forms.CharField(
        label=gettext_lazy("别的说法，一行一个"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    verdict = forms.ChoiceField(label=gettext_lazy("结论"), choices=Verdict.choices)
    truth = forms.CharField(
        label=gettext_lazy("真相"), max_length=600, widget=forms.Textarea(attrs={"rows": 4})
    )
    sources = forms.CharField(
        label=gettext_lazy("依据，一行一条"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    article = forms.ModelChoiceField(
        label=gettext_lazy("详细文章"), queryset=Article.objects.none(), required=False
    )


def _approve(request: StaffRequest, rumour: Rumour, answers: Answers) -> str:
    services.approve(rumour=rumour, by=staff_of(request))
    return _("已通过，读者再说起时会自动回答。")


def _retire(request: StaffRequest, rumour: Rumour, answers: Answers) -> str:
    services.retire(rumour=rumour, by=staff_of(request))
    return _("已停用。")


ACTIONS = (
    Action(
        "approve",
        gettext_lazy("医学把关通过"),
        run=_approve,
        permission=services.GATE,
        icon="shield-check",
        tone=Tone.GOOD,
        confirm=gettext_lazy("通过后，读者在公众号里说起这件事，就用这张卡回答。"),
        when=offered(RUMOUR_MOVES, "approve"),
    ),
    Action(
        "retire",
        gettext_lazy("停用"),
        run=_retire,
        permission=services.WRITE,
        icon="eye-off",
        tone=Tone.BAD,
        when=offered(RUMOUR_MOVES, "retire"),
    ),
)


@screen
class Rumours(ListScreen[Rumour]):
    """Claims that go round, and what is true of them."""

    name = "newsroom.rumours"
    title = gettext_lazy("辟谣")
    section = Section.NEWSROOM
    icon = "alert-octagon"
    order = 32
    permission = VIEW
    words = (gettext_lazy("谣言"), "piyao")
    detail = "newsroom.rumour"
    create = "newsroom.rumour.new"
    create_title = gettext_lazy("写一张辟谣卡")
    columns = (
        Column(gettext_lazy("说法"), "claim", sort="claim", link=True),
        Column(gettext_lazy("结论"), "get_verdict_display"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("把关人"), "approved_by.name"),
        Column(gettext_lazy("回答次数"), "answered", sort="answered", kind=Kind.NUMBER),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=RumourState.choices)
    search_fields = ("claim", "wordings", "truth")
    search_hint = gettext_lazy("说法、真相")
    order_by = ("-made_at",)
    empty = gettext_lazy("还没有辟谣卡。写好并由医学把关人通过后，读者在公众号里说起，就会自动回答。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Rumour]:
        return matching.rumours_visible_to(staff_of(request))


@screen
class RumourPage(DetailScreen[Rumour]):
    name = "newsroom.rumour"
    title = gettext_lazy("辟谣")
    listing = "newsroom.rumours"
    edit = "newsroom.rumour.edit"
    actions = ACTIONS
    facts = (
        Facts(
            gettext_lazy("辟谣"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("结论"), "get_verdict_display"),
                Fact(gettext_lazy("真相"), "truth"),
                Fact(gettext_lazy("依据"), "sources"),
                Fact(gettext_lazy("别的说法"), "wordings"),
                Fact(gettext_lazy("详细文章"), "article.title"),
                Fact(gettext_lazy("把关人"), "approved_by.name"),
                Fact(gettext_lazy("把关时间"), "approved_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("执业证有效期至"), "licensed_until", kind=Kind.DAY),
                Fact(gettext_lazy("回答次数"), "answered", kind=Kind.NUMBER),
            ),
        ),
    )


class _RumourScreen(FormScreen[Rumour]):
    listing = "newsroom.rumours"
    detail = "newsroom.rumour"
    permission = services.WRITE
    form = RumourForm

    def make_form(
        self,
        request: StaffRequest,
        row: Rumour | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        form = RumourForm(data, initial=self.initial(request, row))
        shown = queries.articles_visible_to(staff_of(request)).filter(state=State.PUBLISHED)
        form.fields["article"].queryset = shown  # type: ignore[attr-defined]
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Rumour | None) -> Rumour:
        typed = dict(form.cleaned_data)
        typed["verdict"] = Verdict(typed["verdict"])
        staff = staff_of(request)
        library = row.library if row else staff.library
        return services.write(library=library, file=services.RumourFile(**typed), row=row, by=staff)


@screen
class NewRumour(_RumourScreen):
    name = "newsroom.rumour.new"
    title = gettext_lazy("写一张辟谣卡")


@screen
class EditRumour(_RumourScreen):
    name = "newsroom.rumour.edit"
    title = gettext_lazy("修改辟谣卡")
    edits = True
    hint = gettext_lazy("改过之后要重新由医学把关人通过，才会继续回答读者。")
