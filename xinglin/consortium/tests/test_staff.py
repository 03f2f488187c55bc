"""Appointing, granting, and what the house never lets happen to its administrators."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from xinglin.commons import clock, history
from xinglin.consortium import roles, services
from xinglin.consortium.errors import (
    DutiesNotSeparated,
    LastAdministrator,
    LicenceMissing,
    PasswordTooWeak,
    RoleUnknown,
    SignInNameTaken,
)
from xinglin.consortium.models import RoleGrant, Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import PASSWORD, a_library, a_staff


def test_a_new_librarian_can_sign_in_and_a_retired_one_cannot(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.outsider)
    client.logout()
    assert client.login(username="librarian_a", password=PASSWORD)
    client.logout()
    services.retire_staff(staff=a_small_consortium.librarian_a, by=a_small_consortium.manager, reason="调离")
    assert not client.login(username="librarian_a", password=PASSWORD)
    assert not a_small_consortium.librarian_a.grants.exists()


def test_a_sign_in_name_is_given_once_whatever_its_case(a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(SignInNameTaken):
        services.appoint_staff(library=a_small_consortium.a, sign_in_name="MANAGER", name="某", by=None)


def test_a_weak_password_is_refused(a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(PasswordTooWeak):
        services.appoint_staff(
            library=a_small_consortium.a, sign_in_name="x", name="某", password="12345678", by=None
        )
    assert not Staff.objects.filter(user__username="x").exists()


@pytest.mark.parametrize("who", ["system_administrator", "security_administrator"])
def test_the_last_administrator_is_neither_revoked_nor_retired(
    a_small_consortium: SmallConsortium, who: str
) -> None:
    staff: Staff = getattr(a_small_consortium, who)
    with pytest.raises(LastAdministrator):
        services.revoke_role(grant=staff.grants.get(), by=None)
    with pytest.raises(LastAdministrator):
        services.retire_staff(staff=staff, by=None)
    staff.refresh_from_db()
    assert staff.active
    assert staff.grants.count() == 1


def test_an_administrator_may_go_once_another_is_there(a_small_consortium: SmallConsortium) -> None:
    a_staff(roles.SYSTEM_ADMINISTRATOR, everywhere=True)
    services.retire_staff(staff=a_small_consortium.system_administrator, by=None)
    assert not a_small_consortium.system_administrator.grants.exists()


@pytest.mark.parametrize("first", [roles.SYSTEM_ADMINISTRATOR, roles.SECURITY_ADMINISTRATOR])
@pytest.mark.django_db
def test_the_audit_is_kept_by_someone_else_than_who_is_audited(first: str) -> None:
    one, other = a_staff(first, everywhere=True), a_staff(roles.AUDIT_ADMINISTRATOR, everywhere=True)
    with pytest.raises(DutiesNotSeparated):
        services.grant_role(staff=one, role=roles.AUDIT_ADMINISTRATOR, library=None, by=None)
    with pytest.raises(DutiesNotSeparated):
        services.grant_role(staff=other, role=first, library=None, by=None)


@pytest.mark.django_db
def test_a_gatekeeper_needs_a_medical_licence_that_is_valid_today() -> None:
    doctor = a_staff()
    with pytest.raises(LicenceMissing):
        services.grant_role(staff=doctor, role=roles.GATEKEEPER, library=doctor.library, by=None)
    yesterday = clock.today() - timedelta(days=1)
    doctor = services.amend_staff(
        staff=doctor, name="医生", medical_licence="110", licence_valid_until=yesterday, by=None
    )
    with pytest.raises(LicenceMissing):
        services.grant_role(staff=doctor, role=roles.GATEKEEPER, library=doctor.library, by=None)
    doctor = services.amend_staff(
        staff=doctor, name="医生", medical_licence="110", licence_valid_until=clock.today(), by=None
    )
    services.grant_role(staff=doctor, role=roles.GATEKEEPER, library=doctor.library, by=None)
    assert doctor.grants.get().role == roles.GATEKEEPER


@pytest.mark.django_db
def test_granting_twice_is_granting_once_and_is_written_down_once() -> None:
    staff = a_staff()
    for _again in range(2):
        services.grant_role(staff=staff, role=roles.CATALOGUER, library=None, by=None)
    assert staff.grants.count() == 1
    assert history.history_of(staff).filter(deed="grant_role").count() == 1


@pytest.mark.django_db
def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(RoleUnknown):
        services.grant_role(staff=a_staff(), role="emperor", library=None, by=None)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one() -> None:
    library = a_library()
    both = [a_staff(roles.SYSTEM_ADMINISTRATOR, library=library, everywhere=True) for _one in range(2)]
    ready = threading.Barrier(2)
    refused: list[LastAdministrator] = []

    def remove(staff: Staff) -> None:
        try:
            grant = staff.grants.get()
            ready.wait(timeout=20)
            services.revoke_role(grant=grant, by=None)
        except LastAdministrator as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=(staff,)) for staff in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refused) == 1
    assert RoleGrant.objects.filter(role=roles.SYSTEM_ADMINISTRATOR).count() == 1
