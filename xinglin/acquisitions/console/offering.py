"""What the forms of this room offer: the libraries that someone may act for, and the funds of an order."""

from typing import Any, Generic, TypeVar, cast

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from xinglin.acquisitions import queries
from xinglin.acquisitions.models import Fund
from xinglin.acquisitions.queries import VIEW_ORDER
from xinglin.console.access import StaffRequest
from xinglin.console.screens import FormScreen
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library

Files = MultiValueDict[str, object] | None
M = TypeVar("M", bound=Model)


def libraries_to_see(request: StaffRequest) -> QuerySet[Library]:
    """Return the libraries whose orders someone may see."""
    return Library.objects.filter(pk__in=libraries_of(staff_of(request), VIEW_ORDER))


def offer_libraries(form: forms.Form, request: StaffRequest, permission: str) -> None:
    """Offer the running libraries in which someone holds a permission."""
    ours = Library.objects.filter(pk__in=libraries_of(staff_of(request), permission), active=True)
    cast("forms.ModelChoiceField[Library]", form.fields["library"]).queryset = ours


def offer_funds(form: forms.Form, request: StaffRequest, library_id: int) -> None:
    """Offer the funds in use that may pay for a library, this year's first."""
    mine = queries.funds_visible_to(staff_of(request)).filter(active=True, library=library_id)
    cast("forms.ModelChoiceField[Fund]", form.fields["fund"]).queryset = mine.order_by("-year", "code")


class OfLibraryForm(FormScreen[M], Generic[M]):
    """A form that begins with the library for which something is made; one's own is chosen already."""

    def initial(self, request: StaffRequest, row: M | None) -> dict[str, object]:
        return {"library": staff_of(request).library_id}

    def make_form(
        self, request: StaffRequest, row: M | None, data: QueryDict | None, files: Any
    ) -> forms.Form:
        form = self.form(data, initial=self.initial(request, row))
        offer_libraries(form, request, self.permission)
        return form
