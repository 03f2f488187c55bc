"""The calendar of the newsroom: what is planned, what the accounts have left, where nothing is."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    PageScreen,
)
from xinglin.consortium.access import staff_of
from xinglin.newsroom.planning import queries, services


@screen
class Calendar(PageScreen):
    """What comes out when, what is left of the accounts' sends, and where nothing is planned."""

    name = "newsroom.calendar"
    title = gettext_lazy("宣传日历")
    section = Section.NEWSROOM
    icon = "calendar-month"
    order = 3
    permission = queries.VIEW
    words = (gettext_lazy("排期"), gettext_lazy("健康日"), "rili")
    template_name = "newsroom/console/calendar.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        first = _asked_day(request.GET.get("from", ""))
        by_week = request.GET.get("view") == "week"
        if by_week:
            before, after = first - timedelta(days=7), first + timedelta(days=7)
        else:
            first = first.replace(day=1)
            before, after = (
                (first - timedelta(days=1)).replace(day=1),
                (first + timedelta(days=32)).replace(day=1),
            )
        weeks = queries.weeks_of(staff_of(request), first, whole_month=not by_week)
        return {
            "weeks": weeks,
            "first": first,
            "before": before,
            "after": after,
            "by_week": by_week,
            "quiet": queries.quiet_stretches(weeks),
            "may_move": request.user.has_perm(services.CHANGE),
            "weekdays": ["一", "二", "三", "四", "五", "六", "日"],
        }

    def post(self, request: StaffRequest) -> HttpResponse:
        """Move a topic to another day."""
        back = f"{reverse('console:newsroom.calendar')}?{request.GET.urlencode()}"
        number = whole(request.POST.get("topic", "")) or 0
        topic = queries.topics_visible_to(staff_of(request)).filter(pk=number).first()
        try:
            if topic is None:
                raise Refusal(gettext_lazy("没有找到这个选题；请刷新日历。"))
            services.plan(
                topic=topic, on=date.fromisoformat(request.POST.get("on", "")), by=staff_of(request)
            )
            messages.success(
                request, _("《%(title)s》已改到 %(day)s。") % {"title": topic, "day": request.POST["on"]}
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        except ValueError:
            messages.error(request, _("日期没有写对，请写成 2026-12-01 这样。"))
        return redirect(back)


def _asked_day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return clock.today()
