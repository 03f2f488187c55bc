"""What a scanner sends: a card or a copy; and the line with which the desk answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.errors import ItemUnknown
from xinglin.catalog.models import Item
from xinglin.catalog.queries import item_by_barcode
from xinglin.circulation.errors import Block
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.tones import Tone
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron
from xinglin.patrons.queries import find_by_card, present_patron

SALT = "xinglin.circulation.reader"
# Whose card was scanned stays open on a desk for a working day at most.
OPEN_FOR = 12 * 3600


class CopyForm(forms.Form):
    """One copy by its barcode; where several libraries have the barcode, of which library (dp2 issue 24)."""

    barcode = forms.CharField(label=gettext_lazy("单册条码"), max_length=60)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("书的所属馆"),
        queryset=Library.objects.filter(active=True),
        required=False,
        empty_label=gettext_lazy("几个馆有同一条码时才要选"),
    )


def copy_named(answers: Mapping[str, Any]) -> Item:
    """Return the copy of a ``CopyForm``. Raises ``ItemUnknown`` for none, or for several and no library."""
    return item_by_barcode(answers["barcode"], library=answers["owner"])


@dataclass(frozen=True)
class Line:
    """One answer of the desk: a word to act upon, large, and what belongs to it."""

    tone: Tone
    heading: str
    title: str = ""
    details: tuple[str, ...] = ()
    item: Item | None = None
    # Lent against the rules all the same, when a reason is written.
    may_override: bool = False
    choices: tuple[Item, ...] = ()
    url: str = ""


def refused(refusal: Refusal, item: Item | None = None) -> Line:
    """Return the line of a refusal: its own sentence, and whether a reason would help."""
    return Line(
        Tone.BAD,
        _("未办理"),
        title=item.holding.record.title if item else "",
        details=(str(refusal),),
        item=item,
        may_override=item is not None and isinstance(refusal, Block) and refusal.may_be_overridden,
    )


def token_of(patron: Patron) -> str:
    """Return what stands for a reader in the desk's address: only who scanned the card has it."""
    return signing.dumps(patron.pk, salt=SALT)


def reader_of(request: StaffRequest) -> Patron | None:
    """Return the reader whose card was scanned here, or None."""
    token = request.POST.get("reader") or request.GET.get("reader") or ""
    try:
        return present_patron(int(signing.loads(token, salt=SALT, max_age=OPEN_FOR)))
    except (signing.BadSignature, ValueError):
        return None


def copies_of(request: StaffRequest) -> list[Item]:
    """Return the copies that were scanned: one, or several where libraries share a barcode (dp2 issue 24).

    Raises ``ItemUnknown`` for none.
    """
    items = Item.objects.select_related("holding__record", "library")
    chosen = request.POST.get("item", "")
    code = request.POST.get("code", "").strip()
    number = whole(chosen)
    found = list(items.filter(barcode=code)[:9] if number is None else items.filter(pk=number))
    if not found or not (chosen or code):
        raise ItemUnknown(_("没有条码为 %(barcode)s 的单册；请核对条码。"), barcode=code)
    return found


def which_of(found: list[Item]) -> Line:
    """Return the line that asks from which library a copy is."""
    return Line(
        Tone.WAITING, _("请选是哪个馆的书"), details=(_("几个馆都有这个条码。"),), choices=tuple(found)
    )


def card_of(code: str) -> Patron | None:
    """Return the reader of a card, or None when a code is no card at all; a lost card is refused."""
    try:
        return find_by_card(code)
    except Refusal as refusal:
        if refusal.status == 404:
            return None
        raise


def lead_to(request: StaffRequest, address: str) -> HttpResponse:
    """Send the browser to an address, from a whole page or from a part of one."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
