"""The librarian's screens of products: made from what was released, reviewed by another, sent, taken back."""

from collections.abc import Callable

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence.products import printing, queries, services
from xinglin.intelligence.products.article_screens import ARTICLE_ACTION, article_page, article_stands
from xinglin.intelligence.products.lifecycle import PRODUCT_MOVES, ProductState
from xinglin.intelligence.products.models import Product, ProductKind, Reading
from xinglin.intelligence.queries import topics_visible_to

colour_states(
    Product,
    {
        ProductState.DRAFT: Tone.QUIET, ProductState.WAITING: Tone.WAITING, ProductState.RELEASED: Tone.ACTIVE,
        ProductState.SENT: Tone.GOOD, ProductState.WITHDRAWN: Tone.BAD,
    },
)  # fmt: skip


class RemarkForm(forms.Form):
    remark = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


def _hand_in(request: StaffRequest, row: Product, answers: Answers) -> Words:
    services.hand_in(product=row, by=staff_of(request))
    return _("已交审，等另一位馆员审定。")


def _release(request: StaffRequest, row: Product, answers: Answers) -> Words:
    services.release(product=row, by=staff_of(request))
    return _("已审定，读者可以看到了。")


def _send(request: StaffRequest, row: Product, answers: Answers) -> Words:
    told = services.send(product=row, by=staff_of(request))
    return _("已推送给 %(n)d 位订阅的读者。") % {"n": told}


def _with_remark(
    deed: Callable[..., Product], said: Words
) -> Callable[[StaffRequest, Product, Answers], Words]:
    def run(request: StaffRequest, row: Product, answers: Answers) -> Words:
        deed(product=row, remark=str(answers["remark"]), by=staff_of(request))
        return said

    return run


ACTIONS: tuple[Action[Product], ...] = (
    Action(
        "hand_in", _("交审"), _hand_in, permission=queries.WRITE, when=offered(PRODUCT_MOVES, "hand_in"),
        tone=Tone.ACTIVE, icon="check",
    ),
    Action(
        "release_product", _("审定发布"), _release, permission=queries.REVIEW,
        when=offered(PRODUCT_MOVES, "release_product"), tone=Tone.GOOD, icon="check",
    ),
    Action(
        "send_product", _("推送给订阅者"), _send, permission=queries.WRITE,
        when=offered(PRODUCT_MOVES, "send_product"), tone=Tone.GOOD, icon="send",
    ),
    ARTICLE_ACTION,
    Action(
        "send_back", _("退回"), _with_remark(services.send_back, _("已退回给编制人。")), form=RemarkForm,
        permission=queries.REVIEW, when=offered(PRODUCT_MOVES, "send_back"), tone=Tone.WAITING, icon="arrow-back-up",
    ),
    Action(
        "withdraw", _("收回"), _with_remark(services.withdraw, _("已收回，读者看不到了。")), form=RemarkForm,
        permission=queries.REVIEW, when=offered(PRODUCT_MOVES, "withdraw"), tone=Tone.BAD, icon="x",
    ),
)  # fmt: skip


@screen
class Products(ListScreen[Product]):
    """The products of one's libraries."""

    name = "intelligence.products"
    title = _("情报产品")
    section = Section.INTELLIGENCE
    icon = "news"
    order = 25
    permission = queries.VIEW
    words = (_("快报"), _("文摘"), _("专题报告"), _("书目"), "kuaibao", "chanpin")
    detail = "intelligence.product"
    create = "intelligence.product.new"
    create_title = _("编制产品")
    columns = (
        Column(_("标题"), "title", link=True),
        Column(_("类型"), "get_kind_display", sort="kind"),
        Column(_("专题"), "topic.name", sort="topic__name", narrow=False),
        Column(_("篇数"), "count", kind=Kind.NUMBER),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("编制时间"), "made_at", sort="made_at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=ProductState.choices)
    filters = (
        ChoiceFilter("kind", _("类型"), choices=ProductKind.choices),
        RelatedFilter(
            "topic", _("专题"), field="topic", rows=lambda request: topics_visible_to(staff_of(request))
        ),
    )
    search_fields = ("title",)
    search_hint = _("标题")
    order_by = ("-made_at",)
    empty = _("还没有情报产品。文献复筛发布以后，点“编制产品”，选专题、类型和日期。")

    def rows(self, request: StaffRequest) -> QuerySet[Product]:
        return queries.products_visible_to(staff_of(request))


@screen
class ProductPage(DetailScreen[Product]):
    """One product: its papers, its files, who made and who reviewed it, who has read it."""

    name = "intelligence.product"
    title = _("情报产品")
    listing = "intelligence.products"
    edit = "intelligence.product.edit"
    panel_template = "intelligence/product.html"
    actions = ACTIONS
    facts = (
        Facts(
            _("产品"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("类型"), "get_kind_display"),
                Fact(_("专题"), "topic.name"),
                Fact(_("自"), "period_from", kind=Kind.DAY),
                Fact(_("至"), "period_to", kind=Kind.DAY),
                Fact(_("篇数"), "count", kind=Kind.NUMBER),
            ),
        ),
        Facts(
            _("编制与审定"),
            (
                Fact(_("编制人"), "made_by.first_name"),
                Fact(_("编制时间"), "made_at", kind=Kind.MOMENT),
                Fact(_("审定人"), "released_by.first_name"),
                Fact(_("审定时间"), "released_at", kind=Kind.MOMENT),
                Fact(_("推送时间"), "sent_at", kind=Kind.MOMENT),
                Fact(_("宣传文章"), article_stands, link=article_page),
                Fact(_("审核意见"), "remark"),
                Fact(_("内容的 SHA-256"), "sha256"),
                Fact(_("PDF 的 SHA-256"), "pdf_sha256"),
            ),
        ),
    )

    def may_be_edited(self, row: Product) -> bool:
        return row.state == ProductState.DRAFT

    def rows(self, request: StaffRequest) -> QuerySet[Product]:
        return queries.products_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Product) -> dict[str, object]:
        files = [
            (str(words), reverse("console:intelligence.product.file", args=[row.pk, form]))
            for form, (words, _type, _make) in printing.FORMS.items()
        ]
        return {"files": files, "content": row.content}

    def related(self, request: StaffRequest, row: Product) -> "list[Related[Reading]]":
        return [
            Related(
                _("谁看过"),
                rows=row.readings.select_related("patron").order_by("-first_at"),
                columns=(
                    Column[Reading](_("读者"), "patron.name"),
                    Column[Reading](_("首次打开"), "first_at", kind=Kind.MOMENT),
                ),
                empty=_("还没有读者打开过。"),
            )
        ]

    def urls(self) -> list[URLPattern]:
        return [
            *super().urls(),
            self.route("intelligence/product/<int:pk>/file.<slug:form>", self._file, ".file"),
        ]

    def _file(self, request: StaffRequest, pk: int, form: str) -> HttpResponse:
        return answer(self.row(request, pk), form)


@card(order=62, permission=queries.REVIEW)
def products_to_review(request: StaffRequest) -> Card | None:
    """How many products wait for their review."""
    waiting = queries.products_visible_to(staff_of(request)).filter(state=ProductState.WAITING).count()
    if not waiting:
        return None
    address = f"{reverse('console:intelligence.products')}?state={ProductState.WAITING}"
    return Card(_("待审定的情报产品"), waiting, address, "news", Tone.WAITING)


def answer(product: Product, form: str) -> HttpResponse:
    """Return a file of a product to a browser."""
    data, kind = services.file_of(product, form)
    response = HttpResponse(data, content_type=kind)
    name = f"{product.title}-{product.period_to:%Y%m%d}.{form}"
    response["Content-Disposition"] = content_disposition_header(form != "pdf", name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    return response
