"""Topics: what is followed, set up and amended; each leads to its sources and to its screening."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.intelligence import queries, services
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, RunKind, Source, SourceKind, Topic
from xinglin.intelligence.tasks import ask_soon, learn_soon


class TopicForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    description = forms.CharField(
        label=_("介绍"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("写给读者看")
    )
    public = forms.BooleanField(label=_("对读者公开"), required=False, initial=True)
    two_people = forms.BooleanField(
        label=_("初筛和复筛须是两个人"),
        required=False,
        initial=True,
        help_text=_("只有一位情报馆员的馆可以取消"),
    )


class NewTopicForm(TopicForm):
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]*$",
        label=_("代码"),
        max_length=40,
        help_text=_("公开网页的地址里用它，例如 influenza"),
        error_messages={"invalid": _("代码只用小写字母、数字和连字符。")},
    )
    field_order = ("code", "name", "description", "public", "two_people")


class SourceForm(forms.Form):
    kind = forms.ChoiceField(label=_("种类"), choices=SourceKind.choices)
    query = forms.CharField(
        label=_("检索式或网址"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "PubMed、Europe PMC 写英文检索式，例如 stroke AND rehabilitation；Crossref、OpenAlex 写几个词；"
            "RSS、网页（通知列表）和 OAI-PMH 写网址，OAI-PMH 后面可以加 ?set=…；人工来源写网站和查看方法"
        ),
    )
    since = forms.DateField(
        label=_("从哪天起追踪"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填就从今天起"),
    )
    look_every = forms.IntegerField(
        label=_("每几天看一次"), initial=7, min_value=1, max_value=365, required=False,
        help_text=_("只用于人工来源：看过以后，隔这么多天再出一件人工任务"),
    )  # fmt: skip

    def clean_look_every(self) -> int:
        return int(self.cleaned_data["look_every"] or self.fields["look_every"].initial)


def _source_page(source: Source) -> str:
    return reverse("console:intelligence.source", args=[source.pk])


def _finding_page(finding: Finding) -> str:
    return reverse("console:intelligence.finding", args=[finding.pk])


def _add_source(request: StaffRequest, row: Topic, answers: Answers) -> Words:
    source = services.add_source(topic=row, by=staff_of(request), **answers)
    if source.kind != SourceKind.BY_HAND:
        ask_soon(source, RunKind.NEW)
    return _("来源已加上，正在第一次取。")


def _ask_now(request: StaffRequest, row: Topic, answers: Answers) -> Words:
    from procrastinate.exceptions import AlreadyEnqueued

    asked = 0
    for source in row.sources.exclude(kind=SourceKind.BY_HAND):
        try:
            ask_soon(source, RunKind.NEW)
            asked += 1
        except AlreadyEnqueued:
            continue
    return _("已安排 %(n)d 个来源，稍后在“运行”里看结果。") % {"n": asked}


def _learn(request: StaffRequest, row: Topic, answers: Answers) -> Words:
    learn_soon(row)
    return _("已安排，一两分钟以后在这一页看学习情况，建议在“筛选”里。")


@screen
class Topics(ListScreen[Topic]):
    """The topics of one's libraries, with how much waits in each."""

    name = "intelligence.topics"
    title = _("专题")
    section = Section.INTELLIGENCE
    icon = "target-arrow"
    order = 10
    permission = queries.VIEW
    words = (_("定题"), _("追踪"), "zhuanti", "qingbao")
    detail = "intelligence.topic"
    create = "intelligence.topic.new"
    create_title = _("新建专题")
    columns = (
        Column(_("专题"), "name", sort="name", link=True),
        Column(_("图书馆"), "library.label", sort="library__code"),
        Column(_("待初筛"), "waiting", sort="waiting", kind=Kind.NUMBER),
        Column(_("待复筛"), "kept", sort="kept", kind=Kind.NUMBER),
        Column(_("已发布"), "released", sort="released", kind=Kind.NUMBER),
        Column(_("公开"), "public", kind=Kind.FLAG, narrow=False),
    )
    search_fields = ("name", "code", "description")
    search_hint = _("名称、代码")
    order_by = ("name",)
    empty = _("还没有专题。新建一个，加上 PubMed、RSS 等来源，新文献每天两次自动取来，筛选后给读者。")

    def rows(self, request: StaffRequest) -> QuerySet[Topic]:
        return queries.topics_visible_to(staff_of(request))


@screen
class TopicPage(DetailScreen[Topic]):
    """One topic: its sources and their health, what was found last."""

    name = "intelligence.topic"
    title = _("专题")
    listing = "intelligence.topics"
    edit = "intelligence.topic.edit"
    facts = (
        Facts(
            _("专题"),
            (
                Fact(_("图书馆"), "library.name"),
                Fact(_("代码"), "code"),
                Fact(_("介绍"), "description"),
                Fact(_("对读者公开"), "public", kind=Kind.FLAG),
                Fact(_("须两个人筛选"), "two_people", kind=Kind.FLAG),
            ),
        ),
        Facts(
            _("进展"),
            (
                Fact(_("待初筛"), "waiting", kind=Kind.NUMBER),
                Fact(_("待复筛"), "kept", kind=Kind.NUMBER),
                Fact(_("已发布"), "released", kind=Kind.NUMBER),
            ),
        ),
        Facts(
            _("归类"),
            (
                Fact(
                    _("类目"),
                    lambda topic: "、".join(each.name for each in topic.headings.filter(active=True)),
                ),
                Fact(_("上次学习"), "learned_at", kind=Kind.MOMENT),
                Fact(
                    _("学习情况"),
                    lambda topic: (
                        topic.learned_note or _("还没有学过：每天自动学三次，有新的归类或文献才学。")
                    ),
                ),
            ),
        ),
    )
    actions = (
        Action("add_source", _("加来源"), _add_source, form=SourceForm, permission=queries.CHANGE, icon="plus"),
        Action(
            "ask_now", _("现在就取"), _ask_now, permission=queries.CHANGE, icon="refresh",
            when=lambda topic: topic.sources.exclude(kind=SourceKind.BY_HAND).exists(),
        ),
        Action(
            "learn", _("现在就学归类"), _learn, permission=queries.CHANGE, icon="tags", tone=Tone.QUIET,
            when=lambda topic: topic.findings.exists(),
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Topic]:
        return queries.topics_visible_to(staff_of(request))

    def related(self, request: StaffRequest, row: Topic) -> "list[Related[Source] | Related[Finding]]":
        return [
            Related(
                _("来源"),
                rows=row.sources.all(),
                columns=(
                    Column[Source](
                        _("种类"), "get_kind_display", link=_source_page
                    ),
                    Column[Source](_("检索式或网址"), "query"),
                    Column[Source](_("状态"), "state", kind=Kind.STATE),
                    Column[Source](_("新文献已取到"), "asked_until", kind=Kind.DAY),
                    Column[Source](_("失败原因"), "failure"),
                ),
                empty=_("还没有来源。点“加来源”，写上检索式。"),
            ),
            Related(
                _("最近发现"),
                rows=row.findings.select_related("publication").order_by("-found_at", "-pk"),
                columns=(
                    Column[Finding](
                        _("题名"), "publication.title", link=_finding_page
                    ),
                    Column[Finding](_("刊名"), "publication.journal", narrow=False),
                    Column[Finding](_("年"), "publication.year"),
                    Column[Finding](_("状态"), "state", kind=Kind.STATE),
                ),
                more=f"{reverse('console:intelligence.screening')}?topic={row.pk}",
                empty=_("还没有发现文献。"),
            ),
        ]  # fmt: skip


@screen
class NewTopic(FormScreen[Topic]):
    name = "intelligence.topic.new"
    title = _("新建专题")
    listing = "intelligence.topics"
    detail = "intelligence.topic"
    permission = queries.CHANGE
    form = NewTopicForm
    done = _("专题已建立。接着点“加来源”。")

    def make_form(self, request: StaffRequest, row: Topic | None, data: object, files: object) -> Form:
        form = NewTopicForm(data, files)  # type: ignore[arg-type]
        allowed = Library.objects.filter(pk__in=libraries_of(staff_of(request), queries.CHANGE), active=True)
        form.fields["library"] = forms.ModelChoiceField(
            label=_("图书馆"), queryset=allowed, initial=staff_of(request).library_id
        )
        return form

    def save(self, request: StaffRequest, form: Form, row: Topic | None) -> Topic:
        return services.add_topic(by=staff_of(request), **form.cleaned_data)


@screen
class EditTopic(FormScreen[Topic]):
    name = "intelligence.topic.edit"
    title = _("修改专题")
    listing = "intelligence.topics"
    detail = "intelligence.topic"
    permission = queries.CHANGE
    form = TopicForm
    edits = True
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[Topic]:
        return queries.topics_visible_to(staff_of(request))

    def save(self, request: StaffRequest, form: Form, row: Topic | None) -> Topic:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.amend_topic(topic=row, version=row.version, by=staff_of(request), **form.cleaned_data)


@card(order=60, permission=queries.SCREEN)
def papers_to_screen(request: StaffRequest) -> Card | None:
    """How many papers wait for a first look."""
    waiting = queries.findings_visible_to(staff_of(request)).filter(state=FindingState.FOUND).count()
    if not waiting:
        return None
    address = f"{reverse('console:intelligence.screening')}?state={FindingState.FOUND}"
    return Card(_("待筛选的文献"), waiting, address, "filter-check", Tone.WAITING)
