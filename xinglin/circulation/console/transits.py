"""What is under way between libraries: the list, sending, and what never arrived."""

from datetime import timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.console.scanning import CopyForm, copy_named
from xinglin.circulation.due import is_open_on
from xinglin.circulation.models import Transit, TransitReason
from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    TextFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.consortium.queries import timetables_of

# Later than this a copy is looked for; until it was received it is the sender's to find (sheet 4.3).
MISSING_AFTER_OPEN_DAYS = 5


def _long_under_way() -> Q:
    """Return what was sent more than so many open days of the receiving library ago."""
    tables = timetables_of(Library.objects.values_list("pk", flat=True), since=clock.today() - LOOK_BACK)
    late = Q(pk__in=[])
    for library, timetable in tables.items():
        day, left = clock.today(), MISSING_AFTER_OPEN_DAYS
        while left and day > clock.today() - LOOK_BACK:
            left -= is_open_on(timetable, day)
            day -= timedelta(days=1)
        late |= Q(to_library=library, sent_at__lte=clock.end_of_day(day))
    return Q(received_at=None) & late


# Closed for longer than this, a library is not waited for.
LOOK_BACK = timedelta(days=40)


def _receive(request: StaffRequest, transit: Transit, answers: Answers) -> str:
    staff = staff_of(request)
    result = services.check_in(item=transit.item, library=staff.library, by=staff)
    return _("已收书，《%(title)s》。") % {"title": result.item.holding.record.title}


receive = Action(
    "receive",
    gettext_lazy("本馆收书"),
    run=_receive,
    permission="circulation.check_in",
    icon="package",
    tone=Tone.GOOD,
    when=lambda transit: transit.is_open,
    many=True,
    confirm=gettext_lazy("确认书已在本馆手上？预约的书会放上预约架并通知读者。"),
)


@screen
class Transits(ListScreen[Transit]):
    name = "circulation.transits"
    title = gettext_lazy("调拨")
    section = Section.CIRCULATION
    icon = "truck-delivery"
    order = 40
    permission = "circulation.view_transit"
    words = (gettext_lazy("通借通还"), gettext_lazy("书箱"), "diaobo")
    create = "circulation.transit.new"
    create_title = gettext_lazy("送出一册")
    columns = (
        Column(gettext_lazy("书名"), "item.holding.record.full_title"),
        Column(gettext_lazy("条码"), "item.barcode", narrow=False),
        Column(gettext_lazy("发出馆"), "from_library.label", narrow=False),
        Column(gettext_lazy("送往"), "to_library.label"),
        Column(gettext_lazy("事由"), "get_reason_display"),
        Column(gettext_lazy("箱号"), "box.number", narrow=False),
        Column(gettext_lazy("发出时间"), "sent_at", kind=Kind.MOMENT, sort="sent_at", narrow=False),
        Column(gettext_lazy("收到时间"), "received_at", kind=Kind.MOMENT, sort="received_at"),
    )
    filters = (
        FlagFilter("open", gettext_lazy("在途"), where=Q(received_at=None)),
        FlagFilter("missing", gettext_lazy("在途超过 5 个开馆日"), where=_long_under_way),
        ChoiceFilter("reason", gettext_lazy("事由"), choices=TransitReason.choices),
        RelatedFilter(
            "to",
            gettext_lazy("送往"),
            field="to_library",
            rows=lambda request: Library.objects.filter(active=True),
        ),
        DateFilter("sent", gettext_lazy("发出日期"), field="sent_at"),
        TextFilter("barcode", gettext_lazy("条码"), field="item__barcode", lookup="istartswith"),
    )
    search_fields = ("item__holding__record__title", "item__barcode")
    search_hint = gettext_lazy("书名、条码")
    order_by = ("-sent_at",)
    empty = gettext_lazy("没有调拨。在还书台扫描别馆的书，会自动装箱送回。")
    actions = (receive,)

    def rows(self, request: StaffRequest) -> QuerySet[Transit]:
        return queries.transits_visible_to(staff_of(request))


class SendForm(CopyForm):
    to = forms.ModelChoiceField(label=gettext_lazy("送往"), queryset=Library.objects.none())
    reason = forms.ChoiceField(
        label=gettext_lazy("事由"),
        choices=[
            (TransitReason.HOME.value, TransitReason.HOME.label),
            (TransitReason.REPAIR.value, TransitReason.REPAIR.label),
        ],
    )


@screen
class SendItem(FormScreen[Transit]):
    name = "circulation.transit.new"
    title = gettext_lazy("送出一册")
    listing = "circulation.transits"
    permission = "circulation.send_item"
    form = SendForm
    done = gettext_lazy("已登记，请装箱。")

    def make_form(
        self,
        request: StaffRequest,
        row: Transit | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, object] | None",
    ) -> SendForm:
        form = SendForm(data)
        field = form.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
        field.queryset = Library.objects.filter(active=True)
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Transit | None) -> Transit | HttpResponse:
        answers = form.cleaned_data
        return services.send(
            item=copy_named(answers),
            to=answers["to"],
            reason=TransitReason(answers["reason"]),
            by=staff_of(request),
        )


@card(order=13, permission="circulation.view_transit")
def boxes_on_the_way(request: StaffRequest) -> Card | None:
    """Say on the home page how many copies are on their way here."""
    staff = staff_of(request)
    number = Transit.objects.filter(to_library=staff.library, received_at=None).count()
    url = reverse("console:circulation.transits") + "?open=1"
    return Card(
        _("在途到馆"),
        number=number,
        url=url,
        icon="truck-delivery",
        tone=Tone.ACTIVE,
        note=_("到馆后在还书台扫描收书"),
    )
