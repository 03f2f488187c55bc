"""Counting shelves, seats, carts and books brought to the reader: the deeds."""

from datetime import datetime, time, timedelta

import pytest

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.circulation import errors, services
from xinglin.circulation.lifecycle import BringingState, HoldState, LoanState, RunState, SeatState
from xinglin.circulation.models import Bringing, Hold, ReadingRoom, SeatBooking, Verdict
from xinglin.circulation.notice_kinds import (
    BRINGING_ARRIVED,
    BRINGING_FAILED,
    BRINGING_ON_ITS_WAY,
    SEAT_RELEASED,
    SEAT_SOON,
)
from xinglin.circulation.services.counting import missing_from
from xinglin.circulation.status import statuses_of
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.circulation.tests.racing import at_once
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import services as consortium
from xinglin.consortium.hours import Span
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.notices.kinds import kind_of
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers


@pytest.mark.django_db
def test_a_shelf_is_counted_and_says_what_is_missing_misplaced_and_found(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    right, missing, lost = (a_copy(a_title(), a) for _number in range(3))
    services.lose(loan=a_loan(readers.of_a, a, item=lost), by=None)
    elsewhere = a_copy(a_title(), a)
    type(elsewhere.holding).objects.filter(pk=elsewhere.holding_id).update(call_number="Z100")
    astray = a_copy(a_title(), a_small_consortium.b)
    out = a_loan(readers.of_main, a)
    with pytest.raises(NotAllowed):
        services.begin_count(library=a, by=a_small_consortium.outsider)
    take = services.begin_count(library=a, from_call_number="R5", to_call_number="R6", by=librarian)
    assert take.expected == 2

    def verdict(barcode: str) -> tuple[str, bool]:
        counted = services.count_copy(take=take, barcode=barcode, by=librarian)
        return counted.scan.verdict, counted.was_gone

    assert verdict(right.barcode) == (Verdict.RIGHT, False)
    assert verdict(right.barcode) == (Verdict.RIGHT, False), "twice is once"
    assert verdict(lost.barcode) == (Verdict.RIGHT, True)
    assert verdict(elsewhere.barcode) == (Verdict.MISPLACED, False)
    assert verdict(astray.barcode) == (Verdict.ASTRAY, False)
    assert verdict(out.item.barcode) == (Verdict.NOT_FREE, False)
    assert verdict("NOSUCH") == (Verdict.UNKNOWN, False)
    assert list(missing_from(take)) == [missing]
    ended = services.end_count(take=take, mark_missing=True, by=librarian)
    missing.refresh_from_db()
    assert (ended.missing, missing.condition) == (1, Condition.MISSING)
    with pytest.raises(errors.CountClosed):
        services.count_copy(take=take, barcode=right.barcode, by=librarian)
    assert services.check_in(item=missing, library=a, by=None).was_gone


def a_room(library: Library, *numbers: str) -> ReadingRoom:
    return services.open_room(library=library, name="电子阅览室", seats=numbers or ("1", "2"), by=None)


@pytest.mark.django_db
def test_a_seat_is_reserved_taken_by_its_code_and_given_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    first, second = a_room(a_small_consortium.a).seats.all()
    now = clock.now()
    begin, end = now + timedelta(minutes=10), now + timedelta(hours=2)
    booking = services.reserve_seat(seat=first, patron=readers.of_a, starts_at=begin, ends_at=end)
    with pytest.raises(errors.SeatTaken):
        services.reserve_seat(seat=first, patron=readers.of_main, starts_at=begin, ends_at=end)
    with pytest.raises(errors.HasASeat):
        services.reserve_seat(seat=second, patron=readers.of_a, starts_at=begin, ends_at=end)
    with pytest.raises(errors.SeatTimeUnfit, match="最多坐 4 小时"):
        services.reserve_seat(
            seat=second, patron=readers.of_main, starts_at=begin, ends_at=begin + timedelta(hours=5)
        )
    with pytest.raises(errors.SeatUnknown):
        services.take_seat(code="forged", patron=readers.of_a)
    seated = services.take_seat(code=first.code, patron=readers.of_a)
    assert (seated.pk, seated.state) == (booking.pk, SeatState.SEATED)
    assert services.take_seat(code=first.code, patron=readers.of_a) == seated, "scanned twice"
    with pytest.raises(errors.SeatTaken):
        services.take_seat(code=first.code, patron=readers.of_main)
    walk_in = services.take_seat(code=second.code, patron=readers.of_main)
    assert walk_in.ends_at - walk_in.starts_at == timedelta(hours=4)
    with pytest.raises(NotAllowed):
        services.leave_seat(booking=seated, by=a_small_consortium.outsider)
    assert services.leave_seat(booking=seated).state == SeatState.LEFT
    with pytest.raises(errors.SeatMoveNotPossible):
        services.leave_seat(booking=seated)
    services.reserve_seat(seat=first, patron=readers.outsider, starts_at=now, ends_at=end)


@pytest.mark.django_db
def test_who_does_not_come_loses_the_seat_and_after_three_times_the_right_to_reserve(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    (seat,) = a_room(a_small_consortium.a, "1").seats.all()
    for _time in range(3):
        now = clock.now()
        services.reserve_seat(seat=seat, patron=readers.of_a, starts_at=now, ends_at=now + timedelta(hours=1))
        assert services.release_seats() == 0
        clock.move(timedelta(minutes=21))
        assert services.release_seats() == 1
        assert services.release_seats() == 0
    told = list(Notice.objects.filter(kind=SEAT_RELEASED).order_by("pk").values_list("text", flat=True))
    assert len(told) == 3
    assert "现在是 2 次" in told[1] and "7 天内不能预约" in told[2]
    assert SeatBooking.objects.filter(state=SeatState.MISSED).count() == 3
    now = clock.now()
    with pytest.raises(errors.SeatsMissed, match="3 次"):
        services.reserve_seat(seat=seat, patron=readers.of_a, starts_at=now, ends_at=now + timedelta(hours=1))
    seated = services.take_seat(code=seat.code, patron=readers.of_a)
    clock.move(timedelta(hours=5))
    services.release_seats()
    seated.refresh_from_db()
    assert (seated.state, seated.ended_at) == (SeatState.LEFT, seated.ends_at)


@pytest.mark.django_db
def test_who_reserved_long_before_is_reminded_once_and_not_when_it_is_cancelled(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    first, second = a_room(a_small_consortium.a, "1", "2").seats.all()
    starts = clock.now() + timedelta(hours=2)
    booking = services.reserve_seat(
        seat=first, patron=readers.of_a, starts_at=starts, ends_at=starts + timedelta(hours=1)
    )
    assert services.remind_of_seats() == 0, "two hours are not soon"
    clock.move(timedelta(minutes=95))
    late = clock.now() + timedelta(minutes=20)
    services.reserve_seat(
        seat=second, patron=readers.of_main, starts_at=late, ends_at=late + timedelta(hours=1)
    )
    services.remind_of_seats()
    services.remind_of_seats()
    notice = Notice.objects.get(kind=SEAT_SOON)
    assert notice.patron == readers.of_a, "who reserved a minute ago knows it"
    assert "迟到 20 分钟" in notice.text and "座位" in notice.title
    still_true = kind_of(SEAT_SOON).still_true
    assert still_true is not None and still_true(notice)
    services.leave_seat(booking=booking)
    assert not still_true(notice)


@pytest.mark.django_db
def test_a_seat_is_reserved_only_while_the_library_is_open(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a = a_small_consortium.a
    (seat,) = a_room(a, "1").seats.all()
    consortium.set_week(library=a, week=dict.fromkeys(range(7), (Span(time(8), time(17)),)), by=None)
    tomorrow = clock.today() + timedelta(days=1)

    def at(hour: int) -> datetime:
        return datetime.combine(tomorrow, time(hour), clock.SHANGHAI)

    for begin, end in ((6, 9), (15, 18), (18, 20)):
        with pytest.raises(errors.SeatTimeUnfit, match="不开馆"):
            services.reserve_seat(seat=seat, patron=readers.of_a, starts_at=at(begin), ends_at=at(end))
    services.reserve_seat(seat=seat, patron=readers.of_a, starts_at=at(14), ends_at=at(17))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_seat_one_gets_it(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    (seat,) = a_room(a_small_consortium.a, "1").seats.all()
    begin = clock.now() + timedelta(minutes=5)
    end = begin + timedelta(hours=1)
    people = (readers.of_a, readers.of_main, readers.outsider)
    results = at_once(
        *[
            lambda who=who: services.reserve_seat(seat=seat, patron=who, starts_at=begin, ends_at=end)
            for who in people
        ]
    )
    assert sum(isinstance(result, SeatBooking) for result in results) == 1
    assert sum(isinstance(result, errors.SeatTaken) for result in results) == 2


@pytest.mark.django_db
def test_a_cart_goes_round_lends_takes_back_and_comes_home(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    stops = (("住院部一楼", time(14, 30)), ("门诊楼", time(15)))
    with pytest.raises(errors.RouteUnfit):
        services.plan_route(library=a, name="周二", weekday=1, starts=time(16), stops=stops, by=librarian)
    route = services.plan_route(library=a, name="周二", weekday=1, starts=time(14), stops=stops, by=librarian)
    lent, left, late = (a_copy(a_title(), a) for _number in range(3))
    back = a_loan(readers.of_main, a)
    row = services.load_cart(route=route, day=clock.today(), item=lent, by=librarian)
    services.load_cart(route=route, day=clock.today(), item=left, by=librarian)
    with pytest.raises(errors.NotForTheCart):
        services.load_cart(route=route, day=clock.today(), item=lent, by=librarian)
    assert "流动书车" in statuses_of([lent])[lent.pk].words
    run, stop = row.run, route.stops.get(position=1)
    with pytest.raises(errors.RunMoveNotPossible):
        services.lend_from_cart(run=run, stop=stop, patron=readers.of_a, item=lent, by=librarian)
    services.set_out(run=run, by=librarian)
    with pytest.raises(errors.RunMoveNotPossible, match="不能再装"):
        services.load_cart(route=route, day=clock.today(), item=late, by=librarian)
    loan = services.lend_from_cart(run=run, stop=stop, patron=readers.of_a, item=lent, by=librarian)
    row.refresh_from_db()
    assert (row.loan, row.stop) == (loan, stop)
    assert services.take_back_at_cart(run=run, item=back.item, by=librarian).loan == back
    hold = a_hold(readers.of_main, left.holding.record, a)
    home = services.come_back(run=run, by=librarian)
    hold.refresh_from_db()
    assert (home.state, hold.state) == (RunState.BACK, HoldState.READY), "who waits gets it from the cart"
    with pytest.raises(errors.RunMoveNotPossible):
        services.come_back(run=run, by=librarian)
    with pytest.raises(NotAllowed):
        services.set_out(run=run, by=a_small_consortium.outsider)


@pytest.mark.django_db
def test_a_copy_is_brought_to_the_ward_and_is_lent_when_it_arrives(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    record = a_title()
    copy = a_copy(record, a)
    hold = a_hold(readers.of_a, record, a)
    with pytest.raises(errors.BringingMoveNotPossible):
        services.ask_to_bring(hold=hold, where="ward", address="内科楼 6 层")
    services.set_aside(hold=hold, item=copy, by=None)
    with pytest.raises(errors.AddressNeeded):
        services.ask_to_bring(hold=hold, where="ward", address=" ")
    asked = services.ask_to_bring(hold=hold, where="ward", address="内科楼 6 层护士站")
    with pytest.raises(errors.BringingMoveNotPossible):
        services.ask_to_bring(hold=hold, where="ward", address="内科楼 6 层护士站")
    Hold.objects.update(kept_until=clock.today() - timedelta(days=1))
    assert services.expire_unfetched() == 0, "not while somebody is about to bring it"
    with pytest.raises(NotAllowed):
        services.move_bringing(bringing=asked, deed="set_out", by=a_small_consortium.outsider)
    with pytest.raises(errors.BringingMoveNotPossible):
        services.move_bringing(bringing=asked, deed="deliver", by=librarian)
    services.move_bringing(bringing=asked, deed="set_out", by=librarian)
    with pytest.raises(errors.ReasonNeeded):
        services.move_bringing(bringing=asked, deed="fail", by=librarian)
    services.move_bringing(bringing=asked, deed="fail", reason="下班了", by=librarian)
    again = services.ask_to_bring(hold=hold, where="ward", address="内科楼 6 层护士站")
    for deed in ("set_out", "deliver"):
        services.move_bringing(bringing=again, deed=deed, by=librarian)
    hold.refresh_from_db()
    assert hold.state == HoldState.FILLED
    assert hold.item is not None
    assert hold.item.loans.get().state == LoanState.OUT
    told = dict(Notice.objects.order_by("pk").values_list("kind", "text"))
    assert "下班了" in told[BRINGING_FAILED] and "可以再请求送书" in told[BRINGING_FAILED]
    assert Notice.objects.filter(kind=BRINGING_ON_ITS_WAY).count() == 2
    due = f"{clock.local(hold.item.loans.get().due_at):%Y-%m-%d}"
    assert "内科楼 6 层护士站" in told[BRINGING_ARRIVED] and due in told[BRINGING_ARRIVED]
    states = list(Bringing.objects.order_by("pk").values_list("state", flat=True))
    assert states == [BringingState.FAILED, BringingState.DELIVERED]


@pytest.mark.django_db
def test_a_barcode_of_two_libraries_is_asked_about_at_the_cart_and_nothing_is_forgotten(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    route = services.plan_route(
        library=a, name="周二", weekday=1, starts=time(14), stops=[("门诊楼", time(15))], by=librarian
    )
    own, other = a_copy(a_title(), a), a_copy(a_title(), a_small_consortium.b)
    Item.objects.filter(pk__in=(own.pk, other.pk)).update(barcode="0000001")
    loan = a_loan(readers.of_main, a_small_consortium.b, item=other)
    desk, cart = signed_in(librarian), f"/console/circulation/cart/{route.pk}/"
    assert "已装车" in desk.post(cart, {"deed": "load", "code": "0000001"}).content.decode()
    assert route.runs.get().items.get().item == own, "only what is the cart's own is loaded"
    desk.post(cart, {"deed": "set_out"})
    asked = desk.post(cart, {"deed": "return", "code": "0000001"}).content.decode()
    assert "请选是哪个馆的书" in asked
    assert '<input type="hidden" name="deed" value="return">' in asked
    desk.post(cart, {"deed": "return", "item": other.pk}, headers={"hx-request": "true"})
    loan.refresh_from_db()
    assert not loan.is_open
    lent = desk.post(cart, {"deed": "lend", "card": "A0001", "code": "0000001"}).content.decode()
    assert "已借出" in lent and own.loans.get().patron == readers.of_a
