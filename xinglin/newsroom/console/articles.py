"""The list of articles, the page of one, and two revisions compared."""

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.registry import screen
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    RowScreen,
)
from xinglin.console.screens.pages import address_of
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.newsroom import queries
from xinglin.newsroom.blocks import as_h5
from xinglin.newsroom.comparing import compared
from xinglin.newsroom.console.actions import ACTIONS
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article, Revision
from xinglin.newsroom.review.gate import objections_to, open_review_of
from xinglin.newsroom.review.queries import open_remarks_on

colour_states(
    Article,
    {
        State.DRAFT: Tone.WAITING,
        State.PUBLISHED: Tone.GOOD,
        State.WITHDRAWN: Tone.BAD,
        State.DISCARDED: Tone.QUIET,
    },
)


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), queries.VIEW))


def _remark(article: Article) -> Chip | str:
    """Return the one thing that is worth a look about an article, or nothing."""
    if article.has_unpublished_changes:
        return Chip(_("有未发布的修改"), Tone.WAITING)
    if article.state == State.PUBLISHED and article.has_expired:
        return Chip(_("已过期"), Tone.QUIET)
    return Chip(_("置顶"), Tone.ACTIVE) if article.pinned else ""


@screen
class Articles(ListScreen[Article]):
    """Articles of the libraries whose newsroom one may look into."""

    name = "newsroom.articles"
    title = gettext_lazy("文章")
    section = Section.NEWSROOM
    icon = "article"
    order = 10
    permission = queries.VIEW
    words = (gettext_lazy("通知公告"), gettext_lazy("发布"), "wenzhang", "tongzhi")
    detail = "newsroom.article"
    create = "newsroom.article.new"
    create_title = gettext_lazy("写文章")
    columns = (
        Column(gettext_lazy("标题"), "newest.title", sort="newest__title", link=True),
        Column(gettext_lazy("栏目"), "column.name", sort="column__position"),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("提示"), _remark),
        Column(gettext_lazy("阅读"), "viewed", sort="viewed", kind=Kind.NUMBER, narrow=False),
        Column(gettext_lazy("发布时间"), "published_at", sort="published_at", kind=Kind.MOMENT, narrow=False),
        Column(gettext_lazy("修改时间"), "changed_at", sort="changed_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=State.choices)
    filters = (
        RelatedFilter("column", gettext_lazy("栏目"), field="column", rows=lambda request: queries.columns()),
        RelatedFilter("library", gettext_lazy("图书馆"), field="library", rows=_libraries),
        DateFilter("published", gettext_lazy("发布日期"), field="published_at"),
        FlagFilter(
            "ahead",
            gettext_lazy("有未发布的修改"),
            where=Q(state=State.PUBLISHED) & ~Q(newest=F("shown")),
        ),
        FlagFilter("expired", gettext_lazy("已过期"), where=lambda: Q(expires_on__lt=clock.today())),
    )
    search_fields = ("newest__title", "newest__digest")
    search_hint = gettext_lazy("标题、摘要")
    order_by = ("-changed_at",)
    empty = gettext_lazy("还没有文章。点“写文章”，写好后发布，读者就能在网页和公众号里看到。")

    def rows(self, request: StaffRequest) -> QuerySet[Article]:
        return queries.with_views(queries.articles_visible_to(staff_of(request)))


@screen
class ArticlePage(DetailScreen[Article]):
    """One article: where it stands, how it looks on a phone, its revisions, its history."""

    name = "newsroom.article"
    title = gettext_lazy("文章")
    listing = "newsroom.articles"
    edit = "newsroom.article.edit"
    facts = (
        Facts(
            gettext_lazy("文章"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("栏目"), "column.name"),
                Fact(gettext_lazy("图书馆"), "library.name"),
                Fact(gettext_lazy("给下级馆"), "for_branches", kind=Kind.FLAG),
                Fact(gettext_lazy("置顶"), "pinned", kind=Kind.FLAG),
                Fact(gettext_lazy("发布时间"), "published_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("有效期至"), "expires_on", kind=Kind.DAY),
                Fact(gettext_lazy("阅读次数"), "viewed", kind=Kind.NUMBER),
            ),
        ),
    )
    actions = ACTIONS
    panel_template = "newsroom/console/article_panel.html"

    def context(self, request: StaffRequest, row: Article) -> dict[str, object]:
        content = row.newest.content if row.newest else None
        waits = row.state != State.PUBLISHED or row.has_unpublished_changes
        return {
            "body": as_h5(content.blocks) if content else "",
            "missing": content.missing() if content else [],
            "advice": content.advice() if content else [],
            "reader_url": reverse("mobile:article", args=[row.pk]) if row.state == State.PUBLISHED else "",
            "review": open_review_of(row) or row.reviews.order_by("-pk").first(),
            "objections": objections_to(row) if waits else [],
            "remarks": open_remarks_on(row),
            "plan_url": address_of(request, "newsroom.article.plan", row.pk),
            "postings": row.postings.select_related("outlet"),
            "has_record": row.review_entries.exists(),
        }

    def related(self, request: StaffRequest, row: Article) -> list[Related[Revision]]:
        def comparison(revision: Revision) -> str:
            return f"{reverse('console:newsroom.compare', args=[row.pk])}?new={revision.number}"

        def standing(revision: Revision) -> Chip | str:
            return Chip(_("读者看到的"), Tone.GOOD) if revision.pk == row.shown_id else ""

        columns = (
            Column[Revision](
                gettext_lazy("稿次"), "number", link=comparison, kind=Kind.NUMBER, align="start"
            ),
            Column[Revision](gettext_lazy("标题"), "title"),
            Column[Revision](gettext_lazy("作者"), "author.name"),
            Column[Revision](gettext_lazy("时间"), "at", kind=Kind.MOMENT),
            Column[Revision](gettext_lazy("内容指纹"), lambda revision: revision.sha256[:12], narrow=False),
            Column[Revision]("", standing),
        )
        return [
            Related(gettext_lazy("各稿"), rows=row.revisions.select_related("author__user"), columns=columns)
        ]


@screen
class Comparison(RowScreen[Article]):
    """Two revisions of an article beside each other."""

    name = "newsroom.compare"
    title = gettext_lazy("比较两稿")
    listing = "newsroom.articles"
    template_name = "newsroom/console/compare.html"

    def heading(self, row: Article) -> str:
        return f"{self.title} · {row}"

    def context(self, request: StaffRequest, row: Article) -> dict[str, object]:
        revisions = list(row.revisions.select_related("author__user"))
        new = _asked(request, "new", revisions, 0)
        old = _asked(request, "old", revisions, min(revisions.index(new) + 1, len(revisions) - 1))
        return {
            "revisions": revisions,
            "old": old,
            "new": new,
            "lines": compared(old.content, new.content),
            "same": old.sha256 == new.sha256,
        }


def _asked(request: StaffRequest, name: str, revisions: list[Revision], otherwise: int) -> Revision:
    """Return the revision whose number the address names, or the one that stands at a place."""
    wanted = request.GET.get(name, "")
    return next((each for each in revisions if str(each.number) == wanted), revisions[otherwise])


@card(order=60, permission=queries.VIEW)
def drafts(request: StaffRequest) -> Card | None:
    """Drafts that wait for someone to finish them."""
    waiting = queries.articles_visible_to(staff_of(request)).filter(state=State.DRAFT).count()
    if not waiting:
        return None
    return Card(
        _("文章草稿"),
        number=waiting,
        url=reverse("console:newsroom.articles") + f"?state={State.DRAFT}",
        icon="article",
        tone=Tone.WAITING,
        note=_("写好后发布，读者才能看到"),
    )
