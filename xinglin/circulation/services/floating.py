"""Floating: rules by which a copy stays where it is brought back, and its moving there and home again."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.catalog.queries import barcode_is_taken
from xinglin.catalog.services import move_item
from xinglin.circulation import queries
from xinglin.circulation.errors import FloatingRuleUnfit
from xinglin.circulation.models import FloatingCopy, FloatingRule, Whereabouts
from xinglin.circulation.services.rules import CHANGE_RULE
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def let_float(
    *, owner: Library | None, stays_in: Library | None, item_type: str = "", by: Staff | None
) -> FloatingRule:
    """Let copies stay where they are brought back; for the copies of all libraries it is the consortium's hand.

    Raises ``FloatingRuleUnfit`` for a rule that there is, or that says nothing, ``NotAllowed``.
    """
    access.require(by, CHANGE_RULE, owner.pk if owner else None)
    if owner is not None and owner == stays_in:
        raise FloatingRuleUnfit(_("原属馆和还书馆是同一个馆，书本来就留在那里；请另选还书馆。"))
    try:
        with transaction.atomic():
            rule = FloatingRule.objects.create(
                owner=owner, stays_in=stays_in, item_type=item_type, made_by=by
            )
    except IntegrityError as error:
        if "one_floating_rule_for_a_case" not in str(error):
            raise
        raise FloatingRuleUnfit(_("同样的原属馆、还书馆和单册类型已有一条浮动规则，不用再加。")) from None
    history.record(rule, "add", by=by.user if by else None)
    return rule


@transaction.atomic
def stop_floating(*, rule: FloatingRule, by: Staff | None) -> FloatingRule:
    """Send copies home again from now on; those that stay elsewhere already are sent by hand.

    Raises ``FloatingRuleUnfit`` for a rule that was ended already, ``NotAllowed``.
    """
    access.require(by, CHANGE_RULE, rule.owner_id)
    current = FloatingRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if current.retired_at is not None:
        raise FloatingRuleUnfit(_("这条浮动规则已经停用，不用再停。"))
    current.retired_at = clock.now()
    current.save(update_fields=["retired_at"])
    history.record(current, "retire", by=by.user if by else None)
    return current


@dataclass(frozen=True)
class Stay:
    """That a copy stays where it was brought back: whose it is, and by which rule; None where it came home."""

    owner: Library
    rule: FloatingRule | None


def stay_of(item: Item, library: Library) -> Stay | None:
    """Return whether a copy of elsewhere stays in a library, or None when it goes home.

    It goes home too when another copy of the library has its barcode already (a barcode is a library's own).
    """
    afloat = FloatingCopy.objects.filter(item=item).select_related("owner").first()
    owner = afloat.owner if afloat is not None else item.library
    rule = None if owner == library else queries.floating_rule_for(owner, library, item.item_type)
    if rule is None and owner != library:
        return None
    if not item.holding.record.is_active or barcode_is_taken(item.barcode, library, besides=item):
        return None
    return Stay(owner, rule)


def settle_down(item: Item, library: Library, stay: Stay, *, by: Staff | None) -> Item:
    """Put a copy into the holdings of the library where it stays, or of its owner to whom it came home."""
    before = item.library
    afloat = FloatingCopy.objects.filter(item=item).first()
    home = stay.owner == library
    place = afloat.location if afloat is not None and home else ""
    location = item.holding.location
    moved = move_item(item=item, library=library, location=place, by=None)
    Whereabouts.objects.filter(item=item).delete()
    if home:
        FloatingCopy.objects.filter(item=item).delete()
    elif afloat is None:
        FloatingCopy.objects.create(item=item, owner=stay.owner, location=location, since=clock.now())
    else:
        FloatingCopy.objects.filter(item=item).update(since=clock.now())
    history.record(
        item,
        "come_home" if home else "float",
        by=by.user if by else None,
        changes={"library": [before.code, library.code]},
        reason=str(stay.rule or ""),
    )
    return moved
