"""Recording who may search and who may review."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.reference.errors import OrderUnfit
from xinglin.reference.models import Qualification, Skill
from xinglin.reference.queries import QUALIFY


@transaction.atomic
def record_qualification(*, staff: Staff, skill: Skill, certificate: str, issued_by: str = "",
                         valid_until: date | None = None, by: Staff | None) -> Qualification:  # fmt: skip
    """Record a certificate that was shown, or its extension. Nobody records their own.

    Raises ``OrderUnfit``.
    """
    access.require(by, QUALIFY, staff.library_id)
    if by is not None and by.pk == staff.pk:
        raise OrderUnfit(_("不能登记自己的资格；请另一位负责人核对证书后登记。"))
    if not certificate.strip():
        raise OrderUnfit(_("请填写证书编号。"))
    kept, _created = Qualification.objects.update_or_create(
        staff=staff,
        skill=skill,
        defaults={
            "certificate": certificate.strip(),
            "issued_by": issued_by.strip(),
            "valid_until": valid_until,
        },
    )
    changes = {
        "staff": staff.name,
        "skill": skill.value,
        "certificate": certificate,
        "valid_until": valid_until,
    }
    history.record(kept, "record_qualification", by=by.user if by else None, changes=changes)
    return kept


@transaction.atomic
def drop_qualification(*, qualification: Qualification, by: Staff | None) -> None:
    """Take a qualification back; reports that were issued under it stand."""
    access.require(by, QUALIFY, qualification.staff.library_id)
    changes = {"skill": qualification.skill, "certificate": qualification.certificate}
    history.record(qualification.staff, "drop_qualification", by=by.user if by else None, changes=changes)
    qualification.delete()
