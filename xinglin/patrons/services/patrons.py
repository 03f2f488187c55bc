"""Registering and amending readers."""

import calendar
from datetime import date
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.history import Actor
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.errors import (
    CardNumberTaken,
    ChangedMeanwhile,
    PatronUnfit,
    StaffNumberTaken,
)
from xinglin.patrons.events import PatronRegistered
from xinglin.patrons.models import Card, Patron, PatronCategory
from xinglin.patrons.text import card_number_of, email_of, is_card_number, name_key_of, phone_of

# Who acts is written down by name; a reader who corrects their own file is "读者本人".
THE_READER = "读者本人"


class File(TypedDict, total=False):
    """What a reader's file holds besides home library and card."""

    name: str
    category: PatronCategory
    department: str
    title: str
    staff_number: str
    phone: str
    email: str
    research_topics: str
    interests: str
    expires_on: date | None


def actor(by: Staff | None) -> Actor:
    """Return who history says it was."""
    return by.user if by else None


def locked(patron: Patron) -> Patron:
    """Return the reader's row, locked until the transaction ends."""
    return (
        Patron.objects.select_for_update(of=("self",))
        .select_related("category", "home_library")
        .get(pk=patron.pk)
    )


def valid_until(category: PatronCategory, *, since: date) -> date | None:
    """Return until when a card of a category is good, or None when it does not end.

    Months of the calendar: a card of 31 August that is good for six months ends on the last of February.
    """
    if category.months_valid is None:
        return None
    months = since.month - 1 + category.months_valid
    year, month = since.year + months // 12, months % 12 + 1
    return date(year, month, min(since.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def register(*, home_library: Library, card_number: str, by: Staff | None, **file: Unpack[File]) -> Patron:
    """Register a reader and issue the first card. Without an expiry, the category's validity counts.

    Of two registrations of one card number at the same moment the database lets one through.

    Raises ``CardNumberTaken``, ``StaffNumberTaken``, or ``PatronUnfit`` with what cannot be.
    """
    access.require(by, "patrons.register_patron", home_library.pk)
    number = checked_card_number(card_number)
    if "expires_on" not in file:
        file["expires_on"] = valid_until(file["category"], since=clock.today())
    patron = Patron(home_library=home_library, registered_at=clock.now(), **checked(file))
    patron.name_key = name_key_of(patron.name)
    keep(patron)
    keep_card(Card(number=number, patron=patron, issued_at=clock.now()))
    history.record(patron, "register", by=actor(by), changes={"card": number, "library": home_library.code})
    announce(PatronRegistered(patron_id=patron.pk))
    return patron


@transaction.atomic
def amend(
    *,
    patron: Patron,
    by: Staff | None,
    version: int | None = None,
    home_library: Library | None = None,
    by_the_reader: bool = False,
    **file: Unpack[File],
) -> Patron:
    """Change a reader's file; history keeps what stood before.

    ``version`` is the one the form was opened with. A move to another home library needs the right
    in both.

    Raises ``ChangedMeanwhile``, ``StaffNumberTaken``, or ``PatronUnfit`` with what cannot be.
    """
    access.require(by, "patrons.change_patron", patron.home_library_id)
    kept = locked(patron)
    if version is not None and version != kept.version:
        raise ChangedMeanwhile(
            _("「%(name)s」的资料刚被别人改过；请重新打开再改，您填写的内容没有保存。"), name=kept.name
        )
    new: dict[str, object] = {**checked(file)}
    if home_library is not None and home_library.pk != kept.home_library_id:
        access.require(by, "patrons.change_patron", home_library.pk)
        new["home_library"] = home_library
    changes = {
        name: [getattr(kept, name), value] for name, value in new.items() if getattr(kept, name) != value
    }
    if not changes:
        return kept
    for name in changes:
        setattr(kept, name, new[name])
    kept.name_key = name_key_of(kept.name)
    kept.version += 1
    keep(kept)
    history.record(
        kept,
        "amend",
        by=THE_READER if by_the_reader else actor(by),
        changes={name: [_shown(old), _shown(now)] for name, (old, now) in changes.items()},
    )
    return kept


@transaction.atomic
def extend(*, patron: Patron, until: date | None = None, by: Staff | None) -> Patron:
    """Let a reader's card be good for longer: until a day, or for the category's months from today on.

    Raises ``PatronUnfit`` for a day that is past.
    """
    access.require(by, "patrons.change_patron", patron.home_library_id)
    kept = locked(patron)
    end = until or valid_until(kept.category, since=max(clock.today(), kept.expires_on or clock.today()))
    if end is not None and end < clock.today():
        raise PatronUnfit(_("新的有效期 %(end)s 已经过去；请选今天以后的日期。"), end=end.isoformat())
    changes = {"expires_on": [_shown(kept.expires_on), _shown(end)]}
    kept.expires_on = end
    kept.version += 1
    kept.save(update_fields=["expires_on", "version"])
    history.record(kept, "extend", by=actor(by), changes=changes)
    return kept


def checked(file: File) -> File:
    """Return a reader's file in the one form it is kept in. Raises ``PatronUnfit``."""
    if "name" in file:
        file["name"] = " ".join(file["name"].split())
        if not file["name"]:
            raise PatronUnfit(_("请填写读者姓名。"))
    if "staff_number" in file:
        file["staff_number"] = card_number_of(file["staff_number"])
    if "phone" in file:
        phone = phone_of(file["phone"])
        if phone is None:
            raise PatronUnfit(
                _("「%(phone)s」不是手机号，也不是带区号的座机号；请核对。"), phone=file["phone"]
            )
        file["phone"] = phone
    if "email" in file:
        email = email_of(file["email"])
        if email is None:
            raise PatronUnfit(_("「%(email)s」不是邮箱地址；请核对。"), email=file["email"])
        file["email"] = email
    return file


def checked_card_number(written: str) -> str:
    """Return a card number in the one form it is kept in. Raises ``PatronUnfit``."""
    number = card_number_of(written)
    if not is_card_number(number):
        raise PatronUnfit(
            _("卡号「%(number)s」不能用：要 2 到 40 位字母或数字，中间可有 - . / _。"), number=written
        )
    return number


def keep(patron: Patron) -> None:
    """Save a reader. Raises ``StaffNumberTaken``, whoever was faster."""
    try:
        with transaction.atomic():
            patron.save()
    except IntegrityError as error:
        if "staff_number_once_in_a_library" not in str(error):
            raise
        raise StaffNumberTaken(
            _("本馆已有工号为 %(number)s 的读者；请先查一下是不是同一个人。"), number=patron.staff_number
        ) from None


def keep_card(card: Card) -> None:
    """Save a new card. Raises ``CardNumberTaken``, whoever was faster."""
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError as error:
        if "number" not in str(error):
            raise
        raise CardNumberTaken(
            _("卡号 %(number)s 已被使用（含旧卡）；请换一个。"), number=card.number
        ) from None


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int)) else str(value)
