"""The reader's card as a QR code, for the scanner of a desk or a gate."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from xinglin.circulation.mobile.readers import reader_of
from xinglin.mobile.registry import MyEntry, add_my_entry, page

add_my_entry(MyEntry(gettext_lazy("电子读者证"), icon="id", url="mobile:card", order=5))


@page("card/", name="card", title=gettext_lazy("电子读者证"), tab="me", needs_identity=True)
def card(request: HttpRequest) -> HttpResponse:
    """Show the number of the active card as text and as a QR code; without a card, where to get one."""
    patron = reader_of(request)
    number = patron.card_number
    picture = segno.make(number, error="m", micro=False).svg_data_uri(scale=8, border=2) if number else ""
    context = {"patron": patron, "number": number, "picture": picture}
    return render(request, "circulation/mobile/card.html", context)
