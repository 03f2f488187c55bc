"""What tests of SDI stand on: papers let through, a round that is due, a phone, a liaison."""

import pytest
from django.test import Client
from django.urls import reverse

from xinglin.commons import clock
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence import services as desk
from xinglin.intelligence.models import (
    Profile,
    PushedPaper,
    Topic,
)
from xinglin.intelligence.sdi import running, services
from xinglin.mobile import identity
from xinglin.mobile.identity import Identity
from xinglin.patrons.models import Patron

CARDIOLOGY = "心内科"


def release(topic: Topic, titles: list[str], *, year: int = 2024) -> None:
    """Let papers through to readers."""
    records = "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - 王{at}\nT2  - 中华医学杂志\nPY  - {year}\nER  - \n"
        for at, title in enumerate(titles)
    )
    desk.import_file(library=topic.library, data=records.encode(), name="x.ris", topic=topic, by=None)
    for finding in topic.findings.filter(state="found"):
        for deed in ("keep", "release"):
            desk.decide(finding=finding, deed=deed, by=None)


def due() -> int:
    """Let every profile be due, and run the round."""
    Profile.objects.update(next_at=clock.now())
    return running.run_due()


def brought_to(patron: Patron) -> list[str]:
    rows = PushedPaper.objects.filter(patron=patron).order_by("push__pk", "place")
    return list(rows.values_list("publication__title", flat=True))


def phone_of(patron: Patron, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The phone of a reader who is known; the pages are found first, for they name who knows readers."""
    reverse("mobile:sdi")
    monkeypatch.setattr(
        identity, "_identity_provider", lambda request: Identity(f"patron:{patron.pk}", patron.name)
    )
    return Client()


@pytest.fixture
def liaison(a_small_consortium: SmallConsortium) -> Staff:
    """Looks after cardiology of branch A, and nothing else."""
    cast = a_small_consortium
    staff = a_staff(roles.SUBJECT_LIAISON, library=cast.a, name="周学科", sign_in_name="zhou")
    services.name_liaison(library=cast.a, department=CARDIOLOGY, staff=staff, by=cast.manager)
    return staff
