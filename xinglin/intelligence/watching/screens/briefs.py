"""Briefs for decision makers: worded, reviewed by another, sent, and who has confirmed them."""

from collections.abc import Callable

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
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
    FormScreen,
    Kind,
    ListScreen,
    Related,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.lifecycle import PRODUCT_MOVES, ProductState
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.products.queries import REVIEW, VIEW, WRITE
from xinglin.intelligence.products.screens import RemarkForm, answer
from xinglin.intelligence.watching import queries, services
from xinglin.intelligence.watching.lifecycle import CopyState
from xinglin.intelligence.watching.models import Copy, Recipient, Watch

colour_states(
    Copy, {CopyState.SENT: Tone.WAITING, CopyState.OPENED: Tone.ACTIVE, CopyState.RECEIPTED: Tone.GOOD}
)


class WordingForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=120)
    what = forms.CharField(
        label=_("发生了什么"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("三五句话，先写结论"),
    )
    action = forms.CharField(
        label=_("建议"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("建议谁、在什么时候、做什么"),
    )  # fmt: skip


class RecipientsForm(forms.Form):
    recipients = forms.ModelMultipleChoiceField(
        label=_("发给"), queryset=Recipient.objects.none(), widget=forms.CheckboxSelectMultiple
    )


def _recipients_form(request: StaffRequest, row: Product | None, data: object, files: object) -> Form:
    form = RecipientsForm(data)  # type: ignore[arg-type]
    if row is not None:
        offered_ = Recipient.objects.filter(library=row.library_id, active=True)
        form.fields["recipients"].queryset = offered_  # type: ignore[attr-defined]
        watch = Watch.objects.filter(topic=row.topic_id).first()
        form.initial = {"recipients": watch.recipients.filter(active=True) if watch else []}
    return form


def _hand_in(request: StaffRequest, row: Product, answers: Answers) -> Words:
    services.hand_in_brief(brief=row, by=staff_of(request))
    return _("已交审，等另一位馆员审定。")


def _release(request: StaffRequest, row: Product, answers: Answers) -> Words:
    products.release(product=row, by=staff_of(request))
    return _("已审定，可以发给领导了。")


def _send(request: StaffRequest, row: Product, answers: Answers) -> Words:
    copies = services.send_brief(brief=row, recipients=list(answers["recipients"]), by=staff_of(request))
    by_hand = sum(not services.is_reached(copy.recipient) for copy in copies)
    if by_hand:
        return _("已发给 %(n)d 位；其中 %(hand)d 位没有读者证，也没有能用的邮箱，请把下面的链接发给他们。") % {
            "n": len(copies), "hand": by_hand,
        }  # fmt: skip
    return _("已发给 %(n)d 位。") % {"n": len(copies)}


def _remind(request: StaffRequest, row: Product, answers: Answers) -> Words:
    late = list(row.copies.exclude(state=CopyState.RECEIPTED).select_related("recipient"))
    reached = [copy for copy in late if services.is_reached(copy.recipient)]
    for copy in reached:
        services.remind(copy=copy, by=staff_of(request))
    names = "、".join(copy.recipient.name for copy in late if copy not in reached)
    if names:
        return _("已催 %(n)d 位；没有读者证和邮箱、要打电话的：%(names)s。") % {
            "n": len(reached),
            "names": names,
        }
    return _("已催 %(n)d 位。") % {"n": len(reached)}


def _with_remark(
    deed: Callable[..., Product], said: Words
) -> Callable[[StaffRequest, Product, Answers], Words]:
    def run(request: StaffRequest, row: Product, answers: Answers) -> Words:
        deed(product=row, remark=str(answers["remark"]), by=staff_of(request))
        return said

    return run


ACTIONS: tuple[Action[Product], ...] = (
    Action(
        "hand_in", _("交审"), _hand_in, permission=WRITE, when=offered(PRODUCT_MOVES, "hand_in"), icon="check",
    ),
    Action(
        "release_product", _("审定"), _release, permission=REVIEW, when=offered(PRODUCT_MOVES, "release_product"),
        tone=Tone.GOOD, icon="check",
    ),
    Action(
        "send_product", _("发给领导"), _send, form=_recipients_form, permission=WRITE,
        when=offered(PRODUCT_MOVES, "send_product"), tone=Tone.GOOD, icon="send",
    ),
    Action(
        "remind", _("催阅"), _remind, permission=WRITE, icon="bell-ringing",
        when=lambda brief: brief.state == ProductState.SENT
        and brief.copies.exclude(state=CopyState.RECEIPTED).exists(),
    ),
    Action(
        "send_back", _("退回"), _with_remark(products.send_back, _("已退回给编制人。")), form=RemarkForm,
        permission=REVIEW, when=offered(PRODUCT_MOVES, "send_back"), tone=Tone.WAITING, icon="arrow-back-up",
    ),
    Action(
        "withdraw", _("收回"), _with_remark(products.withdraw, _("已收回，链接都打不开了。")), form=RemarkForm,
        permission=REVIEW, when=offered(PRODUCT_MOVES, "withdraw"), tone=Tone.BAD, icon="x",
    ),
)  # fmt: skip


@screen
class Briefs(ListScreen[Product]):
    """The briefs of one's libraries, with who has confirmed them."""

    name = "intelligence.briefs"
    title = _("决策简报")
    section = Section.INTELLIGENCE
    icon = "file-text"
    order = 73
    permission = VIEW
    words = (_("一页简报"), _("回执"), "jianbao")
    detail = "intelligence.brief"
    columns = (
        Column(_("标题"), "title", link=True),
        Column(_("专题"), "topic.name", sort="topic__name", narrow=False),
        Column(_("至"), "period_to", sort="period_to", kind=Kind.DAY),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("发出"), "sent", sort="sent", kind=Kind.NUMBER),
        Column(_("已阅"), "receipted", sort="receipted", kind=Kind.NUMBER),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=ProductState.choices)
    search_fields = ("title", "topic__name")
    search_hint = _("标题、专题")
    order_by = ("-made_at", "-pk")
    empty = _("还没有简报。在“舆情监测”里打开一项监测，点“起草简报”。")

    def rows(self, request: StaffRequest) -> QuerySet[Product]:
        return queries.briefs_visible_to(staff_of(request))


@screen
class BriefPage(DetailScreen[Product]):
    name = "intelligence.brief"
    title = _("决策简报")
    listing = "intelligence.briefs"
    edit = "intelligence.brief.edit"
    panel_template = "intelligence/brief.html"
    actions = ACTIONS
    facts = (
        Facts(
            _("简报"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("自"), "period_from", kind=Kind.DAY),
                Fact(_("至"), "period_to", kind=Kind.DAY),
                Fact(_("编制人"), "made_by.first_name"),
                Fact(_("审定人"), "released_by.first_name"),
                Fact(_("发出时间"), "sent_at", kind=Kind.MOMENT),
                Fact(_("审核意见"), "remark"),
                Fact(_("PDF 的 SHA-256"), "pdf_sha256"),
            ),
        ),
    )

    def may_be_edited(self, row: Product) -> bool:
        return row.state == ProductState.DRAFT

    def rows(self, request: StaffRequest) -> QuerySet[Product]:
        return queries.briefs_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: Product) -> dict[str, object]:
        return {"content": row.content, "pdf_url": reverse("console:intelligence.brief.pdf", args=[row.pk])}

    def related(self, request: StaffRequest, row: Product) -> "list[Related[Copy]]":
        return [
            Related(
                _("谁什么时候看了"),
                rows=row.copies.select_related("recipient"),
                columns=(
                    Column[Copy](_("收件人"), "recipient"),
                    Column[Copy](_("状态"), "state", kind=Kind.STATE),
                    Column[Copy](_("首次打开"), "opened_at", kind=Kind.MOMENT),
                    Column[Copy](_("回执时间"), "receipted_at", kind=Kind.MOMENT),
                    Column[Copy](_("批示"), "answer"),
                    Column[Copy](_("催阅时间"), "reminded_at", kind=Kind.MOMENT),
                    Column[Copy](_("邮件"), _mailed),
                    Column[Copy](_("个人链接"), _address),
                ),
                empty=_("还没有发出。"),
            )
        ]

    def urls(self) -> list[URLPattern]:
        return [*super().urls(), self.route("intelligence/brief/<int:pk>/brief.pdf", self._file, ".pdf")]

    def _file(self, request: StaffRequest, pk: int) -> HttpResponse:
        return answer(self.row(request, pk), "pdf")


def _address(copy: Copy) -> str:
    """Return the link of a copy, to be handed on by a librarian; a receipted one is needed no more."""
    if copy.state == CopyState.RECEIPTED:
        return "—"
    return services.address_of(copy)


def _mailed(copy: Copy) -> Chip | str:
    if copy.mail_trouble:
        return Chip(_("没有寄出：%(why)s") % {"why": copy.mail_trouble}, Tone.BAD)
    return f"{clock.local(copy.mailed_at):%m-%d %H:%M}" if copy.mailed_at else ""


@screen
class EditBrief(FormScreen[Product]):
    name = "intelligence.brief.edit"
    title = _("写简报")
    listing = "intelligence.briefs"
    detail = "intelligence.brief"
    permission = WRITE
    form = WordingForm
    edits = True
    version_field = "version"
    hint = _("数字、依据和说法核查在起草时已固定；要换就先在“舆情条目”里放好栏目，再重新起草一份。")

    def rows(self, request: StaffRequest) -> QuerySet[Product]:
        return queries.briefs_visible_to(staff_of(request)).filter(state=ProductState.DRAFT)

    def initial(self, request: StaffRequest, row: Product | None) -> dict[str, object]:
        return (
            {"title": row.title, "what": row.content["what"], "action": row.content["action"]} if row else {}
        )

    def save(self, request: StaffRequest, form: Form, row: Product | None) -> Product:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.reword_brief(
            brief=row, version=row.version, by=staff_of(request), **form.cleaned_data
        )


@card(order=63, permission=REVIEW)
def briefs_to_review(request: StaffRequest) -> Card | None:
    """How many briefs wait for their review."""
    waiting = queries.briefs_visible_to(staff_of(request)).filter(state=ProductState.WAITING).count()
    if not waiting:
        return None
    address = f"{reverse('console:intelligence.briefs')}?state={ProductState.WAITING}"
    return Card(_("待审定的决策简报"), waiting, address, "file-text", Tone.WAITING)


@card(order=64, permission=WRITE)
def briefs_without_receipt(request: StaffRequest) -> Card | None:
    """How many leaders have not confirmed a brief."""
    briefs = queries.briefs_visible_to(staff_of(request)).filter(state=ProductState.SENT)
    waiting = queries.copies_not_receipted().filter(product__in=briefs.values("pk")).count()
    if not waiting:
        return None
    address = f"{reverse('console:intelligence.briefs')}?state={ProductState.SENT}"
    return Card(_("领导还没有回执的简报"), waiting, address, "bell-ringing", Tone.WAITING)
