"""Own texts and reposts beside what is read of them, in the console."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import PageScreen
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.newsroom.planning import queries
from xinglin.newsroom.quality.origins import Month, months_of

SPANS = ((6, 183), (12, 366), (24, 731))


@screen
class Origins(PageScreen):
    """How much is our own, how much is reposted, and what is read of either."""

    name = "newsroom.origins"
    title = gettext_lazy("原创与转载")
    section = Section.NEWSROOM
    icon = "copy"
    order = 37
    permission = queries.VIEW
    words = (
        gettext_lazy("转载占比"),
        gettext_lazy("点击率"),
        gettext_lazy("同质化"),
        "zhuanzai",
        "yuanchuang",
    )
    template_name = "newsroom/console/origins.html"

    def urls(self) -> list[URLPattern]:
        return [
            self.route("newsroom/origins/", self._answer),
            self.route("newsroom/origins.xlsx", self._sheet, ".sheet"),
        ]

    def context(self, request: StaffRequest) -> dict[str, object]:
        span, months = _asked(request)
        return {"span": span, "spans": [each for each, _days in SPANS], "months": months}

    def _sheet(self, request: StaffRequest) -> HttpResponse:
        _span, months = _asked(request)
        headings = [
            _("月份"), _("原创"), _("转载"), _("没有说明"), _("转载占比（%）"), _("篇均阅读"), _("原创篇均阅读"),
            _("转载篇均阅读"),
        ]  # fmt: skip
        return xlsx_response(
            name="origins", headings=headings, rows=[_line(month) for month in months], title=_("原创与转载")
        )


def _asked(request: StaffRequest) -> tuple[int, list[Month]]:
    asked = request.GET.get("months", "")
    span, days = next((each for each in SPANS if str(each[0]) == asked), SPANS[1])
    libraries = access.libraries_of(staff_of(request), queries.VIEW)
    return span, months_of(libraries, since=clock.today() - timedelta(days=days))


def _line(month: Month) -> list[str | int | float]:
    shares = (
        month.repost_percent, month.per_article, month.original.per_article, month.repost.per_article
    )  # fmt: skip
    return [
        f"{month.first:%Y-%m}", month.original.articles, month.repost.articles, month.undeclared.articles,
        *("" if share is None else round(share, 1) for share in shares),
    ]  # fmt: skip
