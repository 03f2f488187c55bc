"""The rules of purchase, by whoever answers for the library, or for the consortium."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import RulesUnfit
from xinglin.acquisitions.models import PurchaseRules
from xinglin.acquisitions.queries import RULE
from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@dataclass(frozen=True, kw_only=True)
class RulesFile:
    """What the rules say."""

    most_open_suggestions: int
    price_limit_fen: int
    most_copies: int
    duties_bind: bool
    accession_is_barcode: bool


@transaction.atomic
def set_rules(*, library: Library | None, file: RulesFile, by: Staff | None) -> PurchaseRules:
    """Set the rules of a library, or of the consortium. Raises ``RulesUnfit``, ``NotAllowed``."""
    access.require(by, RULE, library.pk if library else None)
    if file.most_open_suggestions < 1 or file.most_copies < 1 or file.price_limit_fen < 1:
        raise RulesUnfit(_("条数、复本数和单价上限都至少为 1。"))
    rules, _made = PurchaseRules.objects.update_or_create(library=library, defaults=dict(vars(file)))
    history.record(rules, "change", by=by.user if by else None, changes=dict(vars(file)))
    return rules
