"""The pool of topics in the console: what asks to be written about, who writes it until when."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    offered,
)
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Staff
from xinglin.newsroom import queries as articles
from xinglin.newsroom.models import Correspondent, Expert, Topic
from xinglin.newsroom.models.planning import SCORE
from xinglin.newsroom.planning import queries, services
from xinglin.newsroom.planning.lifecycle import TOPIC_DEEDS, TOPIC_MOVES, Origin, TopicState

WRITE_TOPIC = "newsroom.write_topic"

colour_states(
    Topic,
    {
        TopicState.POOL: Tone.QUIET,
        TopicState.PLANNED: Tone.ACTIVE,
        TopicState.ASSIGNED: Tone.WAITING,
        TopicState.WRITTEN: Tone.ACTIVE,
        TopicState.DONE: Tone.GOOD,
        TopicState.DROPPED: Tone.QUIET,
    },
)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=5, initial=0)


class TopicForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("选题"), max_length=100)
    column = forms.ModelChoiceField(
        label=gettext_lazy("栏目"),
        queryset=articles.columns(),
        required=False,
        empty_label=gettext_lazy("（未定）"),
    )
    goal = forms.CharField(label=gettext_lazy("目标"), max_length=200, required=False)
    tasks = forms.CharField(
        label=gettext_lazy("分解任务"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    level = forms.CharField(label=gettext_lazy("读者层次"), max_length=60, required=False)
    form = forms.CharField(label=gettext_lazy("形式"), max_length=60, required=False)
    difference = forms.CharField(label=gettext_lazy("和别人的不同"), max_length=200, required=False)
    joint_with = forms.CharField(
        label=gettext_lazy("联合科室"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("和哪些科室、病区一起做"),
    )
    experts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("合作专家"),
        queryset=Expert.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("在“专家库”里登记；本人同意没有登记或已到期的，文章不能送审和发布"),
    )
    need = _number(gettext_lazy("需求（0–5）"))
    fits_goal = _number(gettext_lazy("合目标（0–5）"))
    doable = _number(gettext_lazy("好完成（0–5）"))
    priority = _number(gettext_lazy("优先级（0–5）"))
    worth = forms.IntegerField(label=gettext_lazy("积分"), min_value=0, max_value=100, initial=5)


class PlanForm(forms.Form):
    on = _day(gettext_lazy("计划发布日"))


class AssignForm(forms.Form):
    writer = forms.ModelChoiceField(label=gettext_lazy("作者"), queryset=Staff.objects.none())
    due_on = _day(gettext_lazy("交稿日"))


def _assign_form(
    request: StaffRequest, topic: Topic, data: QueryDict | None, files: "MultiValueDict[str, Any] | None"
) -> forms.Form:
    form = AssignForm(data)
    seats = Correspondent.objects.filter(library=topic.library, active=True).values("staff")
    people = Staff.objects.filter(Q(pk__in=seats) | Q(library=topic.library), active=True)
    form.fields["writer"].queryset = people.select_related("user")  # type: ignore[attr-defined]
    return form


def _plan(request: StaffRequest, topic: Topic, answers: Answers) -> str:
    services.plan(topic=topic, on=answers["on"], by=staff_of(request))
    return _("已排期。")


def _assign(request: StaffRequest, topic: Topic, answers: Answers) -> str:
    services.assign(topic=topic, writer=answers["writer"], due_on=answers["due_on"], by=staff_of(request))
    return _("已约稿，对方在手机“投稿”页能看到。")


def _drop(request: StaffRequest, topic: Topic, answers: Answers) -> str:
    services.drop(topic=topic, by=staff_of(request))
    return _("已标为不做。")


def _reopen(request: StaffRequest, topic: Topic, answers: Answers) -> str:
    services.reopen(topic=topic, by=staff_of(request))
    return _("已放回选题池。")


def _action(deed: str, run: Any, **more: Any) -> Action[Topic]:
    return Action(
        deed, TOPIC_DEEDS[deed], run=run, permission=services.CHANGE, when=offered(TOPIC_MOVES, deed), **more
    )


ACTIONS = (
    _action("plan", _plan, form=PlanForm, icon="calendar-plus"),
    _action("assign", _assign, form=_assign_form, icon="user-edit", tone=Tone.GOOD),
    _action("drop", _drop, icon="x", tone=Tone.BAD, confirm=gettext_lazy("不做的选题以后可以放回选题池。")),
    _action("reopen", _reopen, icon="arrow-back-up"),
)


def _remark(topic: Topic) -> Chip | str:
    if topic.is_late:
        return Chip(_("超过交稿日"), Tone.BAD)
    return Chip(_("%(n)d 次") % {"n": topic.asked}, Tone.ACTIVE) if topic.asked > 1 else ""


@screen
class Topics(ListScreen[Topic]):
    """The pool of topics."""

    name = "newsroom.topics"
    title = gettext_lazy("选题")
    section = Section.NEWSROOM
    icon = "bulb"
    order = 2
    permission = queries.VIEW
    words = (gettext_lazy("选题池"), gettext_lazy("约稿"), "xuanti")
    detail = "newsroom.topic"
    create = "newsroom.topic.new"
    create_title = gettext_lazy("提一个选题")
    columns = (
        Column(gettext_lazy("选题"), "title", sort="title", link=True),
        Column(gettext_lazy("分数"), "score", sort="ranked", kind=Kind.NUMBER),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("来源"), "get_origin_display", narrow=False),
        Column(gettext_lazy("提示"), _remark),
        Column(gettext_lazy("作者"), "writer.name"),
        Column(gettext_lazy("交稿日"), "due_on", sort="due_on", kind=Kind.DAY, narrow=False),
        Column(gettext_lazy("计划发布日"), "planned_on", sort="planned_on", kind=Kind.DAY),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=TopicState.choices)
    filters = (
        ChoiceFilter("origin", gettext_lazy("来源"), choices=Origin.choices),
        RelatedFilter(
            "column", gettext_lazy("栏目"), field="column", rows=lambda request: articles.columns()
        ),
        FlagFilter(
            "late",
            gettext_lazy("超过交稿日"),
            where=lambda: Q(state=TopicState.ASSIGNED, due_on__lt=clock.today()),
        ),
        DateFilter("planned", gettext_lazy("计划发布日"), field="planned_on"),
    )
    search_fields = ("title", "quote", "goal")
    search_hint = gettext_lazy("选题、原话、目标")
    order_by = ("-ranked",)
    empty = gettext_lazy("选题池是空的。读者没得到回答的消息会自动进来，也可以自己提。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Topic]:
        return queries.topics_visible_to(staff_of(request)).annotate(ranked=SCORE)


@screen
class TopicPage(DetailScreen[Topic]):
    """One topic, and what is like it."""

    name = "newsroom.topic"
    title = gettext_lazy("选题")
    listing = "newsroom.topics"
    edit = "newsroom.topic.edit"
    actions = ACTIONS
    facts = (
        Facts(
            gettext_lazy("选题"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("分数"), "score", kind=Kind.NUMBER),
                Fact(gettext_lazy("栏目"), "column.name"),
                Fact(gettext_lazy("目标"), "goal"),
                Fact(gettext_lazy("分解任务"), "tasks"),
                Fact(gettext_lazy("读者层次"), "level"),
                Fact(gettext_lazy("形式"), "form"),
                Fact(gettext_lazy("和别人的不同"), "difference"),
                Fact(gettext_lazy("联合科室"), "joint_with"),
                Fact(gettext_lazy("合作专家"), lambda topic: "、".join(map(str, topic.experts.all()))),
                Fact(gettext_lazy("来源"), "get_origin_display"),
                Fact(gettext_lazy("原话"), "quote"),
                Fact(gettext_lazy("问过几次"), "asked", kind=Kind.NUMBER),
                Fact(gettext_lazy("作者"), "writer.name"),
                Fact(gettext_lazy("交稿日"), "due_on", kind=Kind.DAY),
                Fact(gettext_lazy("计划发布日"), "planned_on", kind=Kind.DAY),
                Fact(gettext_lazy("积分"), "worth", kind=Kind.NUMBER),
            ),
        ),
    )
    panel_template = "newsroom/console/topic_panel.html"

    def context(self, request: StaffRequest, row: Topic) -> dict[str, object]:
        return {
            "like_topics": queries.alike(row.quote or row.title, row.library, without=row),
            "like_articles": queries.articles_about(row.title, row.library),
        }


class _TopicScreen(FormScreen[Topic]):
    listing = "newsroom.topics"
    detail = "newsroom.topic"
    form = TopicForm

    def initial(self, request: StaffRequest, row: Topic | None) -> dict[str, object]:
        known = super().initial(request, row)
        return known if row is None else {**known, "experts": list(row.experts.all())}

    def make_form(
        self, request: StaffRequest, row: Topic | None, data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:  # fmt: skip
        form = super().make_form(request, row, data, files)
        offered_here = Expert.objects.filter(library=row.library_id if row else staff_of(request).library_id)
        chosen = Q(topics=row) if row else Q(pk__in=[])
        field = form.fields["experts"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 -- told to the type checker
        field.queryset = offered_here.filter(Q(active=True) | chosen).distinct()
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Topic | None) -> Topic:
        staff, file = staff_of(request), services.TopicFile(**form.cleaned_data)
        if row is None:
            return services.propose(library=staff.library, file=file, by=staff)
        return services.amend(topic=row, file=file, by=staff)


@screen
class NewTopic(_TopicScreen):
    name = "newsroom.topic.new"
    title = gettext_lazy("提一个选题")
    permission = WRITE_TOPIC


@screen
class EditTopic(_TopicScreen):
    name = "newsroom.topic.edit"
    title = gettext_lazy("修改选题")
    permission = services.CHANGE
    edits = True
