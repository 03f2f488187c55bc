"""What is read of readers by more than one caller."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.text import comparable
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.errors import CardLost, CardUnknown
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Card, CardState, ConsentKind, Directory, ImportBatch, Patron
from xinglin.patrons.text import card_number_of, masked_name, masked_number


def patrons_visible_to(staff: Staff) -> QuerySet[Patron]:
    """Return the readers whose home library someone may look into; the erased are not among them."""
    return (
        Patron.objects.filter(home_library__in=access.libraries_of(staff, "patrons.view_patron"))
        .exclude(state=State.ERASED)
        .select_related("category", "home_library")
        .prefetch_related("cards")
    )


def batches_visible_to(staff: Staff) -> QuerySet[ImportBatch]:
    """Return the imports into libraries for which someone may import."""
    return ImportBatch.objects.filter(
        library__in=access.libraries_of(staff, "patrons.import_patron")
    ).select_related("library", "uploaded_by__user")


def find_by_card(number: str) -> Patron:
    """Return the reader a card stands for; a replaced card goes on leading to its reader.

    Raises ``CardUnknown``, and ``CardLost`` for a card that was reported lost.
    """
    card = (
        Card.objects.select_related("patron__category", "patron__home_library")
        .filter(number=card_number_of(number))
        .first()
    )
    if card is None:
        raise CardUnknown(_("没有这张读者证；请核对卡号，或在服务台办证。"))
    if card.state == CardState.LOST:
        raise CardLost(_("这张读者证已挂失，不能使用；请请读者出示新卡，或到服务台补办。"))
    return card.patron


def find_by_staff_number(number: str, *, library: Library) -> Patron | None:
    """Return the reader with a staff number of a library (numbers repeat between hospitals), or None."""
    written = card_number_of(number)
    if not written:
        return None
    return (
        Patron.objects.select_related("category", "home_library")
        .filter(home_library=library, staff_number=written)
        .first()
    )


def matching(patrons: QuerySet[Patron], words: str) -> QuerySet[Patron]:
    """Return the readers that a librarian means: by name, pinyin, initials, card, staff number or end of phone."""
    folded = comparable(words)
    number = card_number_of(words)
    if not folded:
        return patrons
    found = (
        Q(name_key__contains=folded)
        | Q(pk__in=Card.objects.filter(number__startswith=number).values("patron"))
        | Q(staff_number=number)
    )
    if number.isdigit() and len(number) >= 4:
        found |= Q(phone__endswith=number)
    return patrons.filter(found)


def expiring_within(patrons: QuerySet[Patron], *, days: int) -> QuerySet[Patron]:
    """Return the active readers whose card ends within some days, today included."""
    today = clock.today()
    return patrons.filter(
        state=State.ACTIVE, expires_on__gte=today, expires_on__lte=today + timedelta(days=days)
    )


@dataclass(frozen=True)
class Glimpse:
    """What the desk of another library sees of a reader who stands before it: enough to serve, masked."""

    patron_id: int
    name: str
    card_number: str
    phone: str
    home_library: str
    category: str
    is_in_good_standing: bool


def glimpse_by_card(staff: Staff, number: str) -> Glimpse:
    """Return the masked view of a reader of any library, by the exact card shown at the desk.

    Raises ``NotAllowed``, ``CardUnknown``, ``CardLost``.
    """
    access.require(staff, "patrons.lookup_patron", staff.library_id)
    patron = find_by_card(number)
    return Glimpse(
        patron_id=patron.pk,
        name=masked_name(patron.name),
        card_number=masked_number(card_number_of(number)),
        phone=masked_number(patron.phone),
        home_library=patron.home_library.label,
        category=patron.category.name,
        is_in_good_standing=patron.is_in_good_standing,
    )


def has_consented(patron: Patron, kind: ConsentKind) -> bool:
    """Whether a reader agrees to something at present."""
    return patron.consents.filter(kind=kind, withdrawn_at=None).exists()


def as_reader(staff: Staff) -> Patron | None:
    """Return the reader that a member of staff is as well; only where the e-mail address is theirs alone."""
    if not staff.user.email:
        return None
    found = list(Patron.objects.filter(state=State.ACTIVE, email__iexact=staff.user.email)[:2])
    return found[0] if len(found) == 1 else None


def present_patron(patron_id: int) -> Patron | None:
    """Return a reader who has not been erased, or None."""
    return (
        Patron.objects.select_related("category", "home_library")
        .exclude(state=State.ERASED)
        .filter(pk=patron_id)
        .first()
    )


# What a reader is told of their own file, and what it is called there.
_OWN_FILE = (
    "name", "category", "home_library", "department", "title", "staff_number", "phone", "email",
    "research_topics", "interests", "expires_on", "registered_at",
)  # fmt: skip


def everything_about(patron: Patron) -> dict[str, object]:
    """Return all that this room keeps of a reader, in plain values, for themselves to take along."""
    words = {field.name: str(field.verbose_name) for field in Patron._meta.fields}
    cards = [
        {str(_("卡号")): card.number, str(_("状态")): card.get_state_display()} for card in patron.cards.all()
    ]
    consents = [
        {
            str(_("事项")): consent.get_kind_display(),
            str(_("同意时间")): consent.given_at.isoformat(),
            str(_("撤回时间")): consent.withdrawn_at.isoformat() if consent.withdrawn_at else "",
        }
        for consent in patron.consents.all()
    ]
    deeds = [
        {str(_("时间")): entry.at.isoformat(), str(_("操作")): entry.deed, str(_("变化")): entry.changes}
        for entry in history.history_of(patron)
    ]
    return {
        str(_("读者")): {words[name]: str(getattr(patron, name) or "") for name in _OWN_FILE},
        str(_("状态")): patron.get_state_display(),
        str(_("读者证")): cards,
        str(_("同意记录")): consents,
        str(_("操作记录")): deeds,
    }


def directories_visible_to(staff: Staff) -> QuerySet[Directory]:
    """Return the directories of someone's libraries."""
    return Directory.objects.filter(
        library__in=access.libraries_of(staff, "patrons.view_directory")
    ).select_related("library")


def directories_offered() -> QuerySet[Directory]:
    """Return what the sign-in page offers."""
    return Directory.objects.filter(active=True, library__active=True).select_related("library")
