"""Who has it: partners' own catalogues, asked by SRU or Z39.50 before a request goes out."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinglin.catalog.copying.looking import By, how_many
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.ill import queries
from xinglin.ill.models import Partner, PartnerAnswer, Wish

# A catalogue that did not answer is asked again for the next request, one that did only after a day.
ASK_AGAIN_AFTER = timedelta(days=1)


def to_be_asked(wish: Wish) -> QuerySet[Partner]:
    """Return the partners whose catalogue can be asked for what a request names and was not asked today."""
    number = queries.number_of(wish)
    if not number:
        return Partner.objects.none()
    told = PartnerAnswer.objects.filter(
        number=number, holds__isnull=False, at__gt=clock.now() - ASK_AGAIN_AFTER
    )
    rows = Partner.objects.filter(active=True, catalogue__active=True).select_related("catalogue")
    return rows.exclude(pk__in=told.values("partner")).order_by("pk")


def ask_catalogues(*, wish: Wish) -> int:
    """Ask each partner's catalogue and keep what it says; return how many answered.

    Waits for the catalogues: not in a transaction. One that is silent or refuses counts as one of which nothing is
    known: the request is sent all the same.
    """
    number = queries.number_of(wish)
    by = By.ISBN if wish.isbn else By.ISSN
    answered = 0
    for partner in to_be_asked(wish):
        if partner.catalogue is None:
            continue
        holds: bool | None = None
        try:
            found = how_many(partner.catalogue, by=by, text=number)
            holds, said = found > 0, _("%(n)d 条记录") % {"n": found}
            answered += 1
        except Refusal as refusal:
            said = str(refusal)
        PartnerAnswer.objects.update_or_create(
            partner=partner, number=number, defaults={"holds": holds, "said": said[:200], "at": clock.now()}
        )
    return answered
