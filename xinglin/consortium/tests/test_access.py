"""Who may do what, where; and the outsider sees nothing and nothing changed."""

from collections.abc import Callable
from datetime import date, time

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.files.base import ContentFile
from django.test import RequestFactory

from xinglin.commons.errors import NotAllowed
from xinglin.commons.models import HistoryEntry
from xinglin.consortium import access, queries, roles, services
from xinglin.consortium.errors import NotStaff
from xinglin.consortium.hours import Span
from xinglin.consortium.models import Library, RoleGrant, Staff
from xinglin.consortium.services.libraries import ContactLine
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_library, a_staff


def test_a_branch_librarian_sees_the_own_library_and_a_manager_all_below(
    a_small_consortium: SmallConsortium,
) -> None:
    cast = a_small_consortium
    assert list(queries.libraries_visible_to(cast.librarian_a)) == [cast.a]
    assert set(queries.libraries_visible_to(cast.manager)) == {cast.main, cast.a}
    assert list(queries.libraries_visible_to(cast.outsider)) == [cast.b]


def test_a_grant_reaches_down_however_deep_and_to_libraries_added_later(
    a_small_consortium: SmallConsortium,
) -> None:
    reading_room = a_library("A-R", parent=a_small_consortium.a)
    ward = a_library("A-R-W", parent=reading_room)
    visible = access.libraries_of(a_small_consortium.manager, "patrons.view_patron")
    assert {reading_room.pk, ward.pk} <= visible
    assert ward.pk not in access.libraries_of(a_small_consortium.outsider, "patrons.view_patron")


def test_a_grant_over_everything_covers_every_library(a_small_consortium: SmallConsortium) -> None:
    director = a_staff(roles.DECISION_MAKER, everywhere=True)
    assert access.libraries_of(director, "stats.view_report") == set(
        Library.objects.values_list("pk", flat=True)
    )
    assert access.libraries_of(director, "patrons.view_patron") == set()


def test_permissions_are_asked_through_django(a_small_consortium: SmallConsortium) -> None:
    user = a_small_consortium.librarian_a.user
    assert user.has_perm("patrons.view_patron")
    assert user.has_perm("patrons.view_patron", a_small_consortium.a)
    assert not user.has_perm("patrons.view_patron", a_small_consortium.b)
    assert not user.has_perm("consortium.grant_role")


@pytest.mark.parametrize("code", sorted(roles.ROLES))
def test_only_those_who_work_with_readers_may_open_their_files(code: str) -> None:
    may = roles.ROLES[code].allows("patrons.view_patron")
    assert may == (
        code
        in {
            roles.CONSORTIUM_MANAGER,
            roles.BRANCH_LIBRARIAN,
            roles.CIRCULATION_LIBRARIAN,
            roles.REFERENCE_LIBRARIAN,
        }
    )


def test_a_branch_librarian_cannot_appoint_or_grant() -> None:
    role = roles.ROLES[roles.BRANCH_LIBRARIAN]
    assert not role.allows("consortium.grant_role")
    assert not role.allows("consortium.appoint_staff")
    assert not role.allows("patrons.change_category") or not role.allows("consortium.add_library")


def test_who_is_no_librarian_or_has_left_is_refused(a_small_consortium: SmallConsortium) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(NotStaff):
        access.staff_of(request)
    request.user = User.objects.create_user("nobody")
    with pytest.raises(NotStaff):
        access.staff_of(request)
    left = a_small_consortium.librarian_a
    services.retire_staff(staff=left, by=None)
    request.user = User.objects.get(pk=left.user_id)
    with pytest.raises(NotStaff):
        access.staff_of(request)
    assert not request.user.has_perm("patrons.view_patron")


Deed = Callable[[SmallConsortium, Staff], object]
DEEDS: dict[str, Deed] = {
    "amend": lambda cast, by: services.amend_library(library=cast.a, name="改名", by=by),
    "close": lambda cast, by: services.close_library(library=cast.a, reason="试", by=by),
    "reopen": lambda cast, by: services.reopen_library(library=cast.a, by=by),
    "add below": lambda cast, by: services.add_library(code="X", parent=cast.a, name="新", by=by),
    "add on top": lambda cast, by: services.add_library(code="X", name="新", by=by),
    "contacts": lambda cast, by: services.set_contacts(library=cast.a, contacts=[ContactLine("借阅")], by=by),
    "map": lambda cast, by: services.set_floor_map(
        library=cast.a, picture=ContentFile(b"\x89PNG\r\n\x1a\n" + b"0" * 20), by=by
    ),
    "week": lambda cast, by: services.set_week(library=cast.a, week={0: [Span(time(8), time(9))]}, by=by),
    "special day": lambda cast, by: services.set_special_day(library=cast.a, day=date(2026, 1, 1), by=by),
    "clear day": lambda cast, by: services.clear_special_day(library=cast.a, day=date(2026, 1, 1), by=by),
    "appoint": lambda cast, by: services.appoint_staff(
        library=cast.a, sign_in_name="planted", name="内应", by=by
    ),
    "amend staff": lambda cast, by: services.amend_staff(staff=cast.librarian_a, name="改名", by=by),
    "password": lambda cast, by: services.set_staff_password(
        staff=cast.librarian_a, password="a-stolen-desk-42", by=by
    ),
    "retire": lambda cast, by: services.retire_staff(staff=cast.librarian_a, by=by),
    "reinstate": lambda cast, by: services.reinstate_staff(staff=cast.librarian_a, by=by),
    "grant": lambda cast, by: services.grant_role(
        staff=by, role=roles.BRANCH_LIBRARIAN, library=cast.a, by=by
    ),
    "grant everything": lambda cast, by: services.grant_role(
        staff=by, role=roles.CONSORTIUM_MANAGER, library=None, by=by
    ),
    "revoke": lambda cast, by: services.revoke_role(grant=cast.librarian_a.grants.get(), by=by),
}


def everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Library, Staff, RoleGrant, User, HistoryEntry)
    ]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_outsider_does_nothing_and_nothing_changed(
    a_small_consortium: SmallConsortium, deed: str
) -> None:
    before = everything()
    with pytest.raises(NotAllowed):
        DEEDS[deed](a_small_consortium, a_small_consortium.outsider)
    assert everything() == before


def test_the_outsider_sees_no_staff_and_no_roles_of_others(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    assert list(queries.staff_visible_to(cast.outsider)) == [cast.outsider]
    assert {grant.staff for grant in queries.grants_visible_to(cast.outsider)} == {cast.outsider}


def test_a_manager_cannot_grant_over_what_they_do_not_manage(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    with pytest.raises(NotAllowed):
        services.grant_role(staff=cast.librarian_a, role=roles.CATALOGUER, library=cast.b, by=cast.manager)
    with pytest.raises(NotAllowed):
        services.grant_role(staff=cast.librarian_a, role=roles.CATALOGUER, library=None, by=cast.manager)
    services.grant_role(staff=cast.librarian_a, role=roles.CATALOGUER, library=cast.main, by=cast.manager)
