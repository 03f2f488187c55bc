"""Libraries: their place in the tree and on the map, their networks, their pictures."""

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons import history
from xinglin.consortium import queries, services
from xinglin.consortium.errors import LibraryCodeTaken, LibraryInUse, LibraryUnfit, LibraryUnknown
from xinglin.consortium.fields import LARGEST_PICTURE
from xinglin.consortium.models import Library
from xinglin.consortium.services.libraries import ContactLine
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_library

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def test_an_amendment_keeps_what_stood_before(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    services.amend_library(library=cast.a, phone="010-1234567", by=cast.librarian_a)
    entry = history.history_of(cast.a).filter(deed="amend").get()
    assert entry.changes == {"phone": ["", "010-1234567"]}
    assert entry.actor == cast.librarian_a.user


def test_a_code_is_given_once(a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(LibraryCodeTaken):
        services.add_library(code="a", name="又一个", by=None)


@pytest.mark.parametrize(
    "ranges", [["10.0.0.1/8"], ["房间"], ["0.0.0.0/0"], ["10.0.0.0/33"], "10.0.0.0/8", [["10.0.0.0/8"]]]
)
@pytest.mark.django_db
def test_a_network_range_that_is_none_is_refused(ranges: list[str]) -> None:
    with pytest.raises(LibraryUnfit):
        a_library("N", network_ranges=ranges)
    assert not Library.objects.filter(code="N").exists()


@pytest.mark.parametrize("place", [{"latitude": 91, "longitude": 0}, {"latitude": 30, "longitude": None}])
@pytest.mark.django_db
def test_a_place_that_cannot_be_is_refused(place: dict[str, object]) -> None:
    with pytest.raises(LibraryUnfit):
        a_library("P", latitude=place["latitude"], longitude=place["longitude"])


@pytest.mark.django_db
def test_the_narrowest_network_says_which_library_an_address_is_in() -> None:
    college = a_library(network_ranges=["10.0.0.0/8", "2001:db8::/32"])
    hospital = a_library(network_ranges=["10.20.0.0/16"])
    assert queries.library_of_address("10.20.3.4") == hospital
    assert queries.library_of_address("10.21.3.4") == college
    assert queries.library_of_address("2001:db8::1") == college
    assert queries.library_of_address("192.0.2.1") is None
    assert queries.library_of_address("not an address") is None


@pytest.mark.django_db
def test_the_nearest_public_library_comes_first() -> None:
    # Two places in Beijing some 1.06 km apart as the crow flies, and one in Shanghai.
    here = {"latitude": 39.908823, "longitude": 116.397470}
    near = a_library(latitude="39.918058", longitude="116.397026")
    far = a_library(latitude="31.230416", longitude="121.473701")
    a_library(latitude="39.908823", longitude="116.397470", is_open_to_public=False)
    a_library()
    found = queries.nearest(latitude=here["latitude"], longitude=here["longitude"])
    assert [nearby.library for nearby in found] == [near, far]
    assert found[0].metres == pytest.approx(1028, abs=5)
    assert found[1].metres == pytest.approx(1_067_000, rel=0.005)


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(degrees, degrees)
def test_a_distance_is_the_same_both_ways_and_never_past_half_the_globe(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    there, back = queries.metres_between(*one, *other), queries.metres_between(*other, *one)
    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there <= 20_015_115
    assert queries.metres_between(*one, *one) == pytest.approx(0, abs=1e-3)


def test_a_library_is_found_by_what_people_call_it(a_small_consortium: SmallConsortium) -> None:
    for written in ("a", " 附一院馆 ", "第一附属医院图书馆"):
        assert queries.library_named(written) == a_small_consortium.a
    assert queries.library_named("没有的馆") is None
    assert queries.library_named("") is None
    with pytest.raises(LibraryUnknown):
        queries.library_by_code("Z")


def test_the_tree_is_shown_in_order_and_a_part_keeps_its_own_roots(
    a_small_consortium: SmallConsortium,
) -> None:
    cast = a_small_consortium
    room = a_library("A-R", parent=cast.a)
    everything = queries.as_tree(Library.objects.all())
    assert everything == [(0, cast.b), (0, cast.main), (1, cast.a), (2, room)]
    assert queries.as_tree([room]) == [(0, room)]
    assert queries.below(cast.main) == {cast.main.pk, cast.a.pk, room.pk}


def test_a_library_with_running_ones_below_is_not_closed(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    with pytest.raises(LibraryInUse):
        services.close_library(library=cast.main, reason="并入", by=None)
    services.close_library(library=cast.a, reason="并入", by=cast.manager)
    services.close_library(library=cast.main, reason="并入", by=None)
    assert list(queries.public_libraries()) == [cast.b]
    services.reopen_library(library=cast.main, by=None)
    assert cast.main in queries.public_libraries()


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF", b"PK\x03\x04", b""])
def test_a_map_is_a_picture_by_its_bytes_whatever_its_name(
    a_small_consortium: SmallConsortium, content: bytes
) -> None:
    with pytest.raises(LibraryUnfit):
        services.set_floor_map(
            library=a_small_consortium.a, picture=ContentFile(content, name="map.png"), by=None
        )


def test_a_new_map_takes_the_place_of_the_old_file(
    a_small_consortium: SmallConsortium, django_capture_on_commit_callbacks: object
) -> None:
    library = services.set_floor_map(
        library=a_small_consortium.a, picture=ContentFile(PNG, name="../../etc/x.png"), by=None
    )
    assert str(library.floor_map.name).startswith("libraries/A")
    assert library.floor_map.read() == PNG
    too_large = ContentFile(PNG + b"\x00" * LARGEST_PICTURE)
    with pytest.raises(LibraryUnfit):
        services.set_floor_map(library=library, picture=too_large, by=None)


def test_contacts_are_replaced_in_the_order_told(a_small_consortium: SmallConsortium) -> None:
    library = a_small_consortium.a
    services.set_contacts(library=library, contacts=[ContactLine("借阅", phone="1")], by=None)
    services.set_contacts(library=library, contacts=[ContactLine("咨询"), ContactLine("馆长")], by=None)
    assert [contact.duty for contact in library.contacts.all()] == ["咨询", "馆长"]
