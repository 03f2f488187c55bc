"""Changes to staff and their roles."""

from datetime import date

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access, roles
from xinglin.consortium.errors import (
    DutiesNotSeparated,
    LastAdministrator,
    LicenceMissing,
    PasswordTooWeak,
    RoleUnknown,
    SignInNameTaken,
)
from xinglin.consortium.models import Library, RoleGrant, Staff

# The house must never be without one who keeps the system and one who gives the rights.
NEVER_WITHOUT = (roles.SYSTEM_ADMINISTRATOR, roles.SECURITY_ADMINISTRATOR)
# Any number; every change to who administers waits for the one before (pg_advisory_xact_lock).
_ADMINISTRATION = 52_001


@transaction.atomic
def appoint_staff(
    *,
    library: Library,
    sign_in_name: str,
    name: str,
    password: str | None = None,
    title: str = "",
    phone: str = "",
    medical_licence: str = "",
    licence_valid_until: date | None = None,
    by: Staff | None,
) -> Staff:
    """Appoint someone to a library, with an account to sign in with; roles are granted apart.

    Without a password the account cannot sign in until one is set.

    Raises ``SignInNameTaken`` and ``PasswordTooWeak``.
    """
    access.require(by, "consortium.appoint_staff", library.pk)
    if User.objects.filter(username__iexact=sign_in_name).exists():
        raise SignInNameTaken(_("用户名「%(name)s」已有人使用；请换一个。"), name=sign_in_name)
    user = User(username=sign_in_name, first_name=name)
    _keep_password(user, password)
    user.save()
    staff = Staff.objects.create(
        user=user,
        library=library,
        title=title,
        phone=phone,
        medical_licence=medical_licence,
        licence_valid_until=licence_valid_until,
    )
    history.record(
        staff, "appoint", by=by.user if by else None, changes={"name": name, "library": library.code}
    )
    return staff


@transaction.atomic
def amend_staff(
    *,
    staff: Staff,
    name: str,
    title: str = "",
    phone: str = "",
    medical_licence: str = "",
    licence_valid_until: date | None = None,
    by: Staff | None,
) -> Staff:
    """Change what is said of a member of staff."""
    access.require(by, "consortium.appoint_staff", staff.library_id)
    kept = Staff.objects.select_for_update().select_related("user").get(pk=staff.pk)
    new: dict[str, object] = {
        "title": title,
        "phone": phone,
        "medical_licence": medical_licence,
        "licence_valid_until": licence_valid_until,
    }
    changes = {
        field: [str(getattr(kept, field)), str(value)]
        for field, value in new.items()
        if getattr(kept, field) != value
    }
    if kept.user.first_name != name:
        changes["name"] = [kept.user.first_name, name]
        kept.user.first_name = name
        kept.user.save(update_fields=["first_name"])
    for field, value in new.items():
        setattr(kept, field, value)
    kept.save()
    if changes:
        history.record(kept, "amend", by=by.user if by else None, changes=changes)
    return kept


@transaction.atomic
def set_staff_password(*, staff: Staff, password: str, by: Staff | None) -> None:
    """Give someone a new password; their open sessions end. Raises ``PasswordTooWeak``."""
    if by is None or by.pk != staff.pk:
        access.require(by, "consortium.appoint_staff", staff.library_id)
    _keep_password(staff.user, password)
    staff.user.save(update_fields=["password"])
    history.record(staff, "set_password", by=by.user if by else None)


@transaction.atomic
def retire_staff(*, staff: Staff, reason: str = "", by: Staff | None) -> Staff:
    """Let someone leave: the account no longer signs in, and all roles end.

    Raises ``LastAdministrator`` when nobody else keeps the system or gives the rights.
    """
    access.require(by, "consortium.retire_staff", staff.library_id)
    _one_at_a_time()
    kept = Staff.objects.select_for_update().select_related("user").get(pk=staff.pk)
    for role in NEVER_WITHOUT:
        _someone_else_must_be(role, besides=RoleGrant.objects.filter(staff=kept))
    ended = [str(grant) for grant in kept.grants.all()]
    kept.grants.all().delete()
    kept.active = kept.user.is_active = False
    kept.save(update_fields=["active"])
    kept.user.save(update_fields=["is_active"])
    _forget_roles(staff, kept)
    history.record(kept, "retire", by=by.user if by else None, changes={"roles": ended}, reason=reason)
    return kept


@transaction.atomic
def reinstate_staff(*, staff: Staff, by: Staff | None) -> Staff:
    """Take someone back who had left; roles are granted anew."""
    access.require(by, "consortium.appoint_staff", staff.library_id)
    kept = Staff.objects.select_for_update().select_related("user").get(pk=staff.pk)
    kept.active = kept.user.is_active = True
    kept.save(update_fields=["active"])
    kept.user.save(update_fields=["is_active"])
    history.record(kept, "reinstate", by=by.user if by else None)
    return kept


@transaction.atomic
def grant_role(*, staff: Staff, role: str, library: Library | None, by: Staff | None) -> RoleGrant:
    """Give someone a role over a library and all below it, or (None) over the whole consortium.

    Who grants must hold the right to over the same scope. Granting twice is granting once.

    Raises ``RoleUnknown``, ``DutiesNotSeparated``, and ``LicenceMissing`` for a gatekeeper.
    """
    access.require(by, "consortium.grant_role", library.pk if library else None)
    access.require(by, "consortium.grant_role", staff.library_id)
    if role not in roles.ROLES:
        raise RoleUnknown(_("没有「%(role)s」这个角色。"), role=role)
    _one_at_a_time()
    held = set(staff.grants.values_list("role", flat=True))
    audited = {roles.SYSTEM_ADMINISTRATOR, roles.SECURITY_ADMINISTRATOR}
    if (role == roles.AUDIT_ADMINISTRATOR and held & audited) or (
        role in audited and roles.AUDIT_ADMINISTRATOR in held
    ):
        raise DutiesNotSeparated(
            _("%(name)s 不能同时担任审计管理员与系统、安全管理员；请交给另一位馆员。"), name=staff.name
        )
    if roles.ROLES[role].needs_licence and not staff.is_licensed(clock.today()):
        raise LicenceMissing(
            _("%(name)s 没有在有效期内的医师执业证，不能担任%(role)s；请先登记执业证号与有效期。"),
            name=staff.name,
            role=roles.ROLES[role].name,
        )
    grant, is_new = RoleGrant.objects.get_or_create(staff=staff, role=role, library=library)
    _forget_roles(staff)
    if is_new:
        history.record(staff, "grant_role", by=by.user if by else None, changes={"role": str(grant)})
    return grant


@transaction.atomic
def revoke_role(*, grant: RoleGrant, reason: str = "", by: Staff | None) -> None:
    """Take a role back. Raises ``LastAdministrator`` when nobody else would hold it."""
    access.require(by, "consortium.grant_role", grant.library_id)
    access.require(by, "consortium.grant_role", grant.staff.library_id)
    _one_at_a_time()
    if grant.role in NEVER_WITHOUT:
        _someone_else_must_be(grant.role, besides=RoleGrant.objects.filter(pk=grant.pk))
    changes = {"role": str(grant)}
    RoleGrant.objects.filter(pk=grant.pk).delete()
    _forget_roles(grant.staff)
    history.record(grant.staff, "revoke_role", by=by.user if by else None, changes=changes, reason=reason)


def _keep_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(_("密码太弱：%(why)s"), why="".join(error.messages)) from None
    user.set_password(password)


def _one_at_a_time() -> None:
    """Hold back other changes to roles until this transaction ends.

    Two administrators who remove each other at the same moment would both see the other one left.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADMINISTRATION])


def _someone_else_must_be(role: str, *, besides: QuerySet[RoleGrant]) -> None:
    """Refuse to remove the last holder of a role over the whole consortium."""
    holders = RoleGrant.objects.filter(
        role=role, library=None, staff__active=True, staff__user__is_active=True
    )
    leaving = besides.filter(role=role, library=None)
    if leaving.exists() and not holders.exclude(pk__in=leaving).exists():
        raise LastAdministrator(
            _("这是最后一位%(role)s，不能撤销；请先把这个角色授予另一位馆员。"), role=roles.ROLES[role].name
        )


def _forget_roles(*people: Staff) -> None:
    """Drop what these objects remember of their roles."""
    for staff in people:
        vars(staff).pop("grants_held", None)
