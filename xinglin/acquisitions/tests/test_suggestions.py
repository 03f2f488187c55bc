"""What readers wish: found already, counted once, decided with a reason, told on arrival."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.errors import (
    HeldAlready,
    MayNotSuggest,
    NotAnIsbn,
    SuggestionMoveNotPossible,
    SuggestionUnfit,
    SuggestionUnknown,
    TooManySuggestions,
)
from xinglin.acquisitions.lifecycle import SuggestionState
from xinglin.acquisitions.models import Suggestion, Vote
from xinglin.acquisitions.services.rules import RulesFile
from xinglin.acquisitions.tests.factories import ISBN, TITLE, a_suggestion, a_wish
from xinglin.acquisitions.works import isbn13, read_wish
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.circulation.models import Hold
from xinglin.circulation.tests.racing import at_once
from xinglin.commons.errors import NotAllowed
from xinglin.commons.sheets import xlsx_bytes
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices.models import Notice
from xinglin.patrons.models import Right
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category, a_patron


def test_a_number_is_checked_and_brought_to_thirteen_digits() -> None:
    assert isbn13("978-7-117-35888-0") == ISBN
    assert isbn13("0-306-40615-2") == "9780306406157"
    with pytest.raises(NotAnIsbn, match="校验位"):
        isbn13("9787117358881")
    with pytest.raises(NotAnIsbn, match="11 位"):
        isbn13("97871173588")


@pytest.mark.parametrize(
    ("text", "isbn", "title", "author"),
    [
        ("978-7-117-35888-0", "978-7-117-35888-0", "", ""),
        ("《重症超声》王晓 主编", "", "重症超声", "王晓 主编"),
        ("重症超声 / 王晓", "", "重症超声", "王晓"),
        ("重症超声", "", "重症超声", ""),
        ("97871173588", "97871173588", "", ""),
    ],
)
def test_a_wish_is_read_from_one_line(text: str, isbn: str, title: str, author: str) -> None:
    wish = read_wish(text)
    assert (wish.isbn, wish.title, wish.author) == (isbn, title, author)


@pytest.mark.django_db
def test_the_same_wish_again_is_a_vote_and_each_reader_has_one(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    colleague = a_patron(a_small_consortium.a)
    first = a_wish(readers.of_a, isbn=ISBN)
    again = a_wish(readers.of_a, isbn="978-7-117-35888-0", title="")
    by_title = a_wish(colleague, title=f"《{TITLE}》")
    assert first.is_new and not again.is_new and not again.counted
    assert by_title.counted and by_title.suggestion == first.suggestion and by_title.votes == 2
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db
def test_what_is_held_is_told_with_where_unless_a_reason_is_given(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_record(TITLE, isbns=(ISBN,))
    an_item(record, a_small_consortium.main)
    with pytest.raises(HeldAlready, match="医学院图书馆 1 册"):
        a_wish(readers.of_a, isbn=ISBN)
    with pytest.raises(HeldAlready):
        a_wish(readers.of_a, isbn=ISBN, insists=True)
    made = a_wish(readers.of_a, isbn=ISBN, insists=True, note="总是借不到")
    assert made.is_new and made.suggestion.record == record


@pytest.mark.django_db
def test_what_is_on_order_is_told_as_such(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    an_item(a_record(TITLE, isbns=(ISBN,)), a_small_consortium.a, condition=Condition.ON_ORDER)
    with pytest.raises(HeldAlready, match="已订购"):
        a_wish(readers.of_a, isbn=ISBN)


@pytest.mark.django_db
def test_who_has_no_right_or_too_many_wishes_is_told(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    guest = a_patron(a_small_consortium.a, category=a_category("GUEST", rights=(Right.BORROW,)))
    with pytest.raises(MayNotSuggest):
        a_wish(guest)
    rules = RulesFile(
        most_open_suggestions=1, price_limit_fen=1, most_copies=1, duties_bind=True, accession_is_barcode=True
    )
    services.set_rules(library=None, file=rules, by=None)
    a_wish(readers.of_a)
    with pytest.raises(TooManySuggestions, match="最多 1 条"):
        a_wish(readers.of_a, title="另一本书")
    with pytest.raises(SuggestionUnfit):
        a_wish(readers.of_a, title="！")


@pytest.mark.django_db
def test_the_outsider_decides_nothing(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    suggestion = a_suggestion(readers.of_a)
    outsider = a_small_consortium.outsider
    assert not queries.suggestions_visible_to(outsider).exists()
    with pytest.raises(NotAllowed):
        services.approve(suggestion=suggestion, by=outsider)
    with pytest.raises(SuggestionUnknown):
        services.vote(suggestion=suggestion, patron=readers.outsider)
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.SUGGESTED and suggestion.votes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_each_asker_hears_the_reason_once(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    suggestion = a_suggestion(readers.of_a)
    services.vote(suggestion=suggestion, patron=a_patron(a_small_consortium.a))
    with pytest.raises(SuggestionUnfit):
        services.decline(suggestion=suggestion, reason=" ", by=a_small_consortium.librarian_a)
    services.decline(suggestion=suggestion, reason="已有电子版", by=a_small_consortium.librarian_a)
    run_errands()
    services.tell_of_decision(suggestion=suggestion, turn=1)
    told = Notice.objects.filter(kind="acquisitions.suggestion_declined")
    assert told.count() == 2 and all("已有电子版" in notice.text for notice in told)
    with pytest.raises(SuggestionMoveNotPossible):
        services.approve(suggestion=suggestion, by=a_small_consortium.librarian_a)


@pytest.mark.django_db(transaction=True)
def test_on_arrival_all_are_told_and_the_first_has_a_hold(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast, colleague = a_small_consortium, a_patron(a_small_consortium.a)
    suggestion = a_suggestion(readers.of_a)
    services.vote(suggestion=suggestion, patron=colleague)
    services.approve(suggestion=suggestion, by=cast.librarian_a)
    with pytest.raises(SuggestionUnfit, match="书目"):
        services.arrive(suggestion=suggestion, record=None, by=cast.librarian_a)
    record = a_record(TITLE)
    an_item(record, cast.a, condition=Condition.IN_PROCESS)
    services.arrive(suggestion=suggestion, record=record, by=cast.librarian_a)
    run_errands()
    services.tell_of_arrival(suggestion=suggestion)
    hold = Hold.objects.get()
    assert hold.patron == readers.of_a and hold.record == record
    told = Notice.objects.filter(kind="acquisitions.suggestion_arrived")
    assert {notice.patron for notice in told} == {readers.of_a, colleague}


@pytest.mark.django_db
def test_who_takes_a_wish_back_leaves_the_others_theirs(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    colleague = a_patron(a_small_consortium.a)
    suggestion = a_suggestion(readers.of_a)
    services.vote(suggestion=suggestion, patron=colleague)
    services.withdraw(suggestion=suggestion, patron=readers.of_a)
    assert [vote.patron for vote in suggestion.votes.all()] == [colleague]
    services.withdraw(suggestion=suggestion, patron=colleague)
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.WITHDRAWN
    assert a_wish(readers.of_a).is_new


@pytest.mark.django_db
def test_a_list_is_taken_row_by_row_and_twice_has_one_effect(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    by = a_small_consortium.librarian_a
    sheet = xlsx_bytes(
        headings=["题名", "ISBN", "读者证号", "单价"],
        rows=[
            [TITLE, "", "A0001", "¥68.00"],
            ["", "9787117358881", "A0001", ""],
            ["外馆的书", "", "B0001", ""],
        ],
    )
    outcome = services.take_list(file=io.BytesIO(sheet), name="wishes.xlsx", by=by)
    assert (outcome.new, [row for row, _why, _text in outcome.refused]) == (1, [3, 4])
    assert services.take_list(file=io.BytesIO(sheet), name="wishes.xlsx", by=by).doubled == 1
    suggestion = Suggestion.objects.get()
    assert suggestion.price_fen == 6800
    decisions = xlsx_bytes(
        headings=["编号", "决定", "答复"],
        rows=[[suggestion.number, "不采纳", "经费已用完"], ["JG0", "同意", ""]],
    )
    for decided, doubled in ((1, 0), (0, 1)):
        outcome = services.take_list(file=io.BytesIO(decisions), name="d.xlsx", by=by)
        assert (outcome.decided, outcome.doubled, len(outcome.refused)) == (decided, doubled, 1)
    suggestion.refresh_from_db()
    assert suggestion.reason == "经费已用完"


@pytest.mark.django_db
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_it_is_sent_a_wish_has_one_effect(
    a_small_consortium: SmallConsortium, readers: Readers, sent: list[tuple[int, bool]]
) -> None:
    Suggestion.objects.all().delete()
    patrons = [readers.of_a, *(a_patron(a_small_consortium.a) for _each in range(2))]
    for who, by_number in sent:
        a_wish(patrons[who], isbn=ISBN if by_number else "")
    asked = {who for who, _by_number in sent}
    suggestion = Suggestion.objects.get()
    assert suggestion.votes.count() == len(asked)


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_are_one_suggestion(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    colleague = a_patron(a_small_consortium.a)
    at_once(
        lambda: a_wish(readers.of_a, isbn=ISBN),
        lambda: a_wish(readers.of_a, isbn=ISBN),
        lambda: a_wish(colleague, isbn=ISBN),
    )
    assert Suggestion.objects.count() == 1 and Vote.objects.count() == 2


@pytest.mark.django_db
def test_an_erased_reader_leaves_a_vote_without_a_name(readers: Readers) -> None:
    suggestion = a_wish(readers.of_a, note="备课用").suggestion
    services.forget_reader(patron_id=readers.of_a.pk)
    vote = suggestion.votes.get()
    assert vote.patron is None and vote.note == ""
