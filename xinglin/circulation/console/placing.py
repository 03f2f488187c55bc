"""A librarian reserves for a reader who stands at the desk or telephones."""

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.circulation import services
from xinglin.circulation.console.scanning import CopyForm, copy_named
from xinglin.circulation.models import Hold, HoldSource
from xinglin.console.access import StaffRequest
from xinglin.console.screens import FormScreen, screen
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.consortium.queries import public_libraries
from xinglin.patrons.queries import find_by_card


class PlaceForm(CopyForm):
    """Who waits for what: any copy of the title is scanned, or typed."""

    field_order = ("card", "barcode", "owner")

    card = forms.CharField(label=gettext_lazy("读者证号"), max_length=60)
    barcode = forms.CharField(
        label=gettext_lazy("书的条码"),
        max_length=60,
        help_text=gettext_lazy("这种书任何一册的条码都可以。"),
    )
    this_copy = forms.BooleanField(label=gettext_lazy("只要这一册"), required=False)
    pickup_library = forms.ModelChoiceField(label=gettext_lazy("取书馆"), queryset=Library.objects.none())
    urgent_reason = forms.CharField(
        label=gettext_lazy("临床急用的理由"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("填了就排在普通预约之前；不要写病人的个人信息。"),
    )
    not_before = forms.DateField(
        label=gettext_lazy("这一天以后才要"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@screen
class PlaceHold(FormScreen[Hold]):
    name = "circulation.hold.new"
    title = gettext_lazy("代读者预约")
    listing = "circulation.holds"
    detail = "circulation.hold"
    permission = "circulation.place_hold"
    form = PlaceForm
    button = gettext_lazy("预约")
    done = gettext_lazy("已预约。")

    def make_form(
        self,
        request: StaffRequest,
        row: Hold | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, object] | None",
    ) -> PlaceForm:
        form = PlaceForm(data, initial={"pickup_library": staff_of(request).library})
        field = form.fields["pickup_library"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
        field.queryset = public_libraries()
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Hold | None) -> Hold | HttpResponse:
        staff, answers = staff_of(request), form.cleaned_data
        item = copy_named(answers)
        return services.place(
            patron=find_by_card(answers["card"]),
            record=item.holding.record,
            wanted_item=item if answers["this_copy"] else None,
            pickup_library=answers["pickup_library"],
            source=HoldSource.DESK,
            urgent_reason=answers["urgent_reason"],
            not_before=answers["not_before"],
            by=staff,
        )
