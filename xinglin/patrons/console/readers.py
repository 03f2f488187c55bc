"""Readers: the list, one reader with everything that may be done, the forms, and the look-up by card."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to
from xinglin.patrons import queries, services
from xinglin.patrons.console.actions import ACTIONS
from xinglin.patrons.console.forms import PatronForm, RegisterForm, libraries_with
from xinglin.patrons.imports.sheets import HEADINGS
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Card as PatronCard
from xinglin.patrons.models import CardState, Patron, PatronCategory

colour_states(
    Patron,
    {State.ACTIVE: Tone.GOOD, State.SUSPENDED: Tone.BAD, State.LEFT: Tone.QUIET, State.ERASED: Tone.QUIET},
)
colour_states(
    PatronCard, {CardState.ACTIVE: Tone.GOOD, CardState.LOST: Tone.BAD, CardState.REPLACED: Tone.QUIET}
)

SOON = 30


def _expiring() -> Q:
    return Q(pk__in=queries.expiring_within(Patron.objects.all(), days=SOON).values("pk"))


def _expired() -> Q:
    return Q(expires_on__lt=clock.today(), state=State.ACTIVE)


@screen
class Patrons(ListScreen[Patron]):
    name = "patrons.patrons"
    title = gettext_lazy("读者")
    section = Section.PATRONS
    template_name = "patrons/patrons.html"
    icon = "users"
    order = 10
    permission = "patrons.view_patron"
    words = (gettext_lazy("办证"), gettext_lazy("读者证"), gettext_lazy("一卡通"))
    detail = "patrons.patron"
    create = "patrons.patron.new"
    create_title = gettext_lazy("登记读者")
    # Phones and e-mail leave the house through the export of readers only, which asks for its own right.
    columns = (
        Column(HEADINGS[1], "name", sort="name_key", link=True),
        Column(HEADINGS[0], "card_number"),
        Column(HEADINGS[2], "category.name", sort="category__name"),
        Column(
            HEADINGS[3],
            "home_library.label",
            sort="home_library__code",
            sheet=lambda patron: patron.home_library.code,
        ),
        Column(HEADINGS[4], "department", sort="department", narrow=False),
        Column(HEADINGS[5], "title", narrow=False),
        Column(HEADINGS[6], "staff_number", narrow=False),
        Column(HEADINGS[7], "phone", narrow=False, export=False),
        Column(HEADINGS[8], "email", narrow=False, export=False),
        Column(
            HEADINGS[9],
            lambda patron: patron.expires_on or _("长期"),
            sort="expires_on",
            narrow=False,
            sheet=lambda patron: patron.expires_on.isoformat() if patron.expires_on else _("长期"),
        ),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
    )
    tabs = ChoiceFilter(
        "state",
        gettext_lazy("状态"),
        choices=[choice for choice in State.choices if choice[0] != State.ERASED],
    )
    filters = (
        RelatedFilter(
            "library",
            gettext_lazy("所属馆"),
            field="home_library",
            rows=lambda request: libraries_visible_to(staff_of(request)),
        ),
        RelatedFilter(
            "category",
            gettext_lazy("类别"),
            field="category",
            rows=lambda request: PatronCategory.objects.filter(active=True),
        ),
        FlagFilter("expiring", gettext_lazy("30 天内到期"), where=_expiring),
        FlagFilter("expired", gettext_lazy("已过期"), where=_expired),
        FlagFilter("erasure", gettext_lazy("申请删除资料"), where=Q(erasure_asked_at__isnull=False)),
    )
    search_hint = gettext_lazy("姓名、拼音首字母、卡号、工号、手机尾号")
    order_by = ("name_key", "pk")
    empty = gettext_lazy("还没有读者。可以逐个登记，或在「读者导入」里上传 Excel 表。")

    def rows(self, request: StaffRequest) -> QuerySet[Patron]:
        return queries.patrons_visible_to(staff_of(request))

    def search(self, request: StaffRequest, rows: QuerySet[Patron], text: str) -> QuerySet[Patron]:
        return queries.matching(rows, text)


@screen
class PatronPage(DetailScreen[Patron]):
    name = "patrons.patron"
    title = gettext_lazy("读者")
    listing = "patrons.patrons"
    edit = "patrons.patron.edit"
    actions = ACTIONS
    facts = (
        Facts(
            gettext_lazy("读者证"),
            (
                Fact(gettext_lazy("卡号"), "card_number"),
                Fact(gettext_lazy("类别"), "category.name"),
                Fact(gettext_lazy("所属馆"), "home_library.name"),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("原因"), "state_reason"),
                Fact(gettext_lazy("有效期至"), lambda patron: patron.expires_on or _("长期")),
                Fact(gettext_lazy("登记时间"), "registered_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("申请删除资料"), "erasure_asked_at", kind=Kind.MOMENT),
            ),
        ),
        Facts(
            gettext_lazy("信息档案"),
            (
                Fact(gettext_lazy("科室/院系"), "department"),
                Fact(gettext_lazy("职称"), "title"),
                Fact(gettext_lazy("工号/学号"), "staff_number"),
                Fact(gettext_lazy("手机"), "phone"),
                Fact(gettext_lazy("邮箱"), "email"),
                Fact(gettext_lazy("研究方向"), "research_topics"),
                Fact(gettext_lazy("阅读兴趣"), "interests"),
            ),
        ),
    )

    def related(self, request: StaffRequest, row: Patron) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("用过的卡"),
                rows=row.cards.all(),
                columns=(
                    Column(gettext_lazy("卡号"), "number"),
                    Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
                    Column(gettext_lazy("发卡"), "issued_at", kind=Kind.MOMENT),
                    Column(gettext_lazy("停用"), "ended_at", kind=Kind.MOMENT),
                ),
            ),
            Related(
                gettext_lazy("同意记录"),
                rows=row.consents.all(),
                columns=(
                    Column(gettext_lazy("事项"), "get_kind_display"),
                    Column(gettext_lazy("途径"), "given_through"),
                    Column(gettext_lazy("同意"), "given_at", kind=Kind.MOMENT),
                    Column(gettext_lazy("撤回"), "withdrawn_at", kind=Kind.MOMENT),
                ),
                empty=gettext_lazy("读者还没有在手机上同意过任何事项。"),
            ),
        ]


@screen
class NewPatron(FormScreen[Patron]):
    name = "patrons.patron.new"
    title = gettext_lazy("登记读者")
    listing = "patrons.patrons"
    permission = "patrons.register_patron"
    detail = "patrons.patron"
    form = RegisterForm

    def make_form(self, request: StaffRequest, row: Patron | None, data: object, files: object) -> forms.Form:
        form = RegisterForm(request.POST if request.method == "POST" else None)
        form.fields["home_library"] = libraries_with(request, "patrons.register_patron")
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Patron | None) -> Patron:
        return services.register(by=staff_of(request), **form.cleaned_data)


@screen
class EditPatron(FormScreen[Patron]):
    name = "patrons.patron.edit"
    title = gettext_lazy("修改读者资料")
    listing = "patrons.patrons"
    permission = "patrons.change_patron"
    detail = "patrons.patron"
    form = PatronForm
    edits = True
    version_field = "version"

    def save(self, request: StaffRequest, form: forms.Form, row: Patron | None) -> Patron:
        if row is None:
            raise TypeError("a form that edits has a row")
        return services.amend(patron=row, by=staff_of(request), version=row.version, **form.cleaned_data)


@screen
class LookUp(PageScreen):
    """A reader of another library stands at the desk: the exact card shows enough to serve, no more."""

    name = "patrons.lookup"
    title = gettext_lazy("按卡号核验")
    section = Section.PATRONS
    icon = "id"
    order = 20
    permission = "patrons.lookup_patron"
    words = (gettext_lazy("他馆读者"), gettext_lazy("通借"))
    template_name = "patrons/lookup.html"

    def post(self, request: StaffRequest) -> HttpResponse:
        number = request.POST.get("number", "")
        context: dict[str, object] = {"number": number}
        try:
            context["glimpse"] = queries.glimpse_by_card(staff_of(request), number)
        except Refusal as refusal:
            context["refusal"] = refusal
        return self.page(request, context)


@card(order=30, permission="patrons.erase_patron")
def erasures_asked(request: StaffRequest) -> Card | None:
    """Readers who ask for the erasure of their data; nothing when nobody does."""
    asked = queries.patrons_visible_to(staff_of(request)).filter(erasure_asked_at__isnull=False).count()
    if not asked:
        return None
    address = reverse("console:patrons.patrons") + "?erasure=1"
    return Card(_("申请删除资料"), number=asked, url=address, icon="user-x", tone=Tone.WAITING)
