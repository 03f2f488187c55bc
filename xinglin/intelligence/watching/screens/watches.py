"""Watches: the figures of a day, and what may be done from there."""

from datetime import date, timedelta

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
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
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import staff_of
from xinglin.intelligence.products.queries import WRITE
from xinglin.intelligence.watching import queries, services
from xinglin.intelligence.watching.feeling import LIMITS
from xinglin.intelligence.watching.figures import Figures, newest_day
from xinglin.intelligence.watching.models import Alarm, ItemImport, Watch
from xinglin.intelligence.watching.screens.charts import charts_of
from xinglin.intelligence.watching.screens.forms import BriefForm, ItemForm, WatchForm


def _brief_form(request: StaffRequest, row: Watch | None, data: object, files: object) -> Form:
    last = newest_day(row) if row else clock.today()
    name = row.topic.name if row else ""
    shown = {"title": _("%(topic)s简报") % {"topic": name}, "first": last - timedelta(days=6), "last": last}
    return BriefForm(data, initial=shown)  # type: ignore[arg-type]


def _note(request: StaffRequest, row: Watch, answers: Answers) -> Words:
    services.note_item(watch=row, by=staff_of(request), **answers)
    services.look_for_alarms(watch=row)
    return _("已记下。")


def _import(request: StaffRequest, row: Watch, answers: Answers) -> HttpResponseRedirect:
    file = answers["file"]
    made = services.import_items(watch=row, data=file.read(), name=file.name, by=staff_of(request))
    services.look_for_alarms(watch=row)
    return redirect("console:intelligence.item_import", made.pk)


def _draft(request: StaffRequest, row: Watch, answers: Answers) -> HttpResponseRedirect:
    brief = services.draft_brief(watch=row, by=staff_of(request), **answers)
    return redirect("console:intelligence.brief", brief.pk)


def _import_page(row: ItemImport) -> str:
    return reverse("console:intelligence.item_import", args=[row.pk])


@screen
class Watches(ListScreen[Watch]):
    """What one's libraries watch."""

    name = "intelligence.watches"
    title = _("舆情监测")
    section = Section.INTELLIGENCE
    icon = "ear"
    order = 70
    permission = queries.VIEW
    words = (_("热词"), _("舆情"), _("政策"), "yuqing", "jiance")
    detail = "intelligence.watch"
    create = "intelligence.watch.new"
    create_title = _("开始监测一个专题")
    columns = (
        Column(_("专题"), "topic.name", sort="topic__name", link=True),
        Column(_("图书馆"), "topic.library.label", sort="topic__library__code", narrow=False),
        Column(_("条目"), "stories", sort="stories", kind=Kind.NUMBER),
        Column(_("待处理提醒"), "waiting", sort="waiting", kind=Kind.NUMBER),
        Column(_("每天起草简报"), "daily_brief", kind=Kind.FLAG, narrow=False),
        Column(_("已收到"), "taken_until", kind=Kind.MOMENT, narrow=False),
    )
    search_fields = ("topic__name",)
    search_hint = _("专题名称")
    order_by = ("topic__name",)
    empty = _(
        "还没有监测。先在“专题”里给一个专题加 RSS、网页来源，再在这里开始监测：每天的热词、突增和语气会自动算出来。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[Watch]:
        return queries.watches_visible_to(staff_of(request))


@screen
class WatchPage(DetailScreen[Watch]):
    """The figures of one day, with how they were found and what they cannot tell."""

    name = "intelligence.watch"
    title = _("舆情监测")
    listing = "intelligence.watches"
    edit = "intelligence.watch.edit"
    template_name = "intelligence/watch.html"
    panel_template = "intelligence/watch_figures.html"
    facts = (
        Facts(
            _("监测"),
            (
                Fact(_("图书馆"), "topic.library.name"),
                Fact(_("条目"), "stories", kind=Kind.NUMBER),
                Fact(_("重点词"), lambda each: "、".join(each.named_words.split()) or "—"),
                Fact(_("从条目里发现的词"), lambda each: "、".join(each.found_words) or "—"),
                Fact(_("突增的门槛"), "burst_level"),
                Fact(_("至少几条才提醒"), "least", kind=Kind.NUMBER),
                Fact(_("负面占多少（%）才提醒"), "negative_percent", kind=Kind.NUMBER),
                Fact(
                    _("简报发给"),
                    lambda each: "、".join(map(str, each.recipients.filter(active=True))) or "—",
                ),
            ),
        ),
    )
    actions = (
        Action("draft", _("起草简报"), _draft, form=_brief_form, permission=WRITE, icon="file-text"),
        Action("note", _("记一条"), _note, form=ItemForm, permission=queries.NOTE, icon="plus"),
        Action(
            "import", _("导入表格"), _import, form=UploadForm, permission=queries.NOTE, icon="file-import"
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Watch]:
        return queries.watches_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Watch) -> dict[str, object]:
        day = _asked_day(request) or newest_day(row)
        figures = Figures(row, day)
        tones = figures.tones()
        risen = figures.risen()
        return {
            "day": day,
            "day_before": day - timedelta(days=1),
            "day_after": day + timedelta(days=1) if day < clock.today() else None,
            "stories_today": figures.stories[-1],
            "hot": figures.hot(),
            "risen": risen[:15],
            "tone": tones[-1],
            "limits": LIMITS,
            "sources": row.topic.sources.all(),
            "items_url": f"{reverse('console:intelligence.items')}?watch={row.pk}",
            "charts": charts_of(figures, tones, risen[:6]),
        }

    def related(self, request: StaffRequest, row: Watch) -> "list[Related[Alarm] | Related[ItemImport]]":
        return [
            Related(
                _("提醒"),
                rows=row.alarms.all(),
                columns=(
                    Column[Alarm](_("种类"), "get_kind_display"),
                    Column[Alarm](_("词"), "word"),
                    Column[Alarm](_("从哪天起"), "since", kind=Kind.DAY),
                    Column[Alarm](_("条数"), "stories", kind=Kind.NUMBER),
                    Column[Alarm](_("状态"), "state", kind=Kind.STATE),
                ),
                more=f"{reverse('console:intelligence.alarms')}?watch={row.pk}",
                empty=_("没有提醒。"),
            ),
            Related(
                _("导入过的表格"),
                rows=row.imports.all(),
                columns=(
                    Column[ItemImport](_("文件"), "file_name", link=_import_page),
                    Column[ItemImport](_("声明"), "declared", kind=Kind.NUMBER),
                    Column[ItemImport](_("读入"), "taken", kind=Kind.NUMBER),
                    Column[ItemImport](_("已有"), "known", kind=Kind.NUMBER),
                    Column[ItemImport](_("未读入"), "refused_count", kind=Kind.NUMBER),
                ),
                empty=_("没有导入过表格。列名：标题、内容、发布者、网址、日期。"),
            ),
        ]  # fmt: skip


class _WatchScreen(FormScreen[Watch]):
    listing = "intelligence.watches"
    detail = "intelligence.watch"
    permission = queries.CHANGE
    form = WatchForm

    def form_of(self, request: StaffRequest, row: Watch | None, data: object) -> WatchForm:
        shown_first = {**self.initial(request, row), "recipients": row.recipients.all()} if row else {}
        form = WatchForm(data, initial=shown_first)  # type: ignore[arg-type]
        shown = queries.recipients_visible_to(staff_of(request)).filter(active=True)
        if row is not None:
            shown = shown.filter(library=row.topic.library_id)
        form.fields["recipients"].queryset = shown  # type: ignore[attr-defined]
        return form


@screen
class NewWatch(_WatchScreen):
    name = "intelligence.watch.new"
    title = _("开始监测一个专题")

    def make_form(self, request: StaffRequest, row: Watch | None, data: object, files: object) -> Form:
        form = self.form_of(request, row, data)
        form.fields = {
            "topic": forms.ModelChoiceField(
                label=_("专题"), queryset=queries.topics_to_watch(staff_of(request))
            ),
            **form.fields,
        }
        return form

    def save(self, request: StaffRequest, form: Form, row: Watch | None) -> Watch:
        said = form.cleaned_data
        return services.add_watch(
            topic=said["topic"],
            file=form.file,  # type: ignore[attr-defined]  # the watch that the form was filled into
            recipients=list(said["recipients"]),
            by=staff_of(request),
        )


@screen
class EditWatch(_WatchScreen):
    name = "intelligence.watch.edit"
    title = _("修改监测")
    edits = True
    version_field = "version"

    def rows(self, request: StaffRequest) -> QuerySet[Watch]:
        return queries.watches_visible_to(staff_of(request))

    def make_form(self, request: StaffRequest, row: Watch | None, data: object, files: object) -> Form:
        return self.form_of(request, row, data)

    def save(self, request: StaffRequest, form: Form, row: Watch | None) -> Watch:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.amend_watch(
            watch=row, version=row.version, file=form.file, recipients=list(form.cleaned_data["recipients"]),  # type: ignore[attr-defined]
            by=staff_of(request),
        )  # fmt: skip


@screen
class ItemImportPage(DetailScreen[ItemImport]):
    name = "intelligence.item_import"
    title = _("舆情导入")
    listing = "intelligence.watches"
    history = False
    panel_template = "intelligence/refused_lines.html"
    facts = (
        Facts(
            _("账目"),
            (
                Fact(_("监测"), "watch"),
                Fact(_("文件"), "file_name"),
                Fact(_("声明"), "declared", kind=Kind.NUMBER),
                Fact(_("读入"), "taken", kind=Kind.NUMBER),
                Fact(_("已有"), "known", kind=Kind.NUMBER),
                Fact(_("未读入"), "refused_count", kind=Kind.NUMBER),
                Fact(_("时间"), "at", kind=Kind.MOMENT),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[ItemImport]:
        return queries.imports_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: ItemImport) -> dict[str, object]:
        return {"refused": row.refused[:200]}


def _asked_day(request: StaffRequest) -> date | None:
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), clock.today())
    except ValueError:
        return None
