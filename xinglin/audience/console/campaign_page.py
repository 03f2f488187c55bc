"""The page of one campaign: who gets it and why not, its buttons, and what came of it."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.audience import awareness, report
from xinglin.audience.console.segments import rule_in_words
from xinglin.audience.lifecycle import MOVES, CampaignState
from xinglin.audience.models import Batch, Campaign, Channel, DeliveryState, Reason, Survey
from xinglin.audience.rules import tree
from xinglin.audience.services import campaigns as services
from xinglin.audience.services import segments, surveys, tracking
from xinglin.audience.services.judging import Outline, preview
from xinglin.audience.services.policies import policy_of
from xinglin.audience.services.sending import waiting_words
from xinglin.audience.telling import mass_content
from xinglin.commons.sheets import xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DetailScreen,
    Fact,
    Facts,
    Kind,
    Related,
    RowScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.wechat.jsonvalue import as_object, as_text


class WhenForm(forms.Form):
    """When it goes out."""

    at = forms.DateTimeField(
        label=lazy("发送时间"), required=False, help_text=lazy("不填为现在发送"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip


def _schedule(request: StaffRequest, row: Campaign, answers: Answers) -> str:
    kept = services.schedule(campaign=row, at=answers["at"], by=staff_of(request))
    return (
        _("已排期，一分钟内开始发送。")
        if answers["at"] is None
        else _("已排期：%(at)s。") % {"at": f"{kept.send_at:%m-%d %H:%M}" if kept.send_at else ""}
    )


def _unschedule(request: StaffRequest, row: Campaign, answers: Answers) -> str:
    services.unschedule(campaign=row, by=staff_of(request))
    return _("已取消排期，回到草稿。")


def _stop(request: StaffRequest, row: Campaign, answers: Answers) -> str:
    services.stop(campaign=row, by=staff_of(request))
    return _("已停止。还没有提交给微信的不会再发。")


def _resume(request: StaffRequest, row: Campaign, answers: Answers) -> str:
    services.resume(campaign=row, by=staff_of(request))
    return _("一分钟内继续，只发给还没有发过的人。")


def _confirm(request: StaffRequest, row: Campaign, answers: Answers) -> str:
    services.confirm_by_hand(campaign=row, by=staff_of(request))
    return _("已记为人工群发完成。")


def _discard(request: StaffRequest, row: Campaign, answers: Answers) -> str:
    services.discard(campaign=row, by=staff_of(request))
    return _("草稿已废弃。")


def _survey(request: StaffRequest, row: Campaign, answers: Answers) -> HttpResponse:
    return redirect(f"{reverse('console:audience.survey.new')}?campaign={row.pk}")


def _amend(request: StaffRequest, row: Campaign, answers: Answers) -> HttpResponse:
    return redirect("console:audience.campaign.edit", row.pk)


def _may_be_surveyed(row: Campaign) -> bool:
    before = row.state in (CampaignState.DRAFT, CampaignState.SCHEDULED)
    return before and not Survey.objects.filter(campaign=row).exists()


ACTIONS = (
    Action[Campaign](
        "amend", lazy("修改"), run=_amend, icon="edit", permission=services.SEND, when=offered(MOVES, "amend")
    ),
    Action[Campaign]("schedule", lazy("发送"), run=_schedule, form=WhenForm, icon="send", tone=Tone.GOOD,
                     permission=services.SEND, when=offered(MOVES, "schedule")),
    Action[Campaign]("survey", lazy("建知晓率调查"), run=_survey, icon="clipboard-check",
                     permission=surveys.RUN, when=_may_be_surveyed),
    Action[Campaign]("stop", lazy("停止"), run=_stop, icon="player-stop", tone=Tone.BAD,
                     permission=services.SEND, when=offered(MOVES, "stop")),
    Action[Campaign]("unschedule", lazy("取消排期"), run=_unschedule, icon="calendar-off",
                     permission=services.SEND, when=offered(MOVES, "unschedule")),
    Action[Campaign]("confirm", lazy("已在公众平台群发"), run=_confirm, icon="check", tone=Tone.GOOD,
                     confirm=lazy("请确认您已在公众平台后台群发，再点确定。"),
                     permission=services.SEND, when=offered(MOVES, "confirm")),
    Action[Campaign]("resume", lazy("继续"), run=_resume, icon="player-play",
                     permission=services.SEND, when=offered(MOVES, "resume")),
    Action[Campaign]("discard", lazy("废弃"), run=_discard, icon="trash", tone=Tone.BAD,
                     permission=services.SEND, when=offered(MOVES, "discard")),
)  # fmt: skip


@screen
class CampaignPage(DetailScreen[Campaign]):
    """One campaign."""

    name = "audience.campaign"
    title = lazy("推送")
    listing = "audience.campaigns"
    facts = (
        Facts(
            lazy("推送"),
            (
                Fact(lazy("状态"), "state", kind=Kind.STATE),
                Fact(lazy("提示"), lambda row: waiting_words(row) or row.problem),
                Fact(lazy("文章"), "article.title"),
                Fact(lazy("标题"), "title_a"),
                Fact(lazy("对照标题"), "title_b"),
                Fact(lazy("分群"), "segment.name"),
                Fact(lazy("规则"), lambda row: rule_in_words(row.segment)),
                Fact(lazy("方式"), "get_channel_display"),
                Fact(lazy("主题"), "topic.name"),
                Fact(lazy("公众号"), "account.name"),
                Fact(lazy("发送时间"), "send_at", kind=Kind.MOMENT),
                Fact(lazy("开始时间"), "started_at", kind=Kind.MOMENT),
                Fact(lazy("结束时间"), "finished_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = ACTIONS
    panel_template = "audience/console/campaign_panel.html"

    def after(self, row: Campaign) -> str:
        return reverse("console:audience.campaign", args=[row.pk])

    def context(self, request: StaffRequest, row: Campaign) -> dict[str, object]:
        survey = Survey.objects.filter(campaign=row).first()
        context: dict[str, object] = {"by_hand": "", "report_url": "", "survey": survey}
        if survey is not None and survey.baseline_from is not None:
            context["awareness"] = awareness.of(survey)
        if row.state in (CampaignState.DRAFT, CampaignState.SCHEDULED):
            context["preview"] = _preview(row, request)
        elif row.started_at is not None:
            if tracking.may_change(row):
                tracking.settle(campaign=row)
            context["report"] = report.of(row)
            context["report_url"] = reverse("console:audience.campaign.sheet", args=[row.pk])
        if row.state == CampaignState.BY_HAND:
            context["by_hand"] = as_text(as_object(mass_content(row, 0).get("text")).get("content"))
        return context

    def related(self, request: StaffRequest, row: Campaign) -> list[Related[Batch]]:
        if row.channel != Channel.MASS or row.started_at is None:
            return []
        columns = (
            Column[Batch](lazy("批次"), "number", kind=Kind.NUMBER),
            Column[Batch](lazy("状态"), "get_state_display"),
            Column[Batch](lazy("人数"), "size", kind=Kind.NUMBER),
            Column[Batch](lazy("微信送达"), "reported_sent", kind=Kind.NUMBER),
            Column[Batch](lazy("微信失败"), "reported_failed", kind=Kind.NUMBER),
            Column[Batch](lazy("提交时间"), "called_at", kind=Kind.MOMENT),
            Column[Batch](lazy("微信回报"), "status"),
        )
        return [Related(lazy("群发批次"), rows=row.batches.all(), columns=columns)]


def _preview(row: Campaign, request: StaffRequest) -> dict[str, object]:
    """Return who would get it now, who would not, and why."""
    rule = tree.read(row.segment.rule)
    carriers = segments.opened(row.account, rule, staff_of(request), f"推送预览「{row.name}」")
    outline = Outline(row.account, row.topic_id, Channel(row.channel), bool(carriers), row.pk, row.falls_back)
    policy = policy_of(row.account)
    found = preview(outline, policy, rule, carriers)
    good = found.pop(Reason.NONE, 0)
    few = bool(carriers) and 0 < good < policy.smallest_group
    told = _("少于 %(n)d 人") % {"n": policy.smallest_group} if few else f"{good:,}"
    return {
        "good": told,
        "left_out": [] if few else sorted((reason.label, number) for reason, number in found.items()),
        "policy": policy,
        "sensitive": bool(carriers),
    }


@screen
class CampaignSheet(RowScreen[Campaign]):
    """The report as a workbook."""

    name = "audience.campaign.sheet"
    title = lazy("推送报告")
    listing = "audience.campaigns"

    @property
    def row_address(self) -> str:
        return "audience/campaign/<int:pk>/report.xlsx"

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        row = self.row(request, pk)
        found = report.of(row)
        lines: list[list[str | int | float]] = [
            [name, number, round(rate, 2)] for name, number, rate in found.shares.lines
        ]
        lines += [[str(reason.label), number, ""] for reason, number in found.reasons.items()]
        lines += [[str(act.label), number, ""] for act, number in found.acts.items()]
        lines += [[_("经%(way)s") % {"way": way.label}, number, ""] for way, number in found.ways.items()]
        lines.append([str(DeliveryState.UNSURE.label), found.unsure, ""])
        for group in found.groups:
            shares = group.shares
            name = f"{group.dimension}：{group.name}"
            lines.append(
                [_("%(name)s 打开") % {"name": name}, shares.opened, round(shares.rate(shares.opened), 2)]
                if shares
                else [name, _("人数过少，不显示"), ""]
            )
        survey = Survey.objects.filter(campaign=row).first()
        if survey is not None and survey.baseline_from is not None:
            lines += _known(awareness.of(survey))
        heading = [_("项目"), _("人数"), _("占送达（%）")]
        return xlsx_response(name=f"campaign-{row.pk}", headings=heading, rows=lines, title=_("推送报告"))


def _known(found: awareness.Awareness) -> list[list[str | int | float]]:
    """Return the lines of a survey in the report: who answered and which share of them knows; more in its own sheet."""
    whole = found.whole
    if whole.hidden:
        return [[_("知晓率"), whole.verdict, ""]]
    return [
        [_("前测知晓率（占答卷人 %）"), whole.before.people, round(whole.before.percent, 2)],
        [_("后测知晓率（占答卷人 %）"), whole.after.people, round(whole.after.percent, 2)],
        [_("知晓率比较"), whole.verdict, ""],
    ]
