"""Partners, what they hold, and the symbols under which we are addressed."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.search.numbers import standard_numbers
from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.ill.errors import PartnerUnfit
from xinglin.ill.models import Partner, PartnerHolding, Symbol

CHANGE = "ill.change_partner"


@transaction.atomic
def add_partner(*, by: Staff | None, secret: str = "", **file: Any) -> Partner:
    """Enter an institution with which we lend and borrow. Raises ``PartnerUnfit``, ``NotAllowed``."""
    access.require(by, CHANGE, None)
    partner = Partner(**file)
    return _keep(partner, secret, by, "add")


@transaction.atomic
def amend_partner(*, partner: Partner, by: Staff | None, secret: str = "", **file: Any) -> Partner:
    """Change a partner's entry; an empty secret leaves the one there is. Raises ``PartnerUnfit``, ``NotAllowed``."""
    access.require(by, CHANGE, None)
    kept = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    for name, value in file.items():
        setattr(kept, name, value)
    return _keep(kept, secret, by, "amend")


def _keep(partner: Partner, secret: str, by: Staff | None, deed: str) -> Partner:
    if not partner.url.startswith(("http://", "https://")):
        raise PartnerUnfit(_("接收地址要以 http:// 或 https:// 开头。"))
    if secret:
        if len(secret) < 16:
            raise PartnerUnfit(_("共享密钥至少 16 个字符。"))
        partner.secret = secret
    if not partner.sealed_secret and not partner.accepts_unsigned:
        raise PartnerUnfit(_("请填共享密钥；对方不能签名时，勾选「允许不签名」。"))
    try:
        partner.full_clean()
    except ValidationError as error:
        raise PartnerUnfit("；".join(error.messages)) from None
    partner.save()
    changes = {"name": partner.name, "url": partner.url, "active": partner.active}
    if deed == "add":
        history.record(partner, "add", by=by.user if by else None, changes=changes)
    else:
        history.record(partner, "amend", by=by.user if by else None, changes=changes)
    return partner


@transaction.atomic
def list_holdings(*, partner: Partner, numbers: Iterable[str], by: Staff | None) -> int:
    """Replace what a partner is known to hold, by ISBN or ISSN; return how many numbers were taken."""
    access.require(by, CHANGE, None)
    forms = {form for written in numbers for form in standard_numbers(written) if len(form) <= 13}
    forms |= {f"{form[:4]}-{form[4:]}" for form in forms if len(form) == 8}
    PartnerHolding.objects.filter(partner=partner).delete()
    PartnerHolding.objects.bulk_create(
        (PartnerHolding(partner=partner, number=form) for form in sorted(forms)), batch_size=2000
    )
    history.record(partner, "list_holdings", by=by.user if by else None, changes={"numbers": len(forms)})
    return len(forms)


@transaction.atomic
def name_symbol(
    *, library: Library, value: str, type: str = "ISIL", is_broker: bool = False, by: Staff | None
) -> Symbol:
    """Name a symbol under which one of our libraries, or all of us, is addressed. Raises ``PartnerUnfit``."""
    access.require(by, CHANGE, None)
    if not value.strip():
        raise PartnerUnfit(_("请填机构代码。"))
    symbol, _made = Symbol.objects.update_or_create(
        type=type.strip() or "ISIL",
        value=value.strip(),
        defaults={"library": library, "is_broker": is_broker},
    )
    history.record(symbol, "change", by=by.user if by else None, changes={"library": library.label})
    return symbol
