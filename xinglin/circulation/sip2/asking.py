"""What a machine asks, and how it is answered: one function for each message, found by its two digits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from xinglin.catalog.errors import ItemUnknown
from xinglin.catalog.models import Item
from xinglin.catalog.queries import item_by_barcode
from xinglin.circulation.models import Device, DeviceRight, DueForm
from xinglin.circulation.sip2.wire import Message, date_of
from xinglin.commons import clock
from xinglin.patrons.errors import CardUnknown
from xinglin.patrons.models import Patron
from xinglin.patrons.queries import find_by_card, find_by_staff_number
from xinglin.patrons.services import verify_card

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """An answer before it is written: fixed part, fields, and why something was not done, for the monitor."""

    code: str
    fixed: str
    fields: Fields = field(default_factory=list)
    refused: str = ""
    needs_person: bool = False


@dataclass(frozen=True)
class Asking:
    """One request of one machine."""

    device: Device
    message: Message
    now: datetime
    institution: str = ""

    @property
    def stamp(self) -> str:
        return date_of(self.now)

    def fixed(self, name: str) -> str:
        return self.message.fixed.get(name, "")

    def head(self) -> Fields:
        """The field that begins almost every answer: the institution as the machine named it, or ours."""
        return [("AO", self.message.first("AO") or self.institution)]

    def echo(self, *names: str) -> Fields:
        """Fields that an answer must repeat, empty where the request had none."""
        return [(name, self.message.first(name)) for name in names]

    def patron(self) -> Patron:
        """Return the reader of the request, by card or by staff number of the machine's library.

        Raises ``CardUnknown``, ``CardLost``.
        """
        number = self.message.first("AA")
        try:
            return find_by_card(number)
        except CardUnknown:
            found = find_by_staff_number(number, library=self.device.library)
            if found is None:
                raise
            return found

    def password_is_right(self, patron: Patron) -> bool | None:
        """Tell whether the reader's password fits; None when none was sent. Raises ``TooManyTries``."""
        if not self.message.first("AD"):
            return None
        proved = verify_card(
            card_number=patron.card_number,
            secret=self.message.first("AD"),
            asked_from=f"sip2:{self.device.pk}",
        )
        return proved is not None and proved.pk == patron.pk

    def item(self) -> Item:
        """Return the copy of the request; a barcode that several libraries have means the machine's own.

        Raises ``ItemUnknown``.
        """
        barcode = self.message.first("AB")
        try:
            return item_by_barcode(barcode)
        except ItemUnknown:
            return item_by_barcode(barcode, library=self.device.library)

    def due_text(self, moment: datetime) -> str:
        here = clock.local(moment)
        return {
            DueForm.DAY: f"{here:%Y-%m-%d}",
            DueForm.MOMENT: f"{here:%Y-%m-%d %H:%M:%S}",
            DueForm.SIP: date_of(moment),
        }[DueForm(self.device.due_form)]


@dataclass(frozen=True)
class Handling:
    """Who answers a request, what right the machine needs, and how the same is refused."""

    answer: Callable[[Asking], Answer]
    refuse: Callable[[Asking, str], Answer]
    right: DeviceRight | None


HANDLINGS: dict[str, Handling] = {}


def answers(
    code: str, *, refuse: Callable[[Asking, str], Answer], right: DeviceRight | None = None
) -> Callable[[Callable[[Asking], Answer]], Callable[[Asking], Answer]]:
    """Register who answers a request."""

    def register(function: Callable[[Asking], Answer]) -> Callable[[Asking], Answer]:
        HANDLINGS[code] = Handling(function, refuse, right)
        return function

    return register


def flag(value: bool) -> str:
    return "Y" if value else "N"


def told(*sentences: str) -> Fields:
    """Return what the machine shows and what it prints."""
    said = [sentence for sentence in sentences if sentence]
    return [*(("AF", sentence) for sentence in said), *(("AG", sentence) for sentence in said)]


def lines(name: str, values: Iterable[str]) -> Fields:
    return [(name, value) for value in values]


def not_proved() -> str:
    return _("请输入读者证密码。")
