"""Telling everyone who asked; and the hold of who asked first."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.acquisitions import notice_kinds as kinds
from xinglin.acquisitions.lifecycle import SuggestionState
from xinglin.acquisitions.models import Suggestion, Vote
from xinglin.acquisitions.services.moving import locked
from xinglin.circulation.models import HoldSource
from xinglin.circulation.services import place
from xinglin.commons import history
from xinglin.commons.errors import Refusal
from xinglin.notices.services import owe
from xinglin.patrons.models import Patron


@transaction.atomic
def tell_of_decision(*, suggestion: Suggestion, turn: int) -> int:
    """Owe each asker the decision and its reason, unless it was changed meanwhile; return how many."""
    kept = locked(suggestion)
    if kept.turn != turn or kept.state not in (
        SuggestionState.APPROVED,
        SuggestionState.DECLINED,
        SuggestionState.ORDERED,
    ):
        return 0
    facts = {"title": kept.label, "reason": kept.reason, "library": kept.library.label}
    if kept.state == SuggestionState.DECLINED:
        kind, heading = kinds.DECLINED, _("荐购未采纳")
        text = _("您荐购的《%(title)s》没有采纳：%(reason)s") % facts
    else:
        kind, heading = kinds.APPROVED, _("荐购已采纳")
        text = _("您荐购的《%(title)s》%(library)s同意购买，到馆后通知您。%(reason)s") % facts
    askers = _askers(kept)
    for patron in askers:
        _owe(kept, patron, kind, heading, text, key=f"{kept.pk}-{turn}")
    return len(askers)


@transaction.atomic
def tell_of_arrival(*, suggestion: Suggestion) -> int:
    """Place the first asker's hold and tell everyone who asked; done twice, it has one effect."""
    kept = locked(suggestion)
    if kept.state != SuggestionState.ARRIVED or kept.record is None:
        return 0
    askers = _askers(kept)
    page = reverse("mobile:record", args=[kept.record.pk])
    for number, patron in enumerate(askers):
        got_it = number == 0 and _held_for(kept, patron)
        said = (
            _("您荐购的《%(title)s》已到%(library)s，已为您预约，加工好后通知您来取。")
            if got_it
            else _("您荐购的《%(title)s》已到%(library)s，加工后可借；现在就可以预约。")
        )
        text = said % {"title": kept.label, "library": kept.library.label}
        _owe(kept, patron, kinds.ARRIVED, _("荐购的书到了"), text, key=str(kept.pk), link=page)
    return len(askers)


def _held_for(kept: Suggestion, patron: Patron) -> bool:
    """Place the hold, once; a reader who may not hold now is told like the others, and history says why."""
    if kept.remark or kept.record is None:
        return kept.remark == HELD
    try:
        with transaction.atomic():
            place(patron=patron, record=kept.record, pickup_library=kept.library, source=HoldSource.IMPORT)
    except Refusal as refusal:
        kept.remark = str(refusal)[:200]
    else:
        kept.remark = HELD
    kept.save(update_fields=["remark"])
    history.record(kept, "reserve_for_asker", reason=kept.remark)
    return kept.remark == HELD


HELD = "已为第一位荐购人预约"


def _askers(kept: Suggestion) -> list[Patron]:
    """Return the readers who asked, the first one first; whoever was erased is left out."""
    votes = Vote.objects.filter(suggestion=kept).exclude(patron=None).select_related("patron__home_library")
    return [vote.patron for vote in votes if vote.patron is not None]


def _owe(
    kept: Suggestion, patron: Patron, kind: str, title: str, text: str, *, key: str, link: str = ""
) -> None:
    owe(
        patron=patron,
        kind=kind,
        key=key,
        title=title,
        text=text.strip(),
        link=link or reverse("mobile:suggestion", args=[kept.pk]),
        fields={"number": kept.number, "title": kept.label[:100]},
        library=kept.library,
    )
