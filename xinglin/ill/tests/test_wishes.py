"""Borrowing from others over real HTTP: the rota, refusals, time-outs, conditions, loans and their return."""

from datetime import timedelta

import pytest

from xinglin.catalog import services as catalog
from xinglin.catalog.copying import services as copying
from xinglin.catalog.description import Description
from xinglin.circulation import services as circulation
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold
from xinglin.circulation.tests.factories import a_copy
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.ill import queries, services
from xinglin.ill.errors import AlreadyWished, NotInThisState
from xinglin.ill.lifecycle import LegState, Wanted
from xinglin.ill.models import IllMessage, MessageState, Service, Wish
from xinglin.ill.protocol.messages import RequesterMessage
from xinglin.ill.protocol.vocabulary import Action
from xinglin.ill.protocol.writing import write
from xinglin.ill.services.asking import Asked
from xinglin.ill.tests.conftest import Line
from xinglin.notices.models import Notice
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db(transaction=True)


def a_wish(patron: Patron, title: str = "房颤消融手册", **more: object) -> Wish:
    asked = Asked(title=title, **more)  # type: ignore[arg-type]
    return services.ask(patron=patron, asked=asked, library=patron.home_library)


def now(wish: Wish) -> Wish:
    wish.refresh_from_db()
    return wish


def test_a_book_is_borrowed_arrives_is_lent_goes_back_and_is_completed(line: Line, readers: Readers) -> None:
    partner = line.partner("S1", "WILLSUPPLY_LOANED")
    wish = a_wish(readers.of_a)
    assert wish.state == Wanted.SEEKING
    line.carry()
    assert (now(wish).state, wish.item_id) == (Wanted.SHIPPED, "MOCK-1")
    assert wish.due_at is not None
    desk = line.consortium.librarian_a
    services.receive(wish=wish, by=desk)
    services.lend(wish=wish, by=desk)
    services.ask_renewal(wish=wish, patron=readers.of_a)
    line.carry()
    assert not now(wish).renew_asked
    services.give_back(wish=wish, by=desk)
    services.send_back(wish=wish, via="快递", by=desk)
    line.carry()
    assert now(wish).state == Wanted.COMPLETED
    assert wish.closed_at is not None
    heard = [each.action for each in line.mock(partner).mock.heard if isinstance(each, RequesterMessage)]
    assert heard == [Action.RECEIVED, Action.RENEW, Action.SHIPPED_RETURN]
    assert not IllMessage.objects.exclude(state__in=(MessageState.SENT, MessageState.TAKEN)).exists()
    assert Notice.objects.filter(patron=readers.of_a, text__contains="请来取").exists()


def test_a_refusal_goes_on_to_the_next_and_the_last_one_ends_it(line: Line, readers: Readers) -> None:
    for symbol in ("S1", "S2", "S3"):
        line.partner(symbol, "ERROR" if symbol == "S2" else "UNFILLED")
    wish = a_wish(readers.of_a)
    line.carry()
    assert now(wish).state == Wanted.UNFILLED
    assert [leg.state for leg in wish.legs.all()] == [LegState.REFUSED] * 3
    assert Notice.objects.filter(text__contains="没有馆能提供").exists()


def test_who_is_silent_is_passed_over_in_time_and_a_clinical_need_does_not_wait_days(
    line: Line, readers: Readers
) -> None:
    silent = line.partner("S1", "SILENT", tier="consortium")
    line.partner("S2", "LOANED")
    wish = a_wish(readers.of_a, urgent=True)
    line.carry()
    assert now(wish).leg is not None
    assert services.time_out_legs() == 0
    clock.move(timedelta(minutes=31))
    assert services.time_out_legs() == 1
    line.carry()
    assert now(wish).state == Wanted.SHIPPED
    assert [leg.state for leg in wish.legs.all()] == [LegState.TIMED_OUT, LegState.DONE]
    assert any(
        isinstance(each, RequesterMessage) and each.action == Action.CANCEL
        for each in line.mock(silent).mock.heard
    )


def test_a_condition_waits_for_a_person_and_a_retry_names_the_request_before(
    line: Line, readers: Readers
) -> None:
    partner = line.partner("S1", "COST")
    wish = a_wish(readers.of_a)
    line.carry()
    assert (now(wish).state, wish.condition) == (Wanted.CONDITION, "15.00 CNY")
    services.accept_condition(wish=wish, by=None)
    assert now(wish).state == Wanted.WILL_SUPPLY
    line.mock(partner).mock.default = "RETRY"
    second = a_wish(readers.of_a, title="心电图手册")
    line.carry()
    assert now(second).state == Wanted.RETRY
    services.retry(wish=second, note="任何版本都可以", by=None)
    run_errands()
    request = line.mock(partner).mock.heard[-1]
    assert request.asks.previous_request_id == f"{second.number}-1"  # type: ignore[union-attr]


def test_a_cancel_is_asked_and_only_a_yes_ends_it(line: Line, readers: Readers) -> None:
    partner = line.partner("S1", "WILLSUPPLY")
    mock = line.mock(partner).mock
    mock.agrees_to_cancel = False
    wish = a_wish(readers.of_a)
    line.carry()
    services.cancel(wish=wish, patron=readers.of_a, reason="不要了")
    assert now(wish).state == Wanted.WILL_SUPPLY
    line.carry()
    assert (now(wish).state, wish.cancel_asked) == (Wanted.WILL_SUPPLY, False)
    mock.agrees_to_cancel = True
    services.cancel(wish=wish, patron=readers.of_a)
    line.carry()
    assert now(wish).state == Wanted.CANCELLED


def test_what_our_own_libraries_lend_becomes_a_hold_and_travels(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    record = catalog.add_record(
        description=Description(title="实用心电图学", isbns=("9787117123457",)), by=None
    )
    copy = a_copy(record, cast.main)
    wish = a_wish(readers.of_a, title="实用心电图学", isbn="9787117123457")
    assert wish.state == Wanted.LOCAL
    hold = Hold.objects.get()
    with pytest.raises(AlreadyWished):
        a_wish(readers.of_a, title="实用心电图学", isbn="9787117123457")
    hold = circulation.set_aside(hold=hold, item=copy, by=None)
    assert hold.state == HoldState.IN_TRANSIT
    circulation.arrive(hold=hold, by=None)
    circulation.lend(patron=readers.of_a, item=copy, library=cast.a, by=None)
    run_errands()
    assert now(wish).state == Wanted.COMPLETED


def test_the_rota_prefers_who_holds_it_and_who_is_owed_least(line: Line, readers: Readers) -> None:
    knows = line.partner("S9", "SILENT")
    line.partner("S1", "SILENT")
    without = line.partner("S2", "SILENT")
    services.list_holdings(partner=knows, numbers=["978-7-117-12345-7"], by=None)
    services.list_holdings(partner=without, numbers=["9787040000016"], by=None)
    dear = line.partner("S3", "SILENT", tier="paid", cost_fen=3000)
    wish = a_wish(readers.of_a, isbn="9787117123457")
    assert wish.legs.get().partner == knows
    for _next in range(2):
        wish = now(wish)
        services.pass_over(wish=wish, reason="太慢", by=None)
    asked = [leg.partner for leg in wish.legs.order_by("order")]
    assert without not in asked
    assert dear not in asked
    assert now(wish).state == Wanted.UNFILLED


def test_a_stray_parcel_of_a_former_supplier_is_shown_to_people(line: Line, readers: Readers) -> None:
    late = line.partner("S1", "SILENT", tier="consortium")
    line.partner("S2", "SILENT")
    wish = a_wish(readers.of_a)
    line.carry()
    former = wish.legs.get()
    services.pass_over(wish=now(wish), reason="太慢", by=None)
    made = line.mock(late)
    head = made.mock.heard[0].header
    made.mock.agrees_to_cancel = False
    made.outbox += map(write, made.mock.play(head, "LOANED"))
    line.carry()
    assert former.partner.name in now(wish).stray
    assert wish.state == Wanted.SENT


def test_a_copy_completes_at_once_and_another_library_touches_nothing(line: Line, readers: Readers) -> None:
    line.partner("S1", "COPY")
    wish = a_wish(readers.of_a, service=Service.COPY)
    with pytest.raises(NotAllowed):
        services.pass_over(wish=wish, reason="x", by=line.consortium.outsider)
    line.carry()
    assert now(wish).state == Wanted.COMPLETED
    with pytest.raises(NotInThisState):
        services.receive(wish=wish, by=None)


def test_partners_catalogues_are_asked_before_a_request_goes_out(line: Line, readers: Readers) -> None:
    without, silent, having = (line.partner(name, "WILLSUPPLY") for name in ("S1", "S2", "S3"))
    isbn = "9787506799379"
    line.mock(having).mock.holds = frozenset({isbn})
    nowhere = "http://127.0.0.1:9/sru"
    for partner, address in (
        (without, line.mock(without).url), (silent, nowhere), (having, line.mock(having).url),
    ):  # fmt: skip
        source = copying.add_source(name=partner.name, address=address, by=None)
        services.amend_partner(partner=partner, by=None, catalogue=source)
    wish = a_wish(readers.of_a, isbn="978-7-5067-9937-9")
    assert now(wish).state == Wanted.SEEKING
    line.carry()
    assert now(wish).state == Wanted.WILL_SUPPLY
    # Who has it is asked first, who has not is not asked at all, who is silent only after those who have it.
    assert [leg.partner for leg in wish.legs.all()] == [having]
    told = {answer.partner_id: answer.holds for answer in queries.answers_about(wish)}
    assert told == {without.pk: False, silent.pk: None, having.pk: True}
    services.pass_over(wish=wish, reason="等不及", by=None)
    leg = now(wish).leg
    assert leg is not None and leg.partner == silent
    page = signed_in(line.consortium.librarian_a).get(f"/console/ill/wish/{wish.pk}/").content.decode()
    assert "伙伴目录" in page and "未答" in page


def test_what_no_library_of_ours_can_find_is_asked_of_partners(line: Line, readers: Readers) -> None:
    line.partner("S1", "SILENT")
    record = catalog.add_record(
        description=Description(title="实用心电图学", isbns=("9787117123457",)), by=None
    )
    copy = a_copy(record, line.consortium.main)
    wish = a_wish(readers.of_a, title="实用心电图学", isbn="9787117123457")
    assert wish.state == Wanted.LOCAL
    circulation.not_on_the_shelf(item=copy, by=None)
    circulation.ask_for_copies()
    run_errands()
    wish = now(wish)
    assert (wish.state, wish.hold) == (Wanted.SENT, None)
    assert Hold.objects.get().state == HoldState.CANCELLED
    assert Notice.objects.filter(patron=readers.of_a).count() <= 1
