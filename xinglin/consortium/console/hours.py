"""Opening hours: the week on one page, and the days that do not follow it."""

from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DateFilter,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium import access, queries, services
from xinglin.consortium.access import staff_of
from xinglin.consortium.hours import Span, spans_of
from xinglin.consortium.models import Library, OpeningException
from xinglin.consortium.models.libraries import Weekday


class SpansField(forms.CharField):
    """The hours of one day as people write them."""

    def clean(self, value: object) -> tuple[Span, ...]:
        """Return the spans; nothing written is closed."""
        try:
            return spans_of(str(value or ""))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None


def _written(spans: tuple[Span, ...]) -> str:
    return ", ".join(str(span).replace("–", "-") for span in spans)


class WeekForm(forms.Form):
    """An ordinary week; an empty day is closed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for day in Weekday:
            self.fields[f"day{day.value}"] = SpansField(label=day.label, required=False)
        self.fields["day0"].help_text = gettext_lazy(
            "例如 08:00-12:00, 14:00-17:30；不填为闭馆，开到半夜写 24:00"
        )


class SpecialDayForm(forms.Form):
    """A day that does not follow the week."""

    library = forms.ModelChoiceField(label=gettext_lazy("图书馆"), queryset=Library.objects.none())
    day = forms.DateField(
        label=gettext_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    spans = SpansField(
        label=gettext_lazy("开馆时间"),
        required=False,
        help_text=gettext_lazy("不填为闭馆；调休上班写 08:00-12:00, 14:00-17:30"),
    )
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("读者会看到，例如「国庆节」"),
    )


@screen
class EditWeek(FormScreen[Library]):
    name = "consortium.library.week"
    title = gettext_lazy("每周开馆时间")
    listing = "consortium.libraries"
    permission = "consortium.change_hours"
    detail = "consortium.library"
    form = WeekForm
    edits = True

    def initial(self, request: StaffRequest, row: Library | None) -> dict[str, object]:
        week = queries.timetable_of(row).week if row else {}
        return {f"day{day.value}": _written(week.get(day.value, ())) for day in Weekday}

    def save(self, request: StaffRequest, form: forms.Form, row: Library | None) -> Library:
        if row is None:
            raise TypeError("a form that edits has a row")
        week = {day.value: form.cleaned_data[f"day{day.value}"] for day in Weekday}
        services.set_week(library=row, week=week, by=staff_of(request))
        return row


def _clear(request: StaffRequest, row: OpeningException, answers: Answers) -> str:
    services.clear_special_day(library=row.library, day=row.day, by=staff_of(request))
    return _("已恢复为平时的开馆时间。")


@screen
class SpecialDays(ListScreen[OpeningException]):
    name = "consortium.special_days"
    title = gettext_lazy("节假日与调休")
    section = Section.CONSORTIUM
    icon = "calendar-event"
    order = 20
    permission = "consortium.view_library"
    words = (gettext_lazy("闭馆"), gettext_lazy("放假"), gettext_lazy("例外日期"))
    create = "consortium.special_day.new"
    create_title = gettext_lazy("新增例外日期")
    columns = (
        Column(gettext_lazy("日期"), "day", kind=Kind.DAY, sort="day"),
        Column(gettext_lazy("图书馆"), "library.name", sort="library__name"),
        Column(
            gettext_lazy("开馆时间"),
            lambda row: Span(row.opens, row.closes) if row.opens and row.closes else _("闭馆"),
        ),
        Column(gettext_lazy("原因"), "reason"),
    )
    filters = (
        DateFilter("day", gettext_lazy("日期"), field="day"),
        RelatedFilter(
            "library",
            gettext_lazy("图书馆"),
            field="library",
            rows=lambda request: queries.libraries_visible_to(staff_of(request)),
        ),
    )
    search_fields = ("reason", "library__name")
    search_hint = gettext_lazy("原因、馆名")
    order_by = ("-day", "library", "opens")
    empty = gettext_lazy("还没有例外日期。放假闭馆、调休上班都在这里登记，它们优先于每周的时间。")
    actions = (
        Action(
            "clear",
            gettext_lazy("取消例外"),
            run=_clear,
            confirm=gettext_lazy("这一天恢复为平时的开馆时间（一天有几段的，全部取消）。"),
            permission="consortium.change_hours",
            icon="trash",
            tone=Tone.BAD,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[OpeningException]:
        libraries = queries.libraries_visible_to(staff_of(request))
        return OpeningException.objects.filter(library__in=libraries).select_related("library")


@screen
class NewSpecialDay(FormScreen[OpeningException]):
    name = "consortium.special_day.new"
    title = gettext_lazy("新增例外日期")
    listing = "consortium.special_days"
    permission = "consortium.change_hours"
    form = SpecialDayForm

    def make_form(
        self, request: StaffRequest, row: OpeningException | None, data: object, files: object
    ) -> forms.Form:
        staff = staff_of(request)
        form = SpecialDayForm(
            request.POST if request.method == "POST" else None,
            initial={"library": staff.library_id, "day": clock.today() + timedelta(days=1)},
        )
        form.fields["library"] = forms.ModelChoiceField(
            label=gettext_lazy("图书馆"),
            queryset=Library.objects.filter(pk__in=access.libraries_of(staff, "consortium.change_hours")),
            initial=staff.library_id,
        )
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: OpeningException | None) -> OpeningException:
        told = form.cleaned_data
        services.set_special_day(
            library=told["library"],
            day=told["day"],
            spans=told["spans"],
            reason=told["reason"],
            by=staff_of(request),
        )
        return OpeningException.objects.filter(library=told["library"], day=told["day"])[0]
