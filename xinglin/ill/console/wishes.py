"""What our readers borrow from others, on screen."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.consortium.queries import libraries_visible_to
from xinglin.ill import queries, services
from xinglin.ill.console.deeds import ACTIONS
from xinglin.ill.console.messages import MESSAGE_COLUMNS
from xinglin.ill.lifecycle import OUT, WANTED_CLOSED, Wanted
from xinglin.ill.models import Leg, PartnerAnswer, Service, Wish
from xinglin.ill.services.asking import Asked
from xinglin.patrons.queries import find_by_card

colour_states(
    Wish,
    {
        Wanted.SEEKING: Tone.WAITING,
        Wanted.SENT: Tone.WAITING,
        Wanted.LOCATED: Tone.ACTIVE,
        Wanted.WILL_SUPPLY: Tone.ACTIVE,
        Wanted.CONDITION: Tone.BAD,
        Wanted.RETRY: Tone.BAD,
        Wanted.LOCAL: Tone.ACTIVE,
        Wanted.SHIPPED: Tone.ACTIVE,
        Wanted.RECEIVED: Tone.GOOD,
        Wanted.LENT: Tone.GOOD,
        Wanted.SENT_BACK: Tone.WAITING,
        Wanted.COMPLETED: Tone.QUIET,
        Wanted.CANCELLED: Tone.QUIET,
        Wanted.UNFILLED: Tone.BAD,
        Wanted.LOST: Tone.BAD,
    },
)


@screen
class Wishes(ListScreen[Wish]):
    name = "ill.wishes"
    title = gettext_lazy("互借：借入")
    section = Section.SUPPLY
    icon = "arrows-exchange"
    order = 20
    permission = queries.VIEW
    words = (gettext_lazy("馆际互借"), "guanjihujie")
    detail = "ill.wish"
    create = "ill.ask"
    create_title = gettext_lazy("替读者申请")
    columns = (
        Column(gettext_lazy("题名"), "title", sort="title", link=True, roomy=True),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(
            gettext_lazy("读者"),
            lambda row: row.patron.name if row.patron else row.upstream and row.upstream.partner.name,
        ),
        Column(gettext_lazy("供应馆"), "leg.partner.name"),
        Column(gettext_lazy("取书馆"), "library.label", narrow=False),
        Column(gettext_lazy("应还对方"), "due_at", kind=Kind.DAY, sort="due_at", narrow=False),
        Column(gettext_lazy("申请时间"), "asked_at", kind=Kind.MOMENT, sort="asked_at", narrow=False),
        Column(gettext_lazy("编号"), "number", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=Wanted.choices)
    filters = (
        FlagFilter("open", gettext_lazy("未办结"), where=~Q(state__in=WANTED_CLOSED)),
        FlagFilter("late", gettext_lazy("应还已过"), where=lambda: Q(state__in=OUT, due_at__lte=clock.now())),
        FlagFilter("stray", gettext_lazy("意外寄来"), where=~Q(stray="")),
        RelatedFilter("library", gettext_lazy("取书馆"), field="library",
                      rows=lambda request: libraries_visible_to(staff_of(request))),
        DateFilter("asked", gettext_lazy("申请日期"), field="asked_at"),
    )  # fmt: skip
    search_fields = ("title", "number", "isbn", "patron__name", "author")
    search_hint = gettext_lazy("题名、编号、ISBN、读者")
    order_by = ("-asked_at",)
    empty = gettext_lazy("没有借入。读者在手机页面“馆际互借”里申请，或由馆员替读者申请。")
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Wish]:
        return queries.wishes_visible_to(staff_of(request))


def _held(answer: PartnerAnswer) -> str:
    return _("未答") if answer.holds is None else _("有") if answer.holds else _("没有")


@screen
class WishPage(DetailScreen[Wish]):
    name = "ill.wish"
    title = gettext_lazy("借入")
    listing = "ill.wishes"
    panel_template = "ill/console/slip_link.html"
    facts = (
        Facts(
            gettext_lazy("要借的"),
            (
                Fact(gettext_lazy("题名"), "title"),
                Fact(gettext_lazy("责任者"), "author"),
                Fact(gettext_lazy("出版者"), "publisher"),
                Fact(gettext_lazy("年"), "year"),
                Fact(gettext_lazy("卷"), "volume"),
                Fact("ISBN", "isbn"),
                Fact("ISSN", "issn"),
                Fact(gettext_lazy("服务"), "get_service_display"),
                Fact(gettext_lazy("说明"), "note"),
            ),
        ),
        Facts(
            gettext_lazy("办理"),
            (
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("读者"), "patron.name"),
                Fact(gettext_lazy("代谁请求"), "upstream.partner.name"),
                Fact(gettext_lazy("取书馆"), "library.label"),
                Fact(gettext_lazy("供应馆"), "leg.partner.name"),
                Fact(gettext_lazy("答复期限"), "leg.answer_by", kind=Kind.MOMENT),
                Fact(gettext_lazy("对方条件"), "condition"),
                Fact(gettext_lazy("费用"), "cost_fen", kind=Kind.FEN),
                Fact(gettext_lazy("愿付上限"), "most_fen", kind=Kind.FEN),
                Fact(gettext_lazy("已请求取消"), "cancel_asked", kind=Kind.FLAG),
                Fact(gettext_lazy("已请求续借"), "renew_asked", kind=Kind.FLAG),
                Fact(gettext_lazy("意外寄来"), "stray"),
            ),
        ),
        Facts(
            gettext_lazy("书"),
            (
                Fact(gettext_lazy("对方条码"), "item_id"),
                Fact(gettext_lazy("应还对方"), "due_at", kind=Kind.DAY),
                Fact(gettext_lazy("对方称逾期"), "overdue", kind=Kind.FLAG),
                Fact(gettext_lazy("对方召回"), "recalled", kind=Kind.FLAG),
                Fact(gettext_lazy("寄送方式"), "sent_via"),
                Fact(gettext_lazy("还到"), "return_to"),
                Fact(gettext_lazy("到馆时间"), "arrived_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("联盟内单册"), "hold.item.barcode"),
                Fact(gettext_lazy("联盟内进度"), "hold.get_state_display",
                     link=lambda row: reverse("console:circulation.hold", args=[row.hold_id]) if row.hold_id else ""),
                Fact(gettext_lazy("结束时间"), "closed_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("结束原因"), "closing_reason"),
            ),
        ),
    )  # fmt: skip
    actions = ACTIONS

    def related(self, request: StaffRequest, row: Wish) -> list[Related[Any]]:
        legs: tuple[Column[Leg], ...] = (
            Column(gettext_lazy("顺序"), "order", kind=Kind.NUMBER),
            Column(gettext_lazy("供应馆"), "partner.name"),
            Column(gettext_lazy("结果"), "get_state_display"),
            Column(gettext_lazy("发出"), "asked_at", kind=Kind.MOMENT),
            Column(gettext_lazy("答复期限"), "answer_by", kind=Kind.MOMENT),
            Column(gettext_lazy("原因"), "reason"),
        )
        asked = row.legs.select_related("partner")
        said = queries.messages_visible_to(staff_of(request)).filter(wish=row)
        answers: tuple[Column[PartnerAnswer], ...] = (
            Column(gettext_lazy("伙伴"), "partner.name"),
            Column(gettext_lazy("有收藏"), _held),
            Column(gettext_lazy("说明"), "said"),
            Column(gettext_lazy("查询时间"), "at", kind=Kind.MOMENT),
        )
        return [
            Related(
                gettext_lazy("伙伴目录"),
                rows=queries.answers_about(row),
                columns=answers,
                empty=gettext_lazy("没有可查的联机目录；在“互借伙伴”里登记后，请求发出前先查谁有。"),
            ),
            Related(
                gettext_lazy("问过的馆"), rows=asked, columns=legs, empty=gettext_lazy("还没有问过别的馆。")
            ),
            Related(
                gettext_lazy("消息"), rows=said, columns=MESSAGE_COLUMNS, empty=gettext_lazy("没有消息。")
            ),
        ]


class AskForm(forms.Form):
    card = forms.CharField(label=gettext_lazy("读者证号"), max_length=40)
    library = forms.ModelChoiceField(
        label=gettext_lazy("取书馆"), queryset=Library.objects.filter(active=True)
    )
    title = forms.CharField(label=gettext_lazy("题名"), max_length=500)
    author = forms.CharField(label=gettext_lazy("责任者"), max_length=300, required=False)
    isbn = forms.CharField(label="ISBN", max_length=20, required=False)
    year = forms.CharField(label=gettext_lazy("年"), max_length=20, required=False)
    service = forms.ChoiceField(label=gettext_lazy("服务"), choices=Service.choices)
    urgent = forms.BooleanField(label=gettext_lazy("临床急用"), required=False)
    yuan = forms.DecimalField(
        label=gettext_lazy("愿付上限（元）"), min_value=0, decimal_places=2, max_digits=8, initial=0
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=400, required=False)


@screen
class Ask(FormScreen[Wish]):
    name = "ill.ask"
    title = gettext_lazy("替读者申请互借")
    listing = "ill.wishes"
    detail = "ill.wish"
    permission = queries.HANDLE
    form = AskForm

    def save(self, request: StaffRequest, form: forms.Form, row: Wish | None) -> Wish:
        given = dict(form.cleaned_data)
        card_number, library, yuan = given.pop("card"), given.pop("library"), given.pop("yuan")
        given["service"] = Service(given["service"])
        return services.ask(
            patron=find_by_card(card_number),
            asked=Asked(**given, most_fen=int(yuan * 100)),
            library=library,
            by=staff_of(request),
        )


@card(order=22, permission=queries.VIEW)
def loans_between_libraries(request: StaffRequest) -> Card | None:
    """Say on the home page how many loans from others wait for a person."""
    waiting = (Wanted.CONDITION, Wanted.RETRY, Wanted.SHIPPED, Wanted.RECEIVED)
    number = queries.wishes_visible_to(staff_of(request)).filter(state__in=waiting).count()
    asked = queries.supplies_visible_to(staff_of(request)).filter(state="received", is_brokered=False).count()
    url = reverse("console:ill.wishes") + "?open=1"
    note = _("外馆请求待处理 %(n)d 个") % {"n": asked} if asked else ""
    return Card(_("互借待办"), number=number + asked, url=url, icon="arrows-exchange", note=note)
