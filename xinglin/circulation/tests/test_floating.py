"""Copies that stay where they are brought back: by which rule, what goes before it, and the way home."""

import pytest

from xinglin.catalog.models import Item
from xinglin.catalog.queries import availability
from xinglin.circulation import errors, queries, services
from xinglin.circulation.models import FloatingCopy, FloatingRule, Transit, TransitReason, Whereabouts
from xinglin.circulation.services import CheckIn, Next
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.commons import history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db
RULES, COPIES = "/console/circulation/floating_rules/", "/console/circulation/floating_copies/"


def brought_back(item: Item, library: Library) -> CheckIn:
    return services.check_in(
        item=Item.objects.select_related("holding__record").get(pk=item.pk), library=library, by=None
    )


def floats(owner: Library | None, stays_in: Library | None, item_type: str = "") -> FloatingRule:
    return services.let_float(owner=owner, stays_in=stays_in, item_type=item_type, by=None)


def test_a_copy_stays_where_it_is_brought_back_and_is_found_on_that_shelf(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, main = a_small_consortium.a, a_small_consortium.main
    rule = floats(a, main, "book")
    record = a_title()
    copy = a_loan(readers.of_a, a, item=a_copy(record, a)).item
    back = brought_back(copy, main)
    assert (back.next, back.transit, back.moved_from) == (Next.SHELF, None, a)
    stands = Item.objects.select_related("holding").get(pk=copy.pk)
    assert (stands.library, stands.holding.library, stands.available) == (main, main, True)
    assert stands.holding.call_number == copy.holding.call_number
    assert [(place.library, place.on_shelf) for place in availability(record)] == [(main, 1)]
    assert not record.holdings.filter(library=a).exists(), "no empty shelf is left to be looked at"
    assert not Whereabouts.objects.exists()
    assert FloatingCopy.objects.get().owner == a
    assert history.history_of(copy).get(deed="float").reason == str(rule)


@pytest.mark.parametrize("case", ["no rule", "another kind", "another owner", "another place", "stopped"])
def test_what_no_rule_lets_stay_goes_home(
    a_small_consortium: SmallConsortium, readers: Readers, case: str
) -> None:
    a, main, b = a_small_consortium.a, a_small_consortium.main, a_small_consortium.b
    if case == "another kind":
        floats(None, None, "media")
    elif case == "another owner":
        floats(main, None)
    elif case == "another place":
        floats(a, b)
    elif case == "stopped":
        services.stop_floating(rule=floats(None, None), by=None)
    back = brought_back(a_copy(a_title(), a), main)
    assert back.next == Next.BOX
    assert back.transit is not None
    assert (back.transit.to_library, back.transit.reason) == (a, TransitReason.HOME)
    assert not FloatingCopy.objects.exists()


def test_who_waits_is_served_before_a_copy_may_stay(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, main = a_small_consortium.a, a_small_consortium.main
    floats(None, None)
    record = a_title()
    copy = a_loan(readers.of_main, main, item=a_copy(record, a)).item
    hold = a_hold(readers.of_a, record, a)
    back = brought_back(copy, main)
    assert (back.next, back.hold) == (Next.BOX, hold)
    assert Transit.objects.get(received_at=None).reason == TransitReason.HOLD


def test_what_came_out_of_the_wrong_box_goes_on_to_where_it_was_sent(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, main, b = a_small_consortium.a, a_small_consortium.main, a_small_consortium.b
    copy = a_copy(a_title(), a)
    assert brought_back(copy, b).next == Next.BOX
    floats(None, None)
    back = brought_back(copy, main)
    assert back.transit is not None
    assert (back.next, back.transit.to_library) == (Next.BOX, a)


def test_it_floats_on_and_is_home_again_on_its_old_shelf_when_its_own_library_scans_it(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, main, b = a_small_consortium.a, a_small_consortium.main, a_small_consortium.b
    floats(a, None)
    copy = a_copy(a_title(), a)
    shelf = copy.holding
    shelf.location = "三楼中文书库"
    shelf.save()
    for there in (main, b):
        assert brought_back(copy, there).next == Next.SHELF
    assert FloatingCopy.objects.get().owner == a, "whoever gave it out, not where it stood last"
    home = brought_back(copy, a)
    assert (home.next, home.moved_from) == (Next.SHELF, b)
    stands = Item.objects.select_related("holding").get(pk=copy.pk)
    assert (stands.library, stands.holding.location, stands.available) == (a, "三楼中文书库", True)
    assert not FloatingCopy.objects.exists()


def test_it_is_sent_home_by_hand_and_arrives(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    a, main = a_small_consortium.a, a_small_consortium.main
    floats(a, main)
    copy = a_copy(a_title(), a)
    brought_back(copy, main)
    desk = signed_in(a_small_consortium.manager)
    page = desk.post(f"{COPIES}{copy.pk}/do/send_home/", follow=True).content.decode()
    assert "已登记送回" in page
    assert Transit.objects.get(received_at=None).to_library == a
    assert brought_back(copy, a).next == Next.SHELF
    assert not FloatingCopy.objects.exists()


def test_a_barcode_that_the_other_library_has_too_sends_it_home(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, main = a_small_consortium.a, a_small_consortium.main
    floats(None, None)
    copy, other = a_copy(a_title(), a), a_copy(a_title(), main)
    Item.objects.filter(pk=other.pk).update(barcode=copy.barcode)
    assert brought_back(copy, main).next == Next.BOX


def test_a_library_gives_out_what_is_its_own_and_nothing_else(a_small_consortium: SmallConsortium) -> None:
    a, main = a_small_consortium.a, a_small_consortium.main
    outsider = a_small_consortium.outsider
    for owner in (None, a):
        with pytest.raises(NotAllowed):
            services.let_float(owner=owner, stays_in=main, by=outsider)
    rule = floats(a, main)
    with pytest.raises(NotAllowed):
        services.stop_floating(rule=rule, by=outsider)
    with pytest.raises(errors.FloatingRuleUnfit, match="已有一条"):
        floats(a, main)
    with pytest.raises(errors.FloatingRuleUnfit, match="同一个馆"):
        floats(a, a)
    services.stop_floating(rule=rule, by=None)
    with pytest.raises(errors.FloatingRuleUnfit, match="已经停用"):
        services.stop_floating(rule=rule, by=None)
    assert FloatingRule.objects.filter(retired_at=None).count() == 0


def test_an_outsider_sees_no_floating_copy_of_others(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    floats(None, a_small_consortium.main)
    brought_back(a_copy(a_title(), a_small_consortium.a), a_small_consortium.main)
    assert queries.floating_copies_visible_to(a_small_consortium.manager).count() == 1
    assert not queries.floating_copies_visible_to(a_small_consortium.outsider).exists()


def test_the_screens_make_stop_list_and_explain(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, main = a_small_consortium.a, a_small_consortium.main
    desk = signed_in(a_small_consortium.manager)
    made = desk.post(
        "/console/circulation/floating_rule/new/", {"owner": a.pk, "stays_in": main.pk, "item_type": "book"}
    )
    assert made.status_code == 302, made.content.decode()
    rule = FloatingRule.objects.get()
    assert (rule.owner, rule.stays_in, rule.made_by) == (a, main, a_small_consortium.manager)
    brought_back(a_copy(a_title(title="浮动的书"), a), main)
    assert "浮动的书" in desk.get(COPIES).content.decode()
    assert "浮动的书" in desk.get(f"{COPIES}?export=csv").getvalue().decode("utf-8-sig")
    asked: dict[str, str | int] = {
        "library": a.pk,
        "home_library": a.pk,
        "category": readers.of_a.category_id,
        "item_type": "book",
        "lent_at": "2026-11-02T09:00",
        "owner": a.pk,
        "returned_to": main.pk,
    }
    what_if = "/console/circulation/whatif/"
    assert "就留在那里上架" in desk.get(what_if, asked).content.decode()
    desk.post(f"{RULES}{rule.pk}/do/stop/")
    assert "装箱送回" in desk.get(what_if, asked).content.decode()
    assert "已停用" in desk.get(RULES).content.decode()
