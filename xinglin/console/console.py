"""The screens of the house itself: what works in the background, and who did what."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from xinglin.commons import deeds
from xinglin.commons.errors import Conflict
from xinglin.commons.models import HistoryEntry
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
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
    Kind,
    ListScreen,
    TextFilter,
)
from xinglin.console.tones import Tone, colour_states


class JobState(models.TextChoices):
    """procrastinate's states, in a librarian's words."""

    TODO = "todo", gettext_lazy("等待")
    DOING = "doing", gettext_lazy("进行中")
    SUCCEEDED = "succeeded", gettext_lazy("完成")
    FAILED = "failed", gettext_lazy("失败")
    CANCELLED = "cancelled", gettext_lazy("已取消")
    ABORTED = "aborted", gettext_lazy("已中止")


colour_states(
    ProcrastinateJob,
    {
        JobState.TODO: Tone.WAITING,
        JobState.DOING: Tone.ACTIVE,
        JobState.SUCCEEDED: Tone.GOOD,
        JobState.FAILED: Tone.BAD,
        JobState.CANCELLED: Tone.QUIET,
        JobState.ABORTED: Tone.QUIET,
    },
    field="status",
)


# The job runner keeps real time, whatever our clock says: a moment long past means now.
AT_ONCE = datetime.fromtimestamp(0, UTC)


def _name(job: ProcrastinateJob) -> str:
    listener = job.args.get("listener") if isinstance(job.args, dict) else None
    return str(listener or job.task_name).removeprefix("xinglin.")


def _state(job: ProcrastinateJob) -> str:
    return str(JobState(job.status).label)


def _run_again(request: StaffRequest, job: ProcrastinateJob, answers: Answers) -> str:
    try:
        app.job_manager.retry_job_by_id(job_id=job.pk, retry_at=AT_ONCE)
    except ConnectorException:
        raise Conflict(_("这件任务已不在失败状态，可能别人已经重试；请刷新后再看。")) from None
    return _("已放回队列，马上重试。")


RUN_AGAIN: Action[ProcrastinateJob] = Action(
    "run_again",
    gettext_lazy("重试"),
    run=_run_again,
    permission="commons.retry_job",
    icon="refresh",
    when=lambda job: job.status == JobState.FAILED,
    confirm=gettext_lazy("先看清失败的原因，再重试。"),
    many=True,
)


@screen
class Jobs(ListScreen[ProcrastinateJob]):
    """Errands and other background work; a failed one says why and can be run again."""

    name = "system.jobs"
    title = gettext_lazy("后台任务")
    section = Section.SYSTEM
    icon = "list-details"
    order = 20
    permission = "commons.view_job"
    words = (gettext_lazy("队列"), "renwu", gettext_lazy("差事"))
    detail = "system.job"
    columns = (
        Column(gettext_lazy("任务"), _name, sort="task_name", link=True),
        Column(gettext_lazy("状态"), _state, sort="status"),
        Column(gettext_lazy("队列"), "queue_name", sort="queue_name", narrow=False),
        Column(gettext_lazy("尝试次数"), "attempts", kind=Kind.NUMBER, sort="attempts"),
        Column(gettext_lazy("下次运行"), "scheduled_at", kind=Kind.MOMENT, sort="scheduled_at", narrow=False),
    )
    tabs = ChoiceFilter("status", gettext_lazy("状态"), choices=JobState.choices)
    filters = (TextFilter("queue", gettext_lazy("队列"), field="queue_name", lookup="iexact"),)
    search_fields = ("task_name",)
    search_hint = gettext_lazy("任务名称")
    order_by = ("-id",)
    empty = gettext_lazy("还没有后台任务。有人预约、发布或导入后，要在后台做的事会列在这里。")
    actions = (RUN_AGAIN,)

    def rows(self, request: StaffRequest) -> QuerySet[ProcrastinateJob]:
        return ProcrastinateJob.objects.all()


@screen
class Job(DetailScreen[ProcrastinateJob]):
    name = "system.job"
    title = gettext_lazy("后台任务")
    listing = "system.jobs"
    facts = (
        Facts(
            gettext_lazy("任务"),
            (
                Fact(gettext_lazy("名称"), _name),
                Fact(gettext_lazy("状态"), _state),
                Fact(gettext_lazy("队列"), "queue_name"),
                Fact(gettext_lazy("尝试次数"), "attempts", kind=Kind.NUMBER),
                Fact(gettext_lazy("下次运行"), "scheduled_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("参数"), lambda job: str(job.args)),
            ),
        ),
    )
    actions = (RUN_AGAIN,)
    history = False

    def heading(self, row: ProcrastinateJob) -> str:
        return _name(row)


@screen
class History(ListScreen[HistoryEntry]):
    """Everything that anybody did to anything, for the audit administrator."""

    name = "system.history"
    title = gettext_lazy("操作记录")
    section = Section.SYSTEM
    icon = "history"
    order = 30
    permission = "commons.view_history"
    words = (gettext_lazy("审计"), gettext_lazy("日志"), "shenji")
    columns = (
        Column(gettext_lazy("时间"), "at", kind=Kind.MOMENT, sort="at"),
        Column(gettext_lazy("操作人"), "actor_name", sort="actor_name"),
        Column(gettext_lazy("操作"), "deed_in_words", sort="deed"),
        Column(gettext_lazy("对象"), "subject_in_words", sort="subject"),
        Column(gettext_lazy("原因"), "reason", narrow=False),
        Column(gettext_lazy("变化"), "changes_in_words", narrow=False),
    )
    filters = (
        DateFilter("at", gettext_lazy("时间"), field="at"),
        ChoiceFilter("deed", gettext_lazy("操作"), field="deed", choices=tuple(deeds.WORDS.items())),
    )
    search_fields = ("actor_name", "subject")
    search_hint = gettext_lazy("操作人、对象")
    order_by = ("-at", "-pk")
    empty = gettext_lazy("还没有操作记录。")

    def rows(self, request: StaffRequest) -> QuerySet[HistoryEntry]:
        return HistoryEntry.objects.all()


@card(order=90, permission="commons.view_job")
def failed_jobs(request: StaffRequest) -> Card | None:
    """Say on the home page how many jobs failed; nothing when none did."""
    number = ProcrastinateJob.objects.filter(status=JobState.FAILED).count()
    if not number:
        return None
    url = "/console/system/jobs/?status=failed"
    return Card(
        _("失败的后台任务"),
        number=number,
        url=url,
        icon="alert-triangle",
        tone=Tone.BAD,
        note=_("看原因，再重试"),
    )
