"""Partners and our own symbols."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import CopySource
from xinglin.commons.sheets import read_table
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    FormScreen,
    Kind,
    ListScreen,
    screen,
)
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.ill import queries, services
from xinglin.ill.models import Partner, Symbol
from xinglin.ill.models.partners import TIERS
from xinglin.ill.services.partners import CHANGE
from xinglin.patrons.models import Patron
from xinglin.patrons.queries import find_by_card

_DAYS = [(0, _("一")), (1, _("二")), (2, _("三")), (3, _("四")), (4, _("五")), (5, _("六")), (6, _("日"))]


class PartnerForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    symbol_type = forms.CharField(label=gettext_lazy("代码体系"), max_length=20, initial="ISIL")
    symbol = forms.CharField(label=gettext_lazy("机构代码"), max_length=60)
    city = forms.CharField(label=gettext_lazy("城市"), max_length=40, required=False)
    tier = forms.ChoiceField(label=gettext_lazy("关系"), choices=TIERS)
    url = forms.CharField(label=gettext_lazy("接收地址"), max_length=400)
    secret = forms.CharField(
        label=gettext_lazy("共享密钥"), max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 16 个字符；修改时不填就保留原来的。"),
    )  # fmt: skip
    accepts_unsigned = forms.BooleanField(label=gettext_lazy("允许不签名"), required=False)
    lends = forms.BooleanField(label=gettext_lazy("借出图书"), required=False, initial=True)
    copies = forms.BooleanField(label=gettext_lazy("提供复制件"), required=False, initial=True)
    closed_weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("不办公的星期"), choices=_DAYS, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    yuan = forms.DecimalField(
        label=gettext_lazy("每件费用（元）"), min_value=0, decimal_places=2, max_digits=8, initial=0
    )
    answer_minutes = forms.IntegerField(
        label=gettext_lazy("答复时限（分钟）"), min_value=1, max_value=60 * 24 * 60, initial=3 * 24 * 60
    )
    most_waiting = forms.IntegerField(
        label=gettext_lazy("最多同时在等"), min_value=1, max_value=1000, initial=20
    )
    card = forms.CharField(
        label=gettext_lazy("机构读者证号"), max_length=40, required=False,
        help_text=gettext_lazy("借给对方的书记在这张证上。"),
    )  # fmt: skip
    catalogue = forms.ModelChoiceField(
        label=gettext_lazy("联机目录"), queryset=CopySource.objects.filter(active=True), required=False,
        help_text=gettext_lazy("套录来源里登记的 SRU 或 Z39.50；请求发出前先查对方有没有，没有的不打扰。"),
    )  # fmt: skip
    address = forms.CharField(label=gettext_lazy("邮寄地址"), max_length=300, required=False)
    contact = forms.CharField(label=gettext_lazy("联系人"), max_length=120, required=False)
    active = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)


def _file(form: forms.Form) -> dict[str, Any]:
    given = dict(form.cleaned_data)
    card = given.pop("card")
    patron: Patron | None = find_by_card(card) if card else None
    return {**given, "cost_fen": int(given.pop("yuan") * 100), "patron": patron, "yuan": None}


def _clean(file: dict[str, Any]) -> dict[str, Any]:
    file.pop("yuan", None)
    return file


def _holdings(request: StaffRequest, row: Partner, answers: Answers) -> str:
    file = answers["file"]
    numbers = [cell for line in read_table(file.file, name=file.name or "") for cell in line.cells.values()]
    taken = services.list_holdings(partner=row, numbers=numbers, by=staff_of(request))
    return _("已登记 %(n)d 个号码。") % {"n": taken}


@screen
class Partners(ListScreen[Partner]):
    name = "ill.partners"
    title = gettext_lazy("互借伙伴")
    section = Section.SUPPLY
    icon = "building-community"
    order = 72
    permission = queries.VIEW
    detail = "ill.amend_partner"
    create = "ill.add_partner"
    columns = (
        Column(gettext_lazy("名称"), "name", sort="name", link=True),
        Column(gettext_lazy("机构代码"), lambda row: f"{row.symbol_type}:{row.symbol}"),
        Column(gettext_lazy("关系"), "get_tier_display"),
        Column(gettext_lazy("城市"), "city", narrow=False),
        Column(gettext_lazy("联机目录"), "catalogue.name", narrow=False),
        Column(gettext_lazy("每件费用"), "cost_fen", kind=Kind.FEN, narrow=False),
        Column(gettext_lazy("签名"), lambda row: bool(row.sealed_secret), kind=Kind.FLAG, narrow=False),
        Column(gettext_lazy("机构读者证"), "patron.name", narrow=False),
        Column(gettext_lazy("使用中"), "active", kind=Kind.FLAG),
        Column(
            gettext_lazy("上次请求"), "last_asked_at", kind=Kind.MOMENT, sort="last_asked_at", narrow=False
        ),
    )
    tabs = ChoiceFilter("tier", gettext_lazy("关系"), choices=TIERS)
    search_fields = ("name", "symbol", "city")
    search_hint = gettext_lazy("名称、代码、城市")
    empty = gettext_lazy("还没有伙伴。登记对方的机构代码、接收地址和共享密钥后，就能互借。")
    actions = (
        Action(
            "holdings",
            gettext_lazy("登记馆藏"),
            run=_holdings,
            form=UploadForm,
            permission=CHANGE,
            icon="list",
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Partner]:
        return queries.partners_visible_to(staff_of(request)).select_related("patron", "catalogue")


@screen
class AddPartner(FormScreen[Partner]):
    name = "ill.add_partner"
    title = gettext_lazy("新增互借伙伴")
    listing = "ill.partners"
    permission = CHANGE
    form = PartnerForm

    def save(self, request: StaffRequest, form: forms.Form, row: Partner | None) -> Partner:
        return services.add_partner(by=staff_of(request), **_clean(_file(form)))


@screen
class AmendPartner(FormScreen[Partner]):
    name = "ill.amend_partner"
    title = gettext_lazy("互借伙伴")
    listing = "ill.partners"
    permission = CHANGE
    form = PartnerForm
    edits = True

    def initial(self, request: StaffRequest, row: Partner | None) -> dict[str, object]:
        given = super().initial(request, row)
        if row is not None:
            given |= {
                "yuan": row.cost_fen / 100,
                "card": row.patron.card_number if row.patron else "",
                "secret": "",
            }
        return given

    def save(self, request: StaffRequest, form: forms.Form, row: Partner | None) -> Partner:
        if row is None:
            return services.add_partner(by=staff_of(request), **_clean(_file(form)))
        return services.amend_partner(partner=row, by=staff_of(request), **_clean(_file(form)))


class SymbolForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.filter(active=True)
    )
    type = forms.CharField(label=gettext_lazy("代码体系"), max_length=20, initial="ISIL")
    value = forms.CharField(label=gettext_lazy("机构代码"), max_length=60)
    is_broker = forms.BooleanField(
        label=gettext_lazy("代表全联盟"), required=False,
        help_text=gettext_lazy("发到这个代码的请求：我们有的由持有馆提供，没有的转请伙伴。"),
    )  # fmt: skip


@screen
class Symbols(ListScreen[Symbol]):
    name = "ill.symbols"
    title = gettext_lazy("本方机构代码")
    section = Section.SUPPLY
    icon = "id-badge"
    order = 74
    permission = queries.VIEW
    create = "ill.name_symbol"
    columns = (
        Column(gettext_lazy("代码"), lambda row: str(row)),
        Column(gettext_lazy("图书馆"), "library.label"),
        Column(gettext_lazy("代表全联盟"), "is_broker", kind=Kind.FLAG),
    )
    empty = gettext_lazy("还没有登记：没有 ISIL 时以馆代码对外。")

    def rows(self, request: StaffRequest) -> QuerySet[Symbol]:
        return queries.symbols_visible_to(staff_of(request))


@screen
class NameSymbol(FormScreen[Symbol]):
    name = "ill.name_symbol"
    title = gettext_lazy("登记机构代码")
    listing = "ill.symbols"
    permission = CHANGE
    form = SymbolForm

    def save(self, request: StaffRequest, form: forms.Form, row: Symbol | None) -> Symbol:
        return services.name_symbol(by=staff_of(request), **form.cleaned_data)
