"""Who is given briefs."""

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    screen,
)
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.intelligence.products.queries import VIEW
from xinglin.intelligence.watching import queries, services
from xinglin.intelligence.watching.models import Copy, Recipient


class RecipientForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=40)
    duty = forms.CharField(label=_("职务"), max_length=80, required=False)
    card = forms.CharField(
        label=_("读者证号"), max_length=40, required=False,
        help_text=_("填了，简报和催阅按他选的方式（微信、邮件）自动送到"),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("邮箱"),
        required=False,
        help_text=_("没有读者证的填邮箱，链接用邮件送到；都不填，由馆员把链接发给他"),
    )
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)


@screen
class Recipients(ListScreen[Recipient]):
    name = "intelligence.recipients"
    title = _("简报收件人")
    section = Section.INTELLIGENCE
    icon = "user-star"
    order = 74
    permission = VIEW
    words = (_("领导"), "lingdao", "shoujianren")
    detail = "intelligence.recipient"
    create = "intelligence.recipient.new"
    create_title = _("登记收件人")
    columns = (
        Column(_("姓名"), "name", sort="name", link=True),
        Column(_("职务"), "duty", sort="duty"),
        Column(_("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(_("自动送到"), services.is_reached, kind=Kind.FLAG),
        Column(_("在用"), "active", kind=Kind.FLAG),
    )
    search_fields = ("name", "duty")
    search_hint = _("姓名、职务")
    order_by = ("name",)
    empty = _("还没有收件人。登记要看简报的领导，再在“舆情监测”里选上。")

    def rows(self, request: StaffRequest) -> QuerySet[Recipient]:
        return queries.recipients_visible_to(staff_of(request))


@screen
class RecipientPage(DetailScreen[Recipient]):
    name = "intelligence.recipient"
    title = _("简报收件人")
    listing = "intelligence.recipients"
    edit = "intelligence.recipient.edit"
    facts = (
        Facts(
            _("收件人"),
            (
                Fact(_("图书馆"), "library.name"),
                Fact(_("职务"), "duty"),
                Fact(_("读者证"), "patron.name"),
                Fact(_("邮箱"), "email"),
                Fact(_("在用"), "active", kind=Kind.FLAG),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Recipient]:
        return queries.recipients_visible_to(staff_of(request))

    def related(self, request: StaffRequest, row: Recipient) -> "list[Related[Copy]]":
        return [
            Related(
                _("收到的简报"),
                rows=row.copies.select_related("product").order_by("-sent_at"),
                columns=(
                    Column[Copy](_("简报"), "product.title"),
                    Column[Copy](_("发出时间"), "sent_at", kind=Kind.MOMENT),
                    Column[Copy](_("状态"), "state", kind=Kind.STATE),
                    Column[Copy](_("回执时间"), "receipted_at", kind=Kind.MOMENT),
                ),
                empty=_("还没有发过简报。"),
            )
        ]


class _RecipientScreen(FormScreen[Recipient]):
    listing = "intelligence.recipients"
    detail = "intelligence.recipient"
    permission = queries.RECIPIENTS
    form = RecipientForm


@screen
class NewRecipient(_RecipientScreen):
    name = "intelligence.recipient.new"
    title = _("登记收件人")

    def make_form(self, request: StaffRequest, row: Recipient | None, data: object, files: object) -> Form:
        staff = staff_of(request)
        form = RecipientForm(data)  # type: ignore[arg-type]
        form.fields["library"] = forms.ModelChoiceField(
            label=_("图书馆"),
            queryset=Library.objects.filter(pk__in=libraries_of(staff, queries.RECIPIENTS), active=True),
            initial=staff.library_id,
        )
        return form

    def save(self, request: StaffRequest, form: Form, row: Recipient | None) -> Recipient:
        return services.write_recipient(by=staff_of(request), **form.cleaned_data)


@screen
class EditRecipient(_RecipientScreen):
    name = "intelligence.recipient.edit"
    title = _("修改收件人")
    edits = True

    def rows(self, request: StaffRequest) -> QuerySet[Recipient]:
        return queries.recipients_visible_to(staff_of(request))

    def initial(self, request: StaffRequest, row: Recipient | None) -> dict[str, object]:
        card = row.patron.card_number if row and row.patron else ""
        return {**super().initial(request, row), "card": card or ""}

    def save(self, request: StaffRequest, form: Form, row: Recipient | None) -> Recipient:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.write_recipient(
            library=row.library, row=row, by=staff_of(request), **form.cleaned_data
        )
