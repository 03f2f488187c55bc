"""Health articles whose time is nearly up, and what a gatekeeper says of them."""

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    FlagFilter,
    Kind,
    ListScreen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.newsroom.models import Recheck
from xinglin.newsroom.publishing import queries, rechecks
from xinglin.newsroom.services.articles import PUBLISH


class UntilForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("新的有效期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)


class NoteForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300)


def _keep(request: StaffRequest, recheck: Recheck, answers: Answers) -> str:
    rechecks.keep(recheck=recheck, until=answers["until"], note=answers["note"], by=staff_of(request))
    return _("有效期已延长，记入审核记录。")


def _rewrite(request: StaffRequest, recheck: Recheck, answers: Answers) -> str:
    rechecks.rewrite(recheck=recheck, note=answers["note"], by=staff_of(request))
    return _("已记下要改写。")


def _take_down(request: StaffRequest, recheck: Recheck, answers: Answers) -> str:
    rechecks.take_down(recheck=recheck, note=answers["note"], by=staff_of(request))
    return _("文章已撤下，各渠道一并处理。")


def _is_open(recheck: Recheck) -> bool:
    return recheck.done_at is None


@screen
class Rechecks(ListScreen[Recheck]):
    """Health articles whose time is nearly up."""

    name = "newsroom.rechecks"
    title = gettext_lazy("复核任务")
    section = Section.NEWSROOM
    icon = "calendar-exclamation"
    order = 25
    permission = queries.VIEW
    words = (gettext_lazy("有效期"), gettext_lazy("健康文章"), "fuhe")
    columns = (
        Column(
            gettext_lazy("文章"),
            "article.title",
            link=lambda row: reverse("console:newsroom.article", args=[row.article_id]),
        ),
        Column(gettext_lazy("图书馆"), "article.library.label", sort="article__library__code"),
        Column(gettext_lazy("有效期至"), "expires_on", kind=Kind.DAY, sort="expires_on"),
        Column(gettext_lazy("结论"), "get_outcome_display"),
        Column(gettext_lazy("复核人"), "done_by.name", narrow=False),
        Column(gettext_lazy("办结时间"), "done_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (FlagFilter("open", gettext_lazy("未办"), where=Q(done_at=None)),)
    search_fields = ("article__newest__title",)
    search_hint = gettext_lazy("文章标题")
    order_by = ("expires_on",)
    empty = gettext_lazy("没有要复核的健康文章。到期前 30 天会自动列在这里。")
    actions = (
        Action(
            "keep",
            gettext_lazy("仍适用，延期"),
            run=_keep,
            form=UntilForm,
            permission="newsroom.gatekeep_article",
            icon="calendar-plus",
            tone=Tone.GOOD,
            when=_is_open,
        ),
        Action(
            "rewrite",
            gettext_lazy("要改写"),
            run=_rewrite,
            form=NoteForm,
            permission="newsroom.write_article",
            icon="edit",
            when=_is_open,
        ),
        Action(
            "take_down",
            gettext_lazy("撤下"),
            run=_take_down,
            form=NoteForm,
            permission=PUBLISH,
            icon="eye-off",
            tone=Tone.BAD,
            when=_is_open,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Recheck]:
        return queries.rechecks_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).filter(done_at=None).count()
