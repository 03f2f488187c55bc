"""Funds and vendors, and the one question asked of a fund: is there enough left."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import BudgetExceeded, FundUnfit
from xinglin.acquisitions.models import Fund, Vendor
from xinglin.acquisitions.queries import FUND, ORDER, standing_of
from xinglin.commons import history
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def open_fund(
    *,
    library: Library,
    year: int,
    code: str,
    name: str,
    budget_fen: int,
    department: str = "",
    by: Staff | None,
) -> Fund:
    """Open a year's fund of a library. Raises ``FundUnfit``, ``NotAllowed``."""
    access.require(by, FUND, library.pk)
    if not (code.strip() and name.strip() and 2000 <= year <= 2100):
        raise FundUnfit(_("请写年度（四位）、代码和名称。"))
    fund = Fund(
        library=library,
        year=year,
        code=code.strip(),
        name=name.strip(),
        department=department.strip(),
        budget_fen=budget_fen,
    )
    try:
        with transaction.atomic():
            fund.save()
    except IntegrityError:
        raise FundUnfit(
            _("%(library)s %(year)d 年已有代码为 %(code)s 的经费；请修改那一笔。"),
            library=library.label, year=year, code=fund.code,
        ) from None  # fmt: skip
    history.record(fund, "add", by=by.user if by else None, changes={"budget_fen": budget_fen})
    return fund


@transaction.atomic
def change_budget(
    *,
    fund: Fund,
    budget_fen: int,
    name: str = "",
    department: str | None = None,
    active: bool = True,
    by: Staff | None,
) -> Fund:
    """Change a fund's budget or name. Raises ``FundUnfit`` for a budget below what is bound and spent."""
    kept = locked_fund(fund)
    access.require(by, FUND, kept.library_id)
    used = standing_of(kept).used_fen
    if budget_fen < used:
        raise FundUnfit(
            _("“%(fund)s”已占用和支出 %(used)s，预算不能低于它。"), fund=kept.name, used=yuan_text(used)
        )
    before = kept.budget_fen
    kept.budget_fen, kept.name, kept.active = budget_fen, name.strip() or kept.name, active
    kept.department = kept.department if department is None else department.strip()
    kept.save()
    history.record(kept, "change", by=by.user if by else None, changes={"budget_fen": [before, budget_fen]})
    return kept


@transaction.atomic
def keep_vendor(
    *,
    code: str,
    name: str,
    contact: str = "",
    phone: str = "",
    email: str = "",
    columns: dict[str, str] | None = None,
    active: bool = True,
    by: Staff | None,
) -> Vendor:
    """Add a vendor, or change the one of that code. Raises ``FundUnfit``, ``NotAllowed``."""
    if by is not None and not access.may_anywhere(by, ORDER):
        access.require(by, ORDER, None)
    if not (code.strip() and name.strip()):
        raise FundUnfit(_("请写书商的代码和名称。"))
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            raise FundUnfit(_("邮箱 %(email)s 写法不对。"), email=email[:60]) from None
    vendor, made = Vendor.objects.update_or_create(
        code=code.strip(),
        defaults={
            "name": name.strip(),
            "contact": contact.strip(),
            "phone": phone.strip(),
            "email": email.strip(),
            "columns": columns or {},
            "active": active,
        },
    )
    history.record(vendor, "add" if made else "change", by=by.user if by else None)
    return vendor


def locked_fund(fund: Fund) -> Fund:
    """Return a fund as it is now, locked: its money moves in one order."""
    return Fund.objects.select_for_update(of=("self",)).select_related("library").get(pk=fund.pk)


def require_enough(fund: Fund, more_fen: int, *, override: str) -> None:
    """Let more money of a locked fund be used, or refuse. Raises ``BudgetExceeded``."""
    left = standing_of(fund).left_fen
    if more_fen > left and not override.strip():
        raise BudgetExceeded(
            _("“%(fund)s”还剩 %(left)s，这次要 %(more)s，差 %(short)s；请换一笔经费，或写明超支的理由。"),
            fund=fund.name, left=yuan_text(left), more=yuan_text(more_fen), short=yuan_text(more_fen - left),
        )  # fmt: skip
