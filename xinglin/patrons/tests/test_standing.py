"""Suspended, reinstated, gone, erased: the table, and what it announces."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xinglin.commons import history
from xinglin.patrons import clearance, queries, services
from xinglin.patrons.errors import CardUnknown, MoveNotPossible, NotCleared
from xinglin.patrons.lifecycle import DEEDS, MOVES, State, deeds_from, goes_to
from xinglin.patrons.models import Card, ConsentKind, ImportRow, Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

ACTS: dict[str, Callable[[Patron], Patron]] = {
    "suspend": lambda patron: services.suspend(patron=patron, reason="试", by=None),
    "reinstate": lambda patron: services.reinstate(patron=patron, by=None),
    "leave": lambda patron: services.leave(patron=patron, reason="调离", by=None),
    "come_back": lambda patron: services.come_back(patron=patron, by=None),
    "erase": lambda patron: services.erase(patron=patron, reason="本人申请", by=None),
}


def test_every_deed_of_the_table_has_a_service_and_a_name() -> None:
    assert {deed for _state, deed in MOVES} == set(ACTS) == set(DEEDS)


class AnySequenceOfDeeds(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(sorted(ACTS)), max_size=8))
    def test_a_reader_only_goes_where_the_table_leads_and_the_erased_stay_erased(
        self, deeds: list[str]
    ) -> None:
        patron = a_patron()
        state = State.ACTIVE
        for deed in deeds:
            expected = goes_to(state, deed)
            if expected is None:
                with pytest.raises(MoveNotPossible):
                    ACTS[deed](patron)
            else:
                ACTS[deed](patron)
                state = expected
            assert Patron.objects.get(pk=patron.pk).state == state
        if "erase" in deeds:
            assert state == State.ERASED
            assert deeds_from(state) == []


@pytest.fixture
def two_books_are_out() -> Iterator[None]:
    def open_loans(patron: Patron) -> Iterator[str]:
        yield "外区馆还有 2 册未还"

    clearance.may_object(open_loans)
    yield
    clearance._objections.pop(f"{open_loans.__module__}.{open_loans.__qualname__}")


@pytest.mark.usefixtures("two_books_are_out")
@pytest.mark.parametrize("deed", ["leave", "erase"])
def test_who_still_owes_anything_anywhere_neither_leaves_nor_is_erased(readers: Readers, deed: str) -> None:
    with pytest.raises(NotCleared, match="外区馆还有 2 册未还"):
        ACTS[deed](readers.of_a)
    assert Patron.objects.get(pk=readers.of_a.pk).state == State.ACTIVE


def test_an_erased_reader_leaves_nothing_personal_behind(readers: Readers) -> None:
    patron = readers.of_a
    services.amend(patron=patron, by=None, research_topics="心律失常", title="主任医师")
    services.give_consent(patron=patron, kind=ConsentKind.PRIVACY, text_version="1", through="H5")
    services.erase(patron=patron, reason="本人申请", by=None)
    row = Patron.objects.filter(pk=patron.pk).values().get()
    told = " ".join(
        [str(row)]
        + [str((entry.changes, entry.reason)) for entry in history.history_of(patron)]
        + [str(cells) for cells in ImportRow.objects.values_list("cells", flat=True)]
    )
    for personal in ("李建国", "lijianguo", "13800000001", "li@example.org", "心内科", "心律失常", "A0001"):
        assert personal not in told
    assert not Card.objects.filter(patron=patron).exists()
    assert not patron.consents.exists()
    with pytest.raises(CardUnknown):
        queries.find_by_card("A0001")


def test_consent_is_given_once_withdrawn_and_asked_again_for_a_new_text(readers: Readers) -> None:
    patron, kind = readers.of_a, ConsentKind.LOAN_HISTORY
    for _again in range(2):
        services.give_consent(patron=patron, kind=kind, text_version="1", through="H5")
    assert patron.consents.count() == 1
    services.give_consent(patron=patron, kind=kind, text_version="2", through="H5")
    assert patron.consents.count() == 2
    assert queries.has_consented(patron, kind)
    assert services.withdraw_consent(patron=patron, kind=kind)
    assert not services.withdraw_consent(patron=patron, kind=kind)
    assert not queries.has_consented(patron, kind)


def test_a_request_for_erasure_is_noted_once_and_can_be_taken_back(readers: Readers) -> None:
    first = services.ask_for_erasure(patron=readers.of_a).erasure_asked_at
    assert services.ask_for_erasure(patron=readers.of_a).erasure_asked_at == first
    assert services.withdraw_erasure_request(patron=readers.of_a).erasure_asked_at is None
