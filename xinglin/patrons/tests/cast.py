"""The readers of the small consortium, and forgetting of wrong tries between tests."""

from dataclasses import dataclass

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.factories import a_category, a_patron


@dataclass(frozen=True)
class Readers:
    """A reader of each library of the small consortium."""

    of_main: Patron
    of_a: Patron
    outsider: Patron


@pytest.fixture
def readers(a_small_consortium: SmallConsortium) -> Readers:
    """A doctor of the main library, one of branch A, and one of B, which stands apart."""
    doctor = a_category("DOCTOR", name="医师")
    return Readers(
        of_main=a_patron(
            a_small_consortium.main, card_number="M0001", name="王芳", category=doctor, staff_number="1001"
        ),
        of_a=a_patron(
            a_small_consortium.a,
            card_number="A0001",
            name="李建国",
            category=doctor,
            department="心内科",
            staff_number="1001",
            phone="13800000001",
            email="li@example.org",
        ),
        outsider=a_patron(
            a_small_consortium.b, card_number="B0001", name="赵敏", category=doctor, phone="13900000002"
        ),
    )


@pytest.fixture(autouse=True)
def _wrong_tries_are_forgotten(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    """Delete what ``attempts`` wrote over its second connection, which no test's rollback undoes.

    Before a test and not after it: a test's own transaction may still hold the rows then.
    """
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_setup")
        with django_db_blocker.unblock():
            second = connection.copy()
            try:
                with second.cursor() as cursor:
                    cursor.execute("DELETE FROM patrons_tries")
            finally:
                second.close()
