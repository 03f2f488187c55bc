"""The rules of lending: added, amended as the next version, retired."""

from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.errors import RuleChangedMeanwhile, RuleExists
from xinglin.circulation.models import CirculationRule
from xinglin.circulation.terms import HOUSE_TERMS, Terms
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import PatronCategory

CHANGE_RULE = "circulation.change_rule"


@transaction.atomic
def add_rule(
    *,
    library: Library | None = None,
    home_library: Library | None = None,
    category: PatronCategory | None = None,
    item_type: str = "",
    terms: Terms = HOUSE_TERMS,
    by: Staff | None,
) -> CirculationRule:
    """Make a rule; what is left out means any. A rule for all libraries is the consortium's hand.

    Raises ``RuleExists``, ``NotAllowed``.
    """
    access.require(by, CHANGE_RULE, library.pk if library else None)
    before = CirculationRule.objects.filter(
        library=library, home_library=home_library, category=category, item_type=item_type
    ).order_by("-version")
    last = before.first()
    rule = CirculationRule(
        library=library,
        home_library=home_library,
        category=category,
        item_type=item_type,
        version=last.version + 1 if last else 1,
        made_at=clock.now(),
        made_by=by,
        **asdict(terms),
    )
    _save(rule)
    history.record(rule, "add", by=by.user if by else None)
    return rule


@transaction.atomic
def amend_rule(*, rule: CirculationRule, terms: Terms, by: Staff | None) -> CirculationRule:
    """Retire a rule and make its next version; loans made by the old one keep it.

    Raises ``RuleChangedMeanwhile``, ``NotAllowed``.
    """
    retire_rule(rule=rule, by=by)
    return add_rule(
        library=rule.library,
        home_library=rule.home_library,
        category=rule.category,
        item_type=rule.item_type,
        terms=terms,
        by=by,
    )


@transaction.atomic
def retire_rule(*, rule: CirculationRule, by: Staff | None) -> CirculationRule:
    """End a rule; a wider one holds from now on. Raises ``RuleChangedMeanwhile``, ``NotAllowed``."""
    access.require(by, CHANGE_RULE, rule.library_id)
    current = CirculationRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if current.retired_at is not None:
        raise RuleChangedMeanwhile(_("这条规则已被别人修改或停用，请刷新后在新版本上改。"))
    current.retired_at = clock.now()
    current.save(update_fields=["retired_at"])
    history.record(current, "retire", by=by.user if by else None)
    return current


def _save(rule: CirculationRule) -> None:
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as error:
        if "one_rule" not in str(error):
            raise
        raise RuleExists(_("同样的馆、读者和单册类型已有一条规则，请直接修改那一条。")) from None
