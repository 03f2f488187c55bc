"""The weekly digest by e-mail: asked for, confirmed, sent once, left."""

import re

import pytest
from django.core import mail
from django.test import Client

from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.models import DigestSubscription
from xinglin.newsroom.publishing import delivery, digest, outlets, postings
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.newsroom.publishing.postings import PostingFile
from xinglin.newsroom.tests.factories import a_notice

pytestmark = pytest.mark.django_db


def path_in(letter: mail.EmailMessage, name: str) -> str:
    found = re.search(rf"(/m/digest/{name}/\S+)", str(letter.body))
    assert found is not None
    return found.group(1)


def test_who_confirms_gets_one_letter_a_week_and_may_leave(a_small_consortium: SmallConsortium) -> None:
    client = Client()
    client.post("/m/digest/?library=A", {"email": "Reader@Example.org"})
    client.post("/m/digest/?library=A", {"email": "reader@example.org"})
    (letter,) = mail.outbox
    confirm = path_in(letter, "confirm")
    outlet = outlets.add_outlet(
        library=a_small_consortium.a, kind=OutletKind.EMAIL, file=outlets.OutletFile(name="周报"), by=None
    )
    article = a_notice(a_small_consortium.a, title="本周新书")
    file = PostingFile(outlet=outlet, way=Way.DIGEST)
    delivery.deliver(
        posting_id=postings.plan(article=article, version=article.version, file=file, by=None).pk
    )
    assert digest.send_weekly() == 0
    client.get(confirm)
    assert digest.send_weekly() == 0
    client.post(confirm)
    assert (digest.send_weekly(), digest.send_weekly()) == (1, 0)
    weekly = mail.outbox[-1]
    assert weekly.to == ["reader@example.org"] and "本周新书" in str(weekly.body)
    client.post(path_in(weekly, "leave"))
    assert not DigestSubscription.objects.exists()
    assert client.post("/m/digest/confirm/forged/").status_code == 422
    assert client.post("/m/digest/?library=A", {"email": "no address"}).status_code == 200
