"""Review in the console: what waits for me, the page of a round, and its record as PDF."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.text import shortened
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.registry import screen
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DateFilter,
    Filter,
    FlagFilter,
    Kind,
    ListScreen,
    RelatedFilter,
    RowScreen,
)
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.newsroom import queries as articles
from xinglin.newsroom.comparing import compared
from xinglin.newsroom.models import Article, Remark, Review, ReviewEntry
from xinglin.newsroom.review import queries, services
from xinglin.newsroom.review.lifecycle import Hand, Lane, ReviewState
from xinglin.newsroom.review.links import make_link
from xinglin.newsroom.review.passages import passages_of, steps_shown, typed_passages
from xinglin.newsroom.review.printing import record_as_pdf
from xinglin.newsroom.review.record import breaks_in
from xinglin.newsroom.review.seats import may_review, who_may

colour_states(
    Review,
    {
        ReviewState.WAITING: Tone.WAITING,
        ReviewState.PASSED: Tone.GOOD,
        ReviewState.RETURNED: Tone.BAD,
        ReviewState.VOID: Tone.QUIET,
        ReviewState.USED: Tone.GOOD,
    },
)


def _turn(review: Review) -> str:
    return str(Hand(review.hand).label) if review.hand else ""


def _late(review: Review) -> Chip | str:
    if review.is_overdue:
        return Chip(_("已超时，代理人可审"), Tone.BAD)
    return Chip(_("应急快审"), Tone.ACTIVE) if review.lane == Lane.FAST else ""


class _Reviews(ListScreen[Review]):
    section = Section.NEWSROOM
    permission = queries.VIEW
    detail = "newsroom.review"
    columns = (
        Column(gettext_lazy("标题"), "revision.title", sort="revision__title", link=True),
        Column(gettext_lazy("栏目"), "column.name", sort="column__position"),
        Column(gettext_lazy("图书馆"), "article.library.label", sort="article__library__code"),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("轮到"), _turn),
        Column(gettext_lazy("提示"), _late),
        Column(gettext_lazy("送审人"), "submitted_by.name", narrow=False),
        Column(gettext_lazy("送审时间"), "submitted_at", sort="submitted_at", kind=Kind.MOMENT, narrow=False),
        Column(gettext_lazy("本级截止"), "due_at", sort="due_at", kind=Kind.MOMENT),
    )
    filters: ClassVar[Sequence[Filter]] = (
        RelatedFilter(
            "column", gettext_lazy("栏目"), field="column", rows=lambda request: articles.columns()
        ),
        ChoiceFilter("lane", gettext_lazy("通道"), choices=Lane.choices),
        DateFilter("submitted", gettext_lazy("送审日期"), field="submitted_at"),
    )
    search_fields = ("revision__title", "reason")
    search_hint = gettext_lazy("标题、说明")


@screen
class MyReviews(_Reviews):
    """What waits for the one who looks."""

    name = "newsroom.my_reviews"
    title = gettext_lazy("待我审核")
    icon = "checklist"
    order = 5
    words = (gettext_lazy("审稿"), "shenhe", "daishen")
    order_by = ("due_at",)
    empty = gettext_lazy("现在没有等您审的稿子。轮到您时会出现在这里，左边菜单上有数字。")

    def rows(self, request: StaffRequest) -> QuerySet[Review]:
        return queries.waiting_for_me(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return queries.number_waiting_for_me(staff_of(request))


@screen
class Reviews(_Reviews):
    """Every round of review."""

    name = "newsroom.reviews"
    title = gettext_lazy("审稿记录")
    icon = "list-check"
    order = 15
    words = (gettext_lazy("三级审核"), "shengao")
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=ReviewState.choices)
    filters = (
        *_Reviews.filters,
        FlagFilter("late", gettext_lazy("已超时"), where=lambda: queries.is_late()),
    )
    order_by = ("-submitted_at",)
    empty = gettext_lazy("还没有送审的稿子。在文章页点“送审”。")

    def rows(self, request: StaffRequest) -> QuerySet[Review]:
        return queries.reviews_visible_to(staff_of(request))


@screen
class ReviewPage(RowScreen[Review]):
    """One round: where it stands, the text with remarks on passages, and the decision."""

    name = "newsroom.review"
    title = gettext_lazy("审稿")
    listing = "newsroom.reviews"
    template_name = "newsroom/console/review.html"

    def context(self, request: StaffRequest, row: Review) -> dict[str, object]:
        staff, content = staff_of(request), row.revision.content
        remarks = list(queries.open_remarks_on(row.article))
        shown = row.article.shown
        return {
            **steps_shown(row),
            "content": content,
            "title_remarks": [each for each in remarks if each.block == 0],
            "passages": passages_of(content, remarks),
            "told": row.told.select_related("person__user"),
            "entries": ReviewEntry.objects.filter(article=row.article).order_by("-number"),
            "breaks": breaks_in(row.article),
            "mine": may_review(row, staff),
            "who": [] if row.state != ReviewState.WAITING else who_may(row),
            "changed": compared(shown.content, content) if shown and shown.pk != row.revision_id else [],
            "may_recall": row.state in (ReviewState.WAITING, ReviewState.PASSED)
            and request.user.has_perm(services.SUBMIT, row.article.library),
            "link": request.session.pop(f"review-link-{row.pk}", None),
            "is_newest": row.article.newest_id == row.revision_id,
            "late": _late(row),
        }

    def post(self, request: StaffRequest, row: Review) -> HttpResponse:
        here = reverse("console:newsroom.review", args=[row.pk])
        try:
            messages.success(request, self._done(request, row))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(here)

    def _done(self, request: StaffRequest, row: Review) -> str:
        by, sent = staff_of(request), request.POST
        seen, said = sent.get("sha256", ""), sent.get("reason", "")
        match sent.get("do", ""):
            case "approve":
                after = services.approve(review=row, sha256=seen, by=by, remark=said)
                if after.state == ReviewState.PASSED:
                    return _("已通过，全部审完；现在可以发布。")
                return _("已通过，下一级：%(hand)s。") % {"hand": Hand(after.hand).label}
            case "send_back":
                services.send_back(review=row, sha256=seen, by=by, reason=said, passages=typed_passages(sent))
                return _("已退回作者，各稿和批注都保留。")
            case "remark":
                for passage in typed_passages(sent):
                    services.remark(article=row.article, passage=passage, by=by, review=row)
                return _("批注已记下。")
            case "recall":
                services.recall(review=row, by=by, reason=said)
                return _("已撤回，可以继续修改。")
            case "link":
                person = next((each for each in who_may(row) if str(each.pk) == sent.get("person")), None)
                if person is None:
                    raise Refusal(gettext_lazy("请选一位现在可以审的人。"))
                address = make_link(review=row, person=person, by=by)
                request.session[f"review-link-{row.pk}"] = {"name": person.name, "url": address}
                return _("链接已生成，请发给%(name)s；只显示这一次。") % {"name": person.name}
            case _unknown:
                raise Refusal(gettext_lazy("没有这项操作；请用页面上的按钮。"))


@screen
class SettleRemark(RowScreen[Remark]):
    """Say that a remark is dealt with."""

    name = "newsroom.remark"
    title = gettext_lazy("处理批注")
    permission = articles.VIEW

    def rows(self, request: StaffRequest) -> QuerySet[Remark]:
        mine = articles.articles_visible_to(staff_of(request))
        return Remark.objects.filter(article__in=mine).select_related("article")

    def context(self, request: StaffRequest, row: Remark) -> dict[str, object]:
        raise Refusal(gettext_lazy("请从文章页点“已处理”。"))

    def post(self, request: StaffRequest, row: Remark) -> HttpResponse:
        services.settle_remark(remark=row, by=staff_of(request))
        messages.success(request, _("批注已标为处理完。"))
        return redirect("console:newsroom.article", pk=row.article_id)


@screen
class RecordAsPdf(RowScreen[Article]):
    """The review record of an article, to keep or to hand over."""

    name = "newsroom.record"
    title = gettext_lazy("审核记录")
    listing = "newsroom.articles"
    permission = queries.VIEW

    def rows(self, request: StaffRequest) -> QuerySet[Article]:
        mine = queries.reviews_visible_to(staff_of(request)).values("article")
        return Article.objects.filter(pk__in=mine).select_related("library", "column", "newest")

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        article = self.row(request, pk)
        answer = HttpResponse(record_as_pdf(article), content_type="application/pdf")
        name = _("审核记录 %(title)s.pdf") % {"title": shortened(article.title, characters=40)}
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer


@card(order=20, permission=queries.VIEW)
def waits_for_me(request: StaffRequest) -> Card | None:
    """Articles that wait for the one who looks."""
    mine = queries.waiting_for_me(staff_of(request))
    number = mine.count()
    if not number:
        return None
    late = mine.filter(due_at__lt=clock.now()).count()
    return Card(
        _("待我审核"),
        number=number,
        url=reverse("console:newsroom.my_reviews"),
        icon="checklist",
        tone=Tone.BAD if late else Tone.WAITING,
        note=_("其中 %(n)d 篇已超时") % {"n": late} if late else _("看过再点通过或退回"),
    )
