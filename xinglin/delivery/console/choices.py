"""What the forms of the policy offer to choose from."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from xinglin.console.access import StaffRequest
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.delivery.services.policy import CHANGE


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Offer rows in a field of a form that is declared without any."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so in every form here)
    field.queryset = rows


def libraries_governed(request: StaffRequest) -> QuerySet[Library]:
    """Return the libraries whose policy of document delivery a librarian may change."""
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE), active=True)
