"""Articles that readers see with links which lead nowhere, as the last night found them."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Action, Answers, Column, DetailScreen, Fact, Facts, Kind, ListScreen
from xinglin.consortium.access import staff_of
from xinglin.newsroom.models import LinkReport
from xinglin.newsroom.quality import link_rounds

VIEW = "newsroom.view_article"


def _first(row: LinkReport) -> str:
    return str(row.broken[0][0]) if row.broken else ""


def _again(request: StaffRequest, row: LinkReport, answers: Answers) -> str:
    broken = link_rounds.try_links_of(row.article)
    return _("又试了一遍，还有 %(n)d 个打不开。") % {"n": len(broken)}


@screen
class BrokenLinks(ListScreen[LinkReport]):
    name = "newsroom.links"
    title = gettext_lazy("失效链接")
    section = Section.NEWSROOM
    icon = "unlink"
    order = 27
    permission = VIEW
    words = (gettext_lazy("坏链接"), gettext_lazy("打不开"), "lianjie")
    detail = "newsroom.broken"
    columns = (
        Column(gettext_lazy("文章"), "article.title", link=True, roomy=True),
        Column(gettext_lazy("图书馆"), "article.library.label", sort="article__library__code"),
        Column(gettext_lazy("打不开的"), "number", kind=Kind.NUMBER, sort="number"),
        Column(gettext_lazy("例如"), _first, narrow=False),
        Column(gettext_lazy("最早发现"), "since", kind=Kind.MOMENT, sort="since"),
        Column(gettext_lazy("试过的时间"), "tried_at", kind=Kind.MOMENT, sort="tried_at", narrow=False),
    )
    search_fields = ("article__newest__title",)
    search_hint = gettext_lazy("标题")
    order_by = ("-since",)
    empty = gettext_lazy("没有打不开的链接。每天夜里 3:00 逐篇试已发布文章里的链接。")

    def rows(self, request: StaffRequest) -> QuerySet[LinkReport]:
        return link_rounds.reports_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return self.rows(request).count() or None


@screen
class BrokenLinksOfOne(DetailScreen[LinkReport]):
    name = "newsroom.broken"
    title = gettext_lazy("失效链接")
    listing = "newsroom.links"
    permission = VIEW
    history = False
    panel_template = "newsroom/console/broken.html"
    facts: Sequence[Facts[LinkReport]] = (
        Facts(
            gettext_lazy("文章"),
            (
                Fact(gettext_lazy("标题"), "article.title", link=lambda row: _article(row)),
                Fact(gettext_lazy("栏目"), "article.column.name"),
                Fact(gettext_lazy("图书馆"), "article.library.name"),
                Fact(gettext_lazy("最早发现"), "since", kind=Kind.MOMENT),
                Fact(gettext_lazy("试过的时间"), "tried_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = (
        Action(
            "again",
            gettext_lazy("现在再试一遍"),
            run=_again,
            icon="refresh",
            permission="newsroom.write_article",
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[LinkReport]:
        return link_rounds.reports_visible_to(staff_of(request))


def _article(row: LinkReport) -> str:
    return reverse("console:newsroom.article", args=[row.article_id])
