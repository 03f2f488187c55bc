"""The console's screens of the consortium, through the front door."""

from datetime import date, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinglin.consortium import queries, roles, services
from xinglin.consortium.hours import Span
from xinglin.consortium.models import Library, OpeningException, RoleGrant, Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

LISTS = ("consortium.libraries", "consortium.special_days", "consortium.staff", "consortium.grants")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_and_shows_only_the_own_library(
    a_small_consortium: SmallConsortium, name: str
) -> None:
    cast = a_small_consortium
    for library, reason in ((cast.a, "甲馆盘点"), (cast.b, "外馆盘点")):
        services.set_special_day(library=library, day=date(2026, 12, 1), reason=reason, by=None)
    page = signed_in(cast.outsider).get(reverse(f"console:{name}"))
    assert page.status_code == 200
    shown = page.content.decode()
    assert "外" in shown
    for hidden in ("第一附属医院", "附一院馆", "甲馆员", "甲馆盘点"):
        assert hidden not in shown


ROW_PAGES = ("consortium.library", "consortium.library.edit", "consortium.library.week")


@pytest.mark.parametrize("name", ROW_PAGES)
def test_a_library_opens_for_its_librarian_and_does_not_exist_for_the_outsider(
    a_small_consortium: SmallConsortium, name: str
) -> None:
    cast = a_small_consortium
    url = reverse(f"console:{name}", args=[cast.a.pk])
    assert signed_in(cast.librarian_a).get(url).status_code == 200
    before = list(Library.objects.values())
    outsider = signed_in(cast.outsider)
    assert outsider.get(url).status_code == 404
    assert outsider.post(url, {"name": "改名", "kind": "branch", "day0": "8:00-9:00"}).status_code in (
        404,
        405,
    )
    assert list(Library.objects.values()) == before
    assert not queries.timetable_of(cast.a).is_known


def test_a_librarian_changes_the_week_as_people_write_it(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    url = reverse("console:consortium.library.week", args=[cast.a.pk])
    client = signed_in(cast.librarian_a)
    told = {"day0": "8：00～12：00，14:00-17:30", "day5": "0900-2400"}
    assert client.post(url, told).status_code == 302
    week = queries.timetable_of(cast.a).week
    assert week == {
        0: (Span(time(8), time(12)), Span(time(14), time(17, 30))),
        5: (Span(time(9), time(0)),),
    }
    assert "14:00-17:30" in client.get(url).content.decode()
    wrong = client.post(url, {"day0": "早上到晚上"})
    assert wrong.status_code == 422
    assert "早上到晚上" in wrong.content.decode(), "nothing typed is lost"
    assert queries.timetable_of(cast.a).week == week


def test_a_special_day_is_added_for_the_own_library_only(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    url = reverse("console:consortium.special_day.new")
    told = {"library": cast.a.pk, "day": "2026-10-10", "spans": "08:00-12:00", "reason": "调休上班"}
    assert signed_in(cast.outsider).post(url, told).status_code == 422
    assert not OpeningException.objects.exists()
    assert signed_in(cast.librarian_a).post(url, told).status_code == 302
    assert queries.timetable_of(cast.a).is_open_on(date(2026, 10, 10))


def test_the_whole_life_of_a_member_of_staff(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client = signed_in(cast.manager)
    told = {"library": cast.a.pk, "name": "新人", "sign_in_name": "newcomer", "password": "a-long-word-88"}
    assert client.post(reverse("console:consortium.staff_member.new"), told).status_code == 302
    staff = Staff.objects.get(user__username="newcomer")

    def deed(name: str, **answers: object) -> int:
        url = reverse("console:consortium.staff_member.do", args=[staff.pk, name])
        return client.post(url, answers).status_code

    assert deed("grant", role=roles.CATALOGUER, library=cast.a.pk) == 302
    assert RoleGrant.objects.get(staff=staff).library == cast.a
    assert deed("grant", role=roles.GATEKEEPER, library=cast.a.pk) == 422, "no medical licence"
    assert deed("grant", role=roles.CATALOGUER, library=cast.b.pk) == 422, "not theirs to give"
    assert deed("retire", reason="调离") == 302
    staff.refresh_from_db()
    assert not staff.active
    assert not RoleGrant.objects.filter(staff=staff).exists()


def test_an_outsider_neither_appoints_nor_grants(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client = signed_in(cast.outsider)
    assert client.get(reverse("console:consortium.staff_member.new")).status_code == 403
    url = reverse("console:consortium.staff_member.do", args=[cast.librarian_a.pk, "grant"])
    assert client.post(url, {"role": roles.CATALOGUER, "library": cast.b.pk}).status_code in (403, 404)
    grant = cast.librarian_a.grants.get()
    revoke = reverse("console:consortium.grants.do", args=[grant.pk, "revoke"])
    assert client.post(revoke).status_code in (403, 404)
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_a_new_library_with_a_wrong_network_is_refused_in_words(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client = signed_in(cast.manager)
    url = reverse("console:consortium.library.new")
    told = {
        "code": "c",
        "parent": cast.main.pk,
        "name": "丙馆",
        "kind": "branch",
        "network_ranges": "10.0.0.1/8",
    }
    refused = client.post(url, told)
    assert refused.status_code == 422
    assert "10.0.0.1/8" in refused.content.decode()
    told["network_ranges"] = "10.9.0.0/16\n10.8.0.0/16"
    assert client.post(url, told).status_code == 302
    assert Library.objects.get(code="C").network_ranges == ["10.9.0.0/16", "10.8.0.0/16"]


def test_readers_see_the_library_its_hours_and_its_map(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    services.amend_library(
        library=cast.a, introduction="建馆于一九五〇年", latitude="39.908823", longitude="116.397470", by=None
    )
    services.set_week(library=cast.a, week={day: [Span(time(8), time(21))] for day in range(7)}, by=None)
    picture = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20)
    services.set_floor_map(library=cast.a, picture=picture, by=None)
    client = signed_in(cast.outsider)
    client.logout()
    listing = client.get(reverse("mobile:libraries"), {"latitude": "39.9", "longitude": "116.4"})
    assert listing.status_code == 200
    assert "公里" in listing.content.decode()
    for nonsense in ("x", "nan", "1e400", "91"):
        assert (
            client.get(reverse("mobile:libraries"), {"latitude": nonsense, "longitude": "0"}).status_code
            == 200
        )
    page = client.get(reverse("mobile:library_page", args=["a"])).content.decode()
    assert "建馆于一九五〇年" in page
    assert "08:00–21:00" in page
    served = client.get(reverse("mobile:library_map", args=["A"]))
    assert served["Content-Type"] == "image/png"


@pytest.mark.parametrize("name", ["library_page", "library_map"])
def test_a_library_that_is_not_public_does_not_exist_for_readers(
    a_small_consortium: SmallConsortium, name: str
) -> None:
    cast = a_small_consortium
    services.amend_library(library=cast.b, is_open_to_public=False, by=None)
    client = signed_in(cast.outsider)
    assert client.get(reverse(f"mobile:{name}", args=["B"])).status_code == 404
    assert client.get(reverse(f"mobile:{name}", args=["NONE"])).status_code == 404
    assert "外区" not in client.get(reverse("mobile:libraries")).content.decode()
