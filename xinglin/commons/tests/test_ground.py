"""The dull things: clock, sealing, refusals, text, history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons import clock, history, secrets, text
from xinglin.commons.checkups import Health, every_finding
from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.commons.models import HistoryEntry


@pytest.mark.django_db
def test_a_moved_clock_moves_for_everyone_and_can_be_set_right() -> None:
    before = datetime.now(UTC)
    clock.move(timedelta(days=3))
    assert timedelta(days=2, hours=23) < clock.now() - before < timedelta(days=3, minutes=1)
    clock.move(timedelta(days=-1))
    assert timedelta(days=1, hours=23) < clock.now() - before < timedelta(days=2, minutes=1)
    clock.set_right()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.django_db
@override_settings(CLOCK_MAY_MOVE=False)
def test_a_production_clock_is_not_for_moving() -> None:
    with pytest.raises(NotAllowed, match="正式环境"):
        clock.move(timedelta(days=1))
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_day_loan_ends_in_the_librarys_night_not_in_greenwichs() -> None:
    assert clock.end_of_day(date(2026, 3, 1)).astimezone(UTC) == datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)


@given(st.text(max_size=200))
def test_a_sealed_text_is_unreadable_and_comes_back(plain: str) -> None:
    sealed = secrets.seal(plain)
    assert secrets.unseal(sealed) == plain
    assert len(plain) < 8 or plain not in sealed


def test_a_text_sealed_with_another_key_is_refused() -> None:
    sealed = secrets.seal("appsecret")
    with override_settings(SEALING_KEY="another"), pytest.raises(secrets.CannotUnseal):
        secrets.unseal(sealed)


@given(st.text())
def test_plain_text_can_always_be_stored(any_text: str) -> None:
    assert "\x00" not in text.plain(any_text)
    text.plain(any_text).encode("utf-8")
    assert text.plain(text.plain(any_text)) == text.plain(any_text)


def test_traditional_full_width_and_case_compare_alike() -> None:
    assert text.comparable("ＥＣＧ 心電圖　學") == text.comparable("ecg 心电图 学")


def test_a_refusal_reads_as_one_whole_sentence() -> None:
    assert str(Refusal("还差 %(lacking)d 本。", lacking=3)) == "还差 3 本。"
    assert str(Refusal("100% 完成。")) == "100% 完成。"


@pytest.mark.django_db
def test_history_outlives_the_thing_and_keeps_the_name_of_who_did_it() -> None:
    actor = User.objects.create_user("li", first_name="李馆员")
    group = Group.objects.create(name="试")
    history.record(group, "renamed", by=actor, changes={"name": ["旧", "试"]}, reason="更正")
    subject = history.subject_of(group)
    actor.delete()
    entry = HistoryEntry.objects.get(subject=subject)
    assert (entry.actor_name, entry.deed, entry.changes) == ("李馆员", "renamed", {"name": ["旧", "试"]})


@pytest.mark.django_db
def test_history_is_read_in_the_words_of_the_screen() -> None:
    group = Group.objects.create(name="试")
    entry = history.record(group, "amend", changes={"name": ["旧", "试"], "elsewhere": None})
    label = Group._meta.get_field("name").verbose_name
    assert entry.subject_in_words == f"{Group._meta.verbose_name} {group.pk}"
    assert entry.changes_in_words == f"{label}：旧 / 试；elsewhere：—"

    gone = HistoryEntry(subject="no.such:5", changes={"name": "试"})
    assert (gone.subject_in_words, gone.changes_in_words) == ("no.such:5", "name：试")


@pytest.mark.django_db
def test_the_doctor_says_what_to_do_with_everything_that_is_not_fine() -> None:
    findings = list(every_finding())
    assert {room for room, _ in findings} >= {"commons"}
    assert all(finding.remedy for _, finding in findings if finding.health is not Health.FINE)


@pytest.mark.django_db
def test_the_house_says_whether_it_is_alive_and_ready(client: Client) -> None:
    assert client.get("/health/alive").json() == {"alive": True}
    assert client.get("/health/ready").json() == {"ready": True}
