"""我的资料: the reader's own file on the phone."""

import json

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from xinglin.commons import history
from xinglin.mobile import identity
from xinglin.mobile.identity import Identity
from xinglin.patrons import queries, services
from xinglin.patrons.mobile import KEY
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.tests.cast import Readers

PAGES = ("my_file", "my_consent", "my_export", "my_erasure")


@pytest.fixture
def phone(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The phone of the reader of A, as ``wechat`` makes it known to the shell."""

    def known(request: HttpRequest) -> Identity | None:
        return Identity(f"{KEY}{readers.of_a.pk}", readers.of_a.name)

    monkeypatch.setattr(identity, "_identity_provider", known)
    return Client()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.django_db
def test_a_stranger_reads_how_to_bind_and_nothing_else(
    readers: Readers, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_identity_provider", lambda request: None)
    for answer in (Client().get(reverse(f"mobile:{page}")), Client().post(reverse(f"mobile:{page}"))):
        assert answer.status_code == 403
        assert "李建国" not in answer.content.decode()
    assert Patron.objects.get(pk=readers.of_a.pk).erasure_asked_at is None


def test_a_reader_corrects_the_own_phone_and_topics_and_nothing_else(phone: Client, readers: Readers) -> None:
    url = reverse("mobile:my_file")
    assert "李建国" in phone.get(url).content.decode()
    told = {"phone": "13700000009", "email": "", "research_topics": "房颤", "interests": "", "name": "改名"}
    assert phone.post(url, told).status_code == 302
    patron = Patron.objects.get(pk=readers.of_a.pk)
    assert (patron.phone, patron.research_topics, patron.name) == ("13700000009", "房颤", "李建国")
    entry = history.history_of(patron).first()
    assert entry is not None
    assert entry.actor_name == "读者本人"
    wrong = phone.post(url, {**told, "phone": "123"})
    assert "123" in wrong.content.decode()
    assert Patron.objects.get(pk=patron.pk).phone == "13700000009"


def test_a_reader_takes_everything_along(phone: Client, readers: Readers) -> None:
    services.give_consent(patron=readers.of_a, kind=ConsentKind.NOTICES, text_version="1", through="H5")
    answer = phone.get(reverse("mobile:my_export"))
    told = json.loads(answer.content)
    assert told["读者"]["姓名"] == "李建国"
    assert told["读者证"] == [{"卡号": "A0001", "状态": "使用中"}]
    assert len(told["同意记录"]) == 1
    assert "password" not in answer.content.decode()
    assert "王芳" not in answer.content.decode()


def test_a_reader_agrees_and_takes_it_back(phone: Client, readers: Readers) -> None:
    url = reverse("mobile:my_consent")
    assert phone.post(url, {"kind": "loan_history", "agree": "on"}).status_code == 302
    assert queries.has_consented(readers.of_a, ConsentKind.LOAN_HISTORY)
    phone.post(url, {"kind": "loan_history"})
    assert not queries.has_consented(readers.of_a, ConsentKind.LOAN_HISTORY)
    assert phone.post(url, {"kind": "everything", "agree": "on"}).status_code == 404
    assert phone.get(url).status_code == 405


def test_a_reader_asks_for_erasure_and_thinks_again(phone: Client, readers: Readers) -> None:
    url = reverse("mobile:my_erasure")
    assert phone.get(url).status_code == 200
    phone.post(url)
    assert Patron.objects.get(pk=readers.of_a.pk).erasure_asked_at is not None
    assert "取消申请" in phone.get(url).content.decode()
    phone.post(url, {"withdraw": "1"})
    assert Patron.objects.get(pk=readers.of_a.pk).erasure_asked_at is None


@pytest.mark.parametrize("page", ["my_file", "my_export", "my_erasure"])
def test_an_erased_reader_finds_no_file(phone: Client, readers: Readers, page: str) -> None:
    services.erase(patron=readers.of_a, reason="本人申请", by=None)
    assert phone.get(reverse(f"mobile:{page}")).status_code == 404
