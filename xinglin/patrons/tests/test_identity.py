"""Card and password; and guessing stopped."""

from datetime import timedelta

import pytest
from django.db import transaction

from xinglin.commons import clock
from xinglin.patrons import attempts, services
from xinglin.patrons.errors import PasswordTooWeak, TooManyTries
from xinglin.patrons.models import Patron, Tries
from xinglin.patrons.services.identity import WRONG_PER_CARD, WRONG_PER_PLACE
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

SECRET = "a-quiet-place-26"


def verify(card: str, secret: str, place: str = "openid-1") -> Patron | None:
    return services.verify_card(card_number=card, secret=secret, asked_from=place)


@pytest.fixture
def patron(readers: Readers) -> Patron:
    return services.set_password(patron=readers.of_a, password=SECRET, by=None)


def test_the_right_card_and_password_are_the_reader(patron: Patron) -> None:
    assert verify("a0001", SECRET) == patron


def test_the_answer_is_the_same_whatever_is_wrong(patron: Patron, readers: Readers) -> None:
    assert verify("A0001", "wrong") is None
    assert verify("NOBODY", SECRET) is None
    assert verify("M0001", "") is None, "a reader without a password"
    services.report_card_lost(patron=patron, by=None)
    assert verify("A0001", SECRET) is None


def test_a_replaced_card_still_signs_in_and_who_left_does_not(patron: Patron) -> None:
    services.replace_card(patron=patron, number="A0002", by=None)
    assert verify("A0001", SECRET) == patron
    services.leave(patron=patron, reason="调离", by=None)
    assert verify("A0002", SECRET) is None


def test_after_five_wrong_passwords_even_the_right_one_waits(patron: Patron) -> None:
    for number in range(WRONG_PER_CARD):
        assert verify("A0001", "wrong", f"place-{number}") is None
    with pytest.raises(TooManyTries, match="15 分钟"):
        verify("A0001", SECRET, "place-x")
    clock.move(timedelta(minutes=14, seconds=30))
    with pytest.raises(TooManyTries, match="1 分钟"):
        verify("A0001", SECRET, "place-x")
    clock.move(timedelta(minutes=1))
    assert verify("A0001", SECRET, "place-x") == patron


def test_one_place_cannot_try_card_after_card(patron: Patron) -> None:
    for number in range(WRONG_PER_PLACE):
        assert verify(f"GUESS{number}", "wrong", "one-place") is None
    with pytest.raises(TooManyTries):
        verify("A0001", SECRET, "one-place")
    assert verify("A0001", SECRET, "another-place") == patron


def test_unknown_cards_are_counted_too_so_that_counting_tells_nothing(patron: Patron) -> None:
    for _again in range(WRONG_PER_CARD):
        verify("NOBODY", "wrong", "x")
    with pytest.raises(TooManyTries):
        verify("NOBODY", "wrong", "y")


def test_a_success_forgets_the_wrong_tries_on_the_card(patron: Patron) -> None:
    for _again in range(WRONG_PER_CARD - 1):
        verify("A0001", "wrong")
    assert verify("A0001", SECRET) == patron
    for _again in range(WRONG_PER_CARD - 1):
        verify("A0001", "wrong")
    assert verify("A0001", SECRET) == patron


@pytest.mark.django_db(transaction=True)
def test_a_wrong_try_is_counted_though_the_callers_transaction_rolls_back() -> None:
    a_patron(card_number="A0001")
    for _again in range(WRONG_PER_CARD):
        with pytest.raises(RuntimeError), transaction.atomic():
            assert verify("A0001", "wrong") is None
            raise RuntimeError("the caller refuses, and everything it did is undone")
    with pytest.raises(TooManyTries):
        verify("A0001", "wrong")


def test_the_table_of_tries_says_neither_card_nor_place(patron: Patron) -> None:
    verify("A0001", "wrong", "openid-1")
    keys = list(Tries.objects.values_list("key", flat=True))
    assert len(keys) == 2
    assert not any("A0001" in key or "openid" in key for key in keys)


@pytest.mark.django_db
def test_old_tries_are_swept_away() -> None:
    attempts.count_wrong("old")
    clock.move(timedelta(days=1, minutes=1))
    attempts.count_wrong("new")
    attempts.sweep()
    assert Tries.objects.count() == 1


@pytest.mark.parametrize("password", ["12345678", "short", "A0001", "13800000001"])
def test_a_password_that_would_be_guessed_is_refused(readers: Readers, password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        services.set_password(patron=readers.of_a, password=password, by=None)
    assert Patron.objects.get(pk=readers.of_a.pk).password == ""
