"""The cast: a small consortium, and one who does not belong."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client

from xinglin.consortium import roles
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.factories import a_library, a_staff


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_cheap() -> None:
    """Hash passwords quickly: a real hash takes a third of a second, and the cast has six."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass(frozen=True)
class SmallConsortium:
    """A main library with branch A, and B, which stands apart; a librarian in each.

    The manager looks after the main library and what is below it (A), never B.
    """

    main: Library
    a: Library
    b: Library
    manager: Staff
    librarian_a: Staff
    outsider: Staff
    system_administrator: Staff
    security_administrator: Staff
    audit_administrator: Staff


@pytest.fixture
def a_small_consortium(db: None) -> SmallConsortium:
    """Two member libraries, one outsider, the staff of each, and the three administrators."""
    main = a_library("MAIN", name="医学院图书馆", kind="main")
    a = a_library("A", name="第一附属医院图书馆", short_name="附一院馆", parent=main)
    b = a_library("B", name="外区医院图书馆", short_name="外区馆", kind="other")
    return SmallConsortium(
        main=main,
        a=a,
        b=b,
        manager=a_staff(roles.CONSORTIUM_MANAGER, library=main, name="总馆管理员", sign_in_name="manager"),
        librarian_a=a_staff(roles.BRANCH_LIBRARIAN, library=a, name="甲馆员", sign_in_name="librarian_a"),
        outsider=a_staff(roles.BRANCH_LIBRARIAN, library=b, name="外馆员", sign_in_name="outsider"),
        system_administrator=a_staff(
            roles.SYSTEM_ADMINISTRATOR,
            library=main,
            name="系统管理员",
            everywhere=True,
            sign_in_name="system",
        ),
        security_administrator=a_staff(
            roles.SECURITY_ADMINISTRATOR,
            library=main,
            name="安全管理员",
            everywhere=True,
            sign_in_name="security",
        ),
        audit_administrator=a_staff(
            roles.AUDIT_ADMINISTRATOR, library=main, name="审计管理员", everywhere=True, sign_in_name="audit"
        ),
    )


def signed_in(staff: Staff) -> Client:
    """Return a browser in which a member of staff is signed in."""
    client = Client()
    client.force_login(staff.user, backend="xinglin.consortium.access.StaffBackend")
    return client
