"""Surveys of awareness: the list, the form, and the page with both waves compared."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import awareness, queries
from xinglin.audience.lifecycle import SURVEY_MOVES, SurveyState
from xinglin.audience.models import Campaign, Survey
from xinglin.audience.services import surveys as services
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import xlsx_response
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
    RelatedFilter,
    RowScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.newsroom import queries as newsroom
from xinglin.newsroom.models import Article
from xinglin.wechat.models import Account

colour_states(
    Survey,
    {
        SurveyState.DRAFT: Tone.WAITING,
        SurveyState.BASELINE: Tone.ACTIVE,
        SurveyState.BETWEEN: Tone.WAITING,
        SurveyState.FOLLOW_UP: Tone.ACTIVE,
        SurveyState.CLOSED: Tone.GOOD,
    },
)


def _accounts(request: StaffRequest) -> QuerySet[Account]:
    return queries.accounts_for(staff_of(request), queries.VIEW_CAMPAIGN)


def _open_baseline(request: StaffRequest, row: Survey, answers: Answers) -> str:
    services.open_baseline(survey=row, by=staff_of(request))
    return _("前测开始了：已绑定的目标读者会收到邀请，其余的人可用本页的链接或在公众号里回复“小调查”。")


def _close_baseline(request: StaffRequest, row: Survey, answers: Answers) -> str:
    services.close_baseline(survey=row, by=staff_of(request))
    return _("前测已结束。")


def _open_follow_up(request: StaffRequest, row: Survey, answers: Answers) -> str:
    services.open_follow_up(survey=row, by=staff_of(request))
    return _("后测开始了：收到推送的和答过前测的读者会收到邀请。")


def _close(request: StaffRequest, row: Survey, answers: Answers) -> str:
    services.close(survey=row, by=staff_of(request))
    return _("调查已结束。")


def _amend(request: StaffRequest, row: Survey, answers: Answers) -> HttpResponse:
    return redirect("console:audience.survey.edit", row.pk)


ACTIONS = (
    Action[Survey]("amend", lazy("修改"), run=_amend, icon="edit", permission=services.RUN,
                   when=offered(SURVEY_MOVES, "amend")),
    Action[Survey]("open_baseline", lazy("开始前测"), run=_open_baseline, icon="player-play", tone=Tone.GOOD,
                   permission=services.RUN, when=offered(SURVEY_MOVES, "open_baseline"),
                   confirm=lazy("开始后题目不能再改。推送一开始，前测就自动结束。")),
    Action[Survey]("close_baseline", lazy("结束前测"), run=_close_baseline, icon="player-stop",
                   permission=services.RUN, when=offered(SURVEY_MOVES, "close_baseline")),
    Action[Survey]("open_follow_up", lazy("开始后测"), run=_open_follow_up, icon="player-play", tone=Tone.GOOD,
                   permission=services.RUN, when=offered(SURVEY_MOVES, "open_follow_up")),
    Action[Survey]("close_survey", lazy("结束调查"), run=_close, icon="check", permission=services.RUN,
                   when=offered(SURVEY_MOVES, "close_survey"),
                   confirm=lazy("结束后不再收答案。")),
)  # fmt: skip


@screen
class Surveys(ListScreen[Survey]):
    """The surveys of one's campaigns."""

    name = "audience.surveys"
    title = lazy("知晓率调查")
    section = Section.AUDIENCE
    icon = "clipboard-check"
    order = 25
    permission = queries.VIEW_CAMPAIGN
    words = ("zhixiaolv", lazy("前测"), lazy("后测"), lazy("问卷"), lazy("效果评价"))
    detail = "audience.survey"
    create = "audience.survey.new"
    create_title = lazy("新建调查")
    columns = (
        Column(lazy("推送"), "campaign.name", sort="campaign__name", link=True),
        Column(lazy("状态"), "state", kind=Kind.STATE),
        Column(lazy("问卷"), "questionnaire.title"),
        Column(lazy("公众号"), "campaign.account.name", sort="campaign__account__name", narrow=False),
        Column(lazy("前测开始"), "baseline_from", kind=Kind.MOMENT, sort="baseline_from", narrow=False),
        Column(lazy("后测开始"), "follow_up_from", kind=Kind.MOMENT, sort="follow_up_from", narrow=False),
    )
    tabs = ChoiceFilter("state", lazy("状态"), choices=SurveyState.choices)
    filters = (RelatedFilter("account", lazy("公众号"), field="campaign__account", rows=_accounts),)
    search_fields = ("campaign__name", "questionnaire__title")
    search_hint = lazy("推送、问卷")
    order_by = ("-created_at",)
    empty = lazy(
        "还没有调查。先发布一篇带 1 到 10 道“问答”的文章作问卷，再点“新建调查”；推送前后各问一次，看知晓率有没有提高。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[Survey]:
        return queries.surveys_visible_to(staff_of(request))


class SurveyForm(forms.Form):
    campaign = forms.ModelChoiceField(
        label=lazy("推送"), queryset=Campaign.objects.none(), help_text=lazy("还没有开始的推送")
    )
    article = forms.ModelChoiceField(
        label=lazy("问卷"), queryset=Article.objects.none(),
        help_text=lazy("已发布、带 1 到 10 道“问答”的文章。建好调查以后可以把文章撤下，免得读者先看到答案"),
    )  # fmt: skip
    known_from = forms.IntegerField(
        label=lazy("知晓标准（答对 %）"), min_value=services.WEAKEST, max_value=services.STRICTEST, initial=80,
        help_text=lazy("一个人答对的题达到这个比例，算“知晓”"),
    )  # fmt: skip


class SurveyFormScreen(FormScreen[Survey]):
    form = SurveyForm
    listing = "audience.surveys"
    detail = "audience.survey"
    permission = services.RUN
    version_field = "version"
    hint = lazy("同样的题在推送前、推送后各问一次。每人每次只能答一次；人数过少的分组不显示数字。")

    def initial(self, request: StaffRequest, row: Survey | None) -> dict[str, object]:
        if row is None:
            wanted = whole(request.GET.get("campaign", ""))
            return {} if wanted is None else {"campaign": wanted}
        return {
            "campaign": row.campaign_id, "article": row.questionnaire.article_id, "known_from": row.known_from
        }  # fmt: skip

    def make_form(
        self, request: StaffRequest, row: Survey | None, data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:  # fmt: skip
        form = SurveyForm(data, files, initial=self.initial(request, row))
        staff = staff_of(request)
        campaigns = queries.campaigns_visible_to(staff).filter(started_at=None)
        campaigns = campaigns.filter(pk=row.campaign_id) if row else campaigns.filter(survey=None)
        articles = newsroom.published().filter(
            library__in=libraries_of(staff, newsroom.VIEW), shown__blocks__contains=[{"kind": "quiz"}]
        )
        if row is not None:
            articles = articles | Article.objects.filter(pk=row.questionnaire.article_id)
        for name, rows in (("campaign", campaigns), ("article", articles)):
            field = form.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- told to the type checker
            field.queryset = rows
        return form

    def save(self, request: StaffRequest, form: Form, row: Survey | None) -> Survey:
        given = form.cleaned_data
        return services.draw_up(
            campaign=given["campaign"], article=given["article"], known_from=given["known_from"],
            by=staff_of(request), survey=row,
        )  # fmt: skip


@screen
class NewSurvey(SurveyFormScreen):
    name = "audience.survey.new"
    title = lazy("新建调查")


@screen
class EditSurvey(SurveyFormScreen):
    name = "audience.survey.edit"
    title = lazy("修改调查")
    edits = True

    def rows(self, request: StaffRequest) -> QuerySet[Survey]:
        return queries.surveys_visible_to(staff_of(request)).filter(state=SurveyState.DRAFT)


@screen
class SurveyPage(DetailScreen[Survey]):
    """One survey: where it stands, how readers get to it, and both waves compared."""

    name = "audience.survey"
    title = lazy("知晓率调查")
    listing = "audience.surveys"
    facts = (
        Facts(
            lazy("调查"),
            (
                Fact(lazy("状态"), "state", kind=Kind.STATE),
                Fact(lazy("推送"), "campaign.name",
                     link=lambda row: reverse("console:audience.campaign", args=[row.campaign_id])),
                Fact(lazy("问卷"), "questionnaire.title",
                     link=lambda row: reverse("console:newsroom.article", args=[row.questionnaire.article_id])),
                Fact(lazy("知晓标准（答对 %）"), "known_from"),
                Fact(lazy("公众号"), "campaign.account.name"),
                Fact(lazy("前测开始"), "baseline_from", kind=Kind.MOMENT),
                Fact(lazy("前测结束"), "baseline_to", kind=Kind.MOMENT),
                Fact(lazy("后测开始"), "follow_up_from", kind=Kind.MOMENT),
                Fact(lazy("后测结束"), "follow_up_to", kind=Kind.MOMENT),
            ),
        ),
    )  # fmt: skip
    actions = ACTIONS
    panel_template = "audience/console/survey_panel.html"

    def after(self, row: Survey) -> str:
        return reverse("console:audience.survey", args=[row.pk])

    def context(self, request: StaffRequest, row: Survey) -> dict[str, object]:
        asked = row.baseline_from is not None
        return {
            "open": row.open_wave,
            "address": f"{settings.PUBLIC_URL}{reverse('mobile:audience.survey', args=[row.pk])}",
            "awareness": awareness.of(row) if asked else None,
            "sheet": reverse("console:audience.survey.sheet", args=[row.pk]) if asked else "",
        }


HEADINGS = (
    lazy("分组"), lazy("名称"), lazy("前测人数"), lazy("前测知晓"), lazy("前测知晓率（%）"), lazy("后测人数"),
    lazy("后测知晓"), lazy("后测知晓率（%）"), lazy("两次都答"), lazy("新知晓"), lazy("不再知晓"),
    lazy("变化（百分点）"), lazy("95% 下限"), lazy("95% 上限"), lazy("检验"), lazy("p"), lazy("校正后 p"), lazy("结论"),
)  # fmt: skip


def sheet_of(found: awareness.Awareness) -> list[list[str | int | float]]:
    """Return the lines of a survey's workbook: a group that is too small has a name and no figures."""
    return [[one.dimension, one.name, *_figures(one), one.verdict] for one in found.lines]


def _figures(one: awareness.Change) -> list[str | int | float]:
    if one.hidden:
        return [""] * 15
    waves = [
        figure
        for share in (one.before, one.after)
        for figure in (share.people, share.known, round(share.percent, 1))
    ]
    paired = [one.both, one.gained, one.lost] if one.is_paired else [""] * 3
    if one.p_value is None:
        return [*waves, *paired, *[""] * 6]
    points = [round(100 * each, 1) for each in (one.difference, one.low, one.high)]
    return [
        *waves,
        *paired,
        *points,
        one.test,
        one.p_value,
        one.p_value if one.adjusted is None else one.adjusted,
    ]


@screen
class SurveySheet(RowScreen[Survey]):
    """Both waves as a workbook."""

    name = "audience.survey.sheet"
    title = lazy("知晓率调查")
    listing = "audience.surveys"

    @property
    def row_address(self) -> str:
        return "audience/survey/<int:pk>/report.xlsx"

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        row = self.row(request, pk)
        headings = [str(each) for each in HEADINGS]
        lines = sheet_of(awareness.of(row))
        return xlsx_response(name=f"survey-{row.pk}", headings=headings, rows=lines, title=_("知晓率调查"))
