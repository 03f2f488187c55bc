"""Registering, amending and cards."""

import threading
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons import clock, history
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons import queries, services
from xinglin.patrons.errors import (
    CardLost,
    CardNumberTaken,
    CardUnknown,
    ChangedMeanwhile,
    MoveNotPossible,
    PatronUnfit,
    StaffNumberTaken,
)
from xinglin.patrons.models import Card, Patron, PatronCategory, Right
from xinglin.patrons.services.patrons import valid_until
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category, a_patron


def test_a_registered_reader_is_found_by_card_however_it_is_typed(readers: Readers) -> None:
    for typed in ("A0001", " a0001 ", "Ａ０００１", "A 0001"):
        assert queries.find_by_card(typed) == readers.of_a


def test_a_staff_number_is_one_persons_in_one_library_only(
    readers: Readers, a_small_consortium: SmallConsortium
) -> None:
    assert queries.find_by_staff_number("1001", library=a_small_consortium.a) == readers.of_a
    assert queries.find_by_staff_number("1001", library=a_small_consortium.main) == readers.of_main
    assert queries.find_by_staff_number("", library=a_small_consortium.b) is None
    with pytest.raises(StaffNumberTaken):
        a_patron(a_small_consortium.a, staff_number="1001")


@pytest.mark.django_db
def test_a_card_number_is_given_once_in_the_whole_consortium_and_never_again() -> None:
    patron = a_patron(card_number="C1")
    services.replace_card(patron=patron, number="C2", by=None)
    for number in ("C1", "c2"):
        with pytest.raises(CardNumberTaken):
            a_patron(card_number=number)
    assert Patron.objects.count() == 1


@pytest.mark.django_db
def test_the_old_number_of_a_replaced_card_still_leads_to_the_reader_and_a_lost_one_does_not() -> None:
    patron = a_patron(card_number="C1")
    services.replace_card(patron=patron, number="C2", by=None)
    assert queries.find_by_card("C1") == patron
    services.report_card_lost(patron=patron, by=None)
    with pytest.raises(CardLost):
        queries.find_by_card("C2")
    assert patron.card_number == ""
    services.issue_card(patron=patron, number="C3", by=None)
    assert queries.find_by_card("C3") == patron
    with pytest.raises(MoveNotPossible):
        services.issue_card(patron=patron, number="C4", by=None)
    with pytest.raises(CardUnknown):
        queries.find_by_card("C4")


@pytest.mark.django_db
def test_without_an_expiry_the_categorys_months_count() -> None:
    student = a_category("STUDENT", months_valid=12)
    assert a_patron(category=student).expires_on == valid_until(student, since=clock.today())
    assert a_patron(category=student, expires_on=None).expires_on is None
    assert a_patron(category=a_category("STAFF")).expires_on is None


@pytest.mark.parametrize(
    ("since", "months", "until"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 5), 36, date(2029, 5, 5)),
    ],
)
def test_months_are_months_of_the_calendar(since: date, months: int, until: date) -> None:
    assert valid_until(PatronCategory(months_valid=months), since=since) == until


@pytest.mark.django_db
def test_the_last_day_is_still_good_and_the_next_is_not() -> None:
    patron = a_patron(expires_on=date(2026, 12, 31))
    assert not patron.expired_by(date(2026, 12, 31))
    assert patron.expired_by(date(2027, 1, 1))


@pytest.mark.django_db
def test_a_category_says_what_its_readers_may_do() -> None:
    visitor = a_category("VISITOR", rights=(Right.SEAT,))
    patron = a_patron(category=visitor)
    assert patron.may(Right.SEAT)
    assert not patron.may(Right.BORROW)
    assert not services.suspend(patron=patron, reason="试", by=None).may(Right.SEAT)


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "12345"), ("phone", "1.38E+10"), ("email", "nobody"), ("name", "  ")],
)
@pytest.mark.django_db
def test_what_cannot_be_is_refused_and_nothing_is_registered(field: str, value: str) -> None:
    file = {"name": "张三", field: value}
    with pytest.raises(PatronUnfit):
        services.register(
            home_library=a_library(),
            card_number="C1",
            category=a_category(),
            by=None,
            name=file["name"],
            phone=file.get("phone", ""),
            email=file.get("email", ""),
        )
    assert not Patron.objects.exists()
    assert not Card.objects.exists()


def test_an_amendment_keeps_before_and_after_and_who(
    readers: Readers, a_small_consortium: SmallConsortium
) -> None:
    librarian = a_small_consortium.librarian_a
    services.amend(patron=readers.of_a, by=librarian, phone="+86 139 0000 0009", department="心内科")
    entry = history.history_of(readers.of_a).first()
    assert entry is not None
    assert entry.changes == {"phone": ["13800000001", "13900000009"]}
    assert entry.actor == librarian.user


def test_two_who_amend_the_same_reader_do_not_overwrite_each_other(readers: Readers) -> None:
    seen = readers.of_a.version
    services.amend(patron=readers.of_a, by=None, version=seen, title="主任医师")
    with pytest.raises(ChangedMeanwhile):
        services.amend(patron=readers.of_a, by=None, version=seen, title="护士")
    assert Patron.objects.get(pk=readers.of_a.pk).title == "主任医师"


def test_a_reader_is_found_by_name_pinyin_initials_card_and_end_of_phone(readers: Readers) -> None:
    everyone = Patron.objects.all()
    for words in ("建国", "lijianguo", "LJG", "jianguo", "a00", "0001", "13800000001"):
        assert readers.of_a in queries.matching(everyone, words), words
    assert not queries.matching(everyone, "不存在")
    assert not queries.matching(everyone, "'; drop table--")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_registrations_of_one_card_at_once_one_is_refused() -> None:
    library, category = a_library(), a_category()
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def register(name: str) -> None:
        try:
            ready.wait(timeout=20)
            services.register(home_library=library, card_number="C1", name=name, category=category, by=None)
            outcomes.append("registered")
        except CardNumberTaken as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["card_number_taken", "registered"]
    assert Patron.objects.count() == Card.objects.count() == 1


@given(st.text(max_size=60))
def test_any_text_is_searched_for_without_an_error(words: str) -> None:
    str(queries.matching(Patron.objects.all(), words).query)
