"""What is read of inter-library loan by more than one caller."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Record, RecordState
from xinglin.catalog.search.numbers import standard_numbers
from xinglin.circulation.queries import lendable_items
from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.ill.choosing import Candidate, Tier
from xinglin.ill.errors import WishUnknown
from xinglin.ill.lifecycle import WANTED_CLOSED, LegState, Supplied
from xinglin.ill.models import (
    IllMessage,
    Leg,
    Partner,
    PartnerAnswer,
    PartnerHolding,
    SupplyRequest,
    Symbol,
    Wish,
)
from xinglin.ill.protocol.messages import Agency
from xinglin.patrons.models import Patron

VIEW = "ill.view_request"
HANDLE = "ill.handle_request"
# What a catalogue said is believed for so long; the copy may be lent meanwhile, and then the partner says so itself.
ANSWER_HOLDS_FOR = timedelta(days=3)


def wishes_visible_to(staff: Staff) -> QuerySet[Wish]:
    """Return what the readers of a librarian's libraries want, and what is fetched there."""
    libraries = access.libraries_of(staff, VIEW)
    return Wish.objects.filter(
        Q(library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related(
        "patron", "library", "leg__partner", "hold__item__library", "record", "upstream__partner"
    )


def supplies_visible_to(staff: Staff) -> QuerySet[SupplyRequest]:
    """Return what others want of a librarian's libraries."""
    libraries = access.libraries_of(staff, VIEW)
    return SupplyRequest.objects.filter(library__in=libraries).select_related(
        "partner", "library", "item__holding__record", "loan"
    )


def messages_visible_to(staff: Staff) -> QuerySet[IllMessage]:
    """Return the messages about what a librarian may see; unplaced ones for those of the whole consortium."""
    mine = Q(wish__in=wishes_visible_to(staff).values("pk")) | Q(
        supply__in=supplies_visible_to(staff).values("pk")
    )
    if access.has_whole_consortium(staff, VIEW):
        mine |= Q(wish__isnull=True, supply__isnull=True)
    return IllMessage.objects.filter(mine).select_related("partner", "wish", "supply").defer("xml", "answer")


def partners_visible_to(staff: Staff) -> QuerySet[Partner]:
    """Return our partners: whom we lend to is no secret among librarians."""
    return Partner.objects.all() if access.may_anywhere(staff, VIEW) else Partner.objects.none()


def symbols_visible_to(staff: Staff) -> QuerySet[Symbol]:
    """Return the symbols of a librarian's libraries."""
    return Symbol.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related("library")


def wishes_of(patron: Patron) -> QuerySet[Wish]:
    """Return a reader's own requests, the newest first."""
    return (
        Wish.objects.filter(patron=patron)
        .select_related("library", "leg__partner", "hold__pickup_library")
        .order_by("-asked_at", "-pk")
    )


def open_wishes_of(patron: Patron) -> QuerySet[Wish]:
    """Return what a reader still waits for, or has."""
    return wishes_of(patron).exclude(state__in=WANTED_CLOSED)


def wish_of(patron: Patron, pk: int) -> Wish:
    """Return one of a reader's own requests; another reader's is not found. Raises ``WishUnknown``."""
    found = wishes_of(patron).filter(pk=pk).first()
    if found is None:
        raise WishUnknown(_("没有这个互借申请，或者不是您的申请。"))
    return found


def record_on_our_shelves(*, isbn: str, issn: str) -> Record | None:
    """Return a title that some library of ours lends, by its number."""
    if isbn:
        asked = Q(isbns__overlap=sorted(standard_numbers(isbn)))
    elif issn:
        asked = Q(issns__overlap=[issn, issn.replace("-", "")])
    else:
        return None
    records = Record.objects.filter(asked, state=RecordState.ACTIVE).order_by("pk")[:5]
    return next((record for record in records if lendable_items(record).exists()), None)


def our_symbol(library: Library) -> Agency:
    """Return the symbol under which a library speaks: its own, that of one above it, or its code."""
    at: Library | None = library
    while at is not None:
        symbol = Symbol.objects.filter(library=at).order_by("is_broker", "pk").first()
        if symbol is not None:
            return Agency(symbol.value, symbol.type)
        at = at.parent
    return Agency(library.code, "XINGLIN")


def partner_of(agency: Agency) -> Partner | None:
    """Return the partner that a symbol names."""
    return Partner.objects.filter(symbol__iexact=agency.value, symbol_type__iexact=agency.type).first()


def candidates_for(wish: Wish, *, besides: Partner | None = None) -> list[tuple[Candidate, Partner]]:
    """Return what is known of every partner for one request."""
    numbers = {*standard_numbers(wish.isbn)} if wish.isbn else {wish.issn} - {""}
    holding = set(PartnerHolding.objects.filter(number__in=numbers).values_list("partner_id", flat=True))
    told = dict(
        PartnerAnswer.objects.filter(
            number=number_of(wish), holds__isnull=False, at__gt=clock.now() - ANSWER_HOLDS_FOR
        ).values_list("partner_id", "holds")
    )
    tried = set(wish.legs.values_list("partner_id", flat=True))
    counts = Partner.objects.filter(active=True).annotate(
        is_listed=Exists(PartnerHolding.objects.filter(partner=OuterRef("pk"))),
        waiting=Count("legs", filter=Q(legs__state=LegState.ASKED), distinct=True),
        lent=Count("legs", filter=Q(legs__state=LegState.DONE), distinct=True),
        borrowed=Count(
            "supplies",
            filter=Q(
                supplies__state__in=(Supplied.LOANED, Supplied.RETURNED, Supplied.COMPLETED, Supplied.COPIED)
            ),
            distinct=True,
        ),
    )
    weekday, city = clock.today().weekday(), wish.library.address
    found: list[tuple[Candidate, Partner]] = []
    for partner in counts:
        if besides is not None and partner.pk == besides.pk:
            continue
        candidate = Candidate(
            symbol=f"{partner.symbol_type}:{partner.symbol}",
            tier=Tier(partner.tier),
            same_city=bool(partner.city) and partner.city in city,
            holds=_holds(partner.pk, told, holding, is_listed=partner.is_listed) if numbers else None,
            lends=partner.lends,
            copies=partner.copies,
            open_today=weekday not in partner.closed_weekdays,
            cost_fen=partner.cost_fen,
            waiting=partner.waiting,
            most_waiting=partner.most_waiting,
            lent_to_us=partner.lent,
            borrowed_from_us=partner.borrowed,
            last_asked=partner.last_asked_at,
            tried=partner.pk in tried,
        )
        found.append((candidate, partner))
    return found


def _holds(
    partner_id: int, told: dict[int, bool | None], holding: set[int], *, is_listed: bool
) -> bool | None:
    """Return whether a partner has it: by its own catalogue, else by the list that we keep, else nobody knows."""
    if partner_id in told:
        return told[partner_id]
    return partner_id in holding if is_listed else None


def number_of(wish: Wish) -> str:
    """Return the number under which catalogues are asked: the ISBN in its longest form, or the ISSN; or ""."""
    forms = standard_numbers(wish.isbn or wish.issn)
    return max(forms, key=lambda form: (len(form), form))[:13] if forms else ""


def answers_about(wish: Wish) -> QuerySet[PartnerAnswer]:
    """Return what partners' catalogues said of a request's number, the newest first."""
    return PartnerAnswer.objects.filter(number=number_of(wish)).exclude(number="").select_related("partner")


def legs_to_time_out() -> QuerySet[Leg]:
    """Return the suppliers that should have answered by now."""
    return Leg.objects.filter(state=LegState.ASKED, answer_by__lte=clock.now()).order_by("answer_by")
