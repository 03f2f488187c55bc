"""The console and the pages, by HTTP: permissions, branches, exports, what each may do."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from xinglin.commons import clock
from xinglin.console.testing import assert_constant_queries
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.learning import services
from xinglin.learning.lifecycle import LectureState
from xinglin.learning.models import Lecture, MaterialKind, Registration
from xinglin.learning.tests.factories import a_file, a_lecture, people, signs_up, until
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account

pytestmark = pytest.mark.django_db
LIST = "/console/learning/lectures/"


def phone_of(consortium: SmallConsortium, patron: Patron) -> Client:
    """The browser of a reader who came from the chat."""
    follower = a_follower(an_account(consortium.main))
    bind_by_code(follower=follower, digits=issue_code(patron=patron, by=None))
    client = Client()
    client.get(urlsplit(personal_link(follower, "/m/")).path, follow=True)
    return client


def test_a_librarian_makes_announces_moves_and_calls_off_a_lecture(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    file = a_file()
    typed = {
        "library": a_small_consortium.a.pk,
        "kind": "training",
        "title": "R 画图",
        "place": "三楼",
        "seats": 1,
        "begins_at": f"{clock.local(file.begins_at):%Y-%m-%dT%H:%M}",
        "ends_at": f"{clock.local(file.ends_at):%Y-%m-%dT%H:%M}",
    }
    made = client.post("/console/learning/lecture/new/", typed, follow=True)
    assert "已存为草稿" in made.content.decode()
    lecture = Lecture.objects.get()
    assert (lecture.begins_at, lecture.library) == (file.begins_at, a_small_consortium.a)
    page = f"/console/learning/lecture/{lecture.pk}/"
    assert Client().get(f"/m/lectures/{lecture.pk}/").status_code == 404
    client.post(f"{page}do/announce_lecture/")
    assert Client().get(f"/m/lectures/{lecture.pk}/").status_code == 200

    said = client.post(f"{page}do/register/", {"card": "A0001"}, follow=True).content.decode()
    assert "已为李建国报名" in said
    guest = {"guest_name": "来访者", "guest_phone": "139 0000 1111"}
    assert "候补第 1 位" in client.post(f"{page}do/register/", guest, follow=True).content.decode()
    both = client.post(f"{page}do/register/", {"card": "A0001", **guest})
    assert both.status_code == 422 and "只填一样" in both.content.decode()

    lecture.refresh_from_db()
    edit = f"/console/learning/lecture/edit/{lecture.pk}/"
    changed = {**typed, "seats": 2, "_version": str(lecture.version)}
    assert client.post(edit, changed).status_code == 302
    assert sorted(lecture.registrations.values_list("state", flat=True)) == ["registered", "registered"]
    assert client.post(edit, changed).status_code == 409  # someone saved it meanwhile
    lecture.refresh_from_db()
    fewer = client.post(edit, {**changed, "seats": 1, "_version": str(lecture.version)})
    assert fewer.status_code == 422 and "已有 2 人得到名额" in fewer.content.decode()

    assert client.post(f"{page}do/cancel_lecture/", {"reason": ""}).status_code == 422
    client.post(f"{page}do/cancel_lecture/", {"reason": "停电"})
    lecture.refresh_from_db()
    assert (lecture.state, lecture.cancelled_because) == (LectureState.CANCELLED, "停电")
    assert client.get(edit).status_code == 404


def test_another_librarys_lecture_does_not_exist_and_nothing_changes(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    lecture = a_lecture(cast.main)
    [registration] = signs_up(lecture, readers.of_a)
    for staff in (cast.outsider, cast.librarian_a):
        client = signed_in(staff)
        page = f"/console/learning/lecture/{lecture.pk}/"
        assert client.get(page).status_code == 404
        for address in (
            f"{page}do/cancel_lecture/",
            f"{page}do/add_material/",
            f"/console/learning/lecture/edit/{lecture.pk}/",
            f"/console/learning/lecture/sheet/{lecture.pk}/",
            f"/console/learning/registrations/{registration.pk}/do/cancel/",
        ):
            assert client.post(address, {"reason": "试"}).status_code == 404, address
        assert lecture.title not in client.get(LIST).content.decode()
        assert "李建国" not in client.get("/console/learning/registrations/?export=csv").getvalue().decode()
    lecture.refresh_from_db()
    registration.refresh_from_db()
    assert (lecture.state, registration.state) == ("announced", "registered")
    assert signed_in(cast.manager).get(f"/console/learning/lecture/{lecture.pk}/").status_code == 200


@pytest.mark.parametrize("role", [roles.CATALOGUER, roles.CIRCULATION_LIBRARIAN, roles.CORRESPONDENT])
def test_who_has_no_part_in_it_opens_none_of_its_screens(
    a_small_consortium: SmallConsortium, role: str
) -> None:
    client = signed_in(a_staff(role, library=a_small_consortium.main, name="旁人"))
    for name in ("lectures", "registrations", "materials", "lecture/new"):
        assert client.get(f"/console/learning/{name}/").status_code == 403
    assert "讲座报名" not in client.get("/console/").content.decode()


def test_lists_ask_no_more_for_more_rows_and_travel_into_sheets(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    lecture = a_lecture(main, seats=3)
    signs_up(lecture, readers.of_a)
    client = signed_in(a_small_consortium.manager)
    assert_constant_queries(client, LIST, lambda: [a_lecture(main) for _each in range(5)])
    assert_constant_queries(
        client,
        "/console/learning/registrations/",
        lambda: signs_up(lecture, *people(a_small_consortium.a, 5)),
    )
    phone = phone_of(a_small_consortium, readers.of_a)
    assert_constant_queries(phone, "/m/lectures/", lambda: [a_lecture(main) for _each in range(5)])
    for address in (LIST, "/console/learning/registrations/", "/console/learning/materials/"):
        assert client.get(f"{address}?export=xlsx").status_code == 200
        assert client.get(f"{address}?export=csv").status_code == 200
    sheet = client.get(f"{LIST}?export=csv&q=系统评价 许文清&state=announced").getvalue().decode()
    assert "3 / 3" in sheet
    free = client.get(f"{LIST}?free=1&export=csv").getvalue().decode()
    assert "3 / 3" not in free and "系统评价" in free


def test_materials_are_added_found_and_taken_off(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main)
    client = signed_in(a_small_consortium.manager)
    page = f"/console/learning/lecture/{lecture.pk}/"
    typed = {"kind": "recording", "title": "录像", "link": "video.example/1"}
    client.post(f"{page}do/add_material/", typed)
    material = lecture.materials.get()
    assert (material.kind, material.link) == (MaterialKind.RECORDING, "https://video.example/1")
    assert "https://video.example/1" in Client().get(f"/m/lectures/{lecture.pk}/").content.decode()
    client.post(f"/console/learning/materials/{material.pk}/do/remove_material/")
    assert not lecture.materials.exists()


def test_the_list_on_the_phone_is_searched_and_leads_to_what_is_over(
    a_small_consortium: SmallConsortium,
) -> None:
    main, phone = a_small_consortium.main, Client()
    assert "近期没有讲座" in phone.get("/m/lectures/").content.decode()
    assert 'href="/m/lectures/"' not in phone.get("/m/").content.decode()
    first = a_lecture(main, title="检索入门", begins_at=clock.now() + timedelta(hours=1))
    a_lecture(main, title="R 画图")
    a_lecture(main, title="草稿", announced=False)
    html = phone.get("/m/lectures/").content.decode()
    assert html.index("检索入门") < html.index("R 画图") and "草稿" not in html
    assert 'href="/m/lectures/"' in phone.get("/m/").content.decode()
    found = phone.get("/m/lectures/?q=R 五楼").content.decode()
    assert "R 画图" in found and "检索入门" not in found
    assert "没有找到" in phone.get("/m/lectures/?q=\x00无此").content.decode()
    until(first.ends_at)
    services.follow_the_clock()
    past = phone.get("/m/lectures/?past=1").content.decode()
    assert "检索入门" in past and "已结束" in past and "R 画图" not in past


def test_a_reader_registers_comes_rates_and_shows_the_certificate(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    lecture = a_lecture(a_small_consortium.main, live_link="https://live.example/1")
    phone, page = phone_of(a_small_consortium, readers.of_a), f"/m/lectures/{lecture.pk}/"
    assert Client().post(f"{page}register/").status_code == 403
    assert phone.get(f"{page}register/").status_code == 405
    assert "已报名。" in phone.post(f"{page}register/", follow=True).content.decode()
    assert "系统评价" in phone.get("/m/lectures/mine/").content.decode()
    assert "live.example" not in phone.get(page).content.decode()  # not before the doors are open
    until(lecture.begins_at)
    door = f"/m/lectures/attend/{lecture.code}/"
    assert "签到" in phone.get(door).content.decode()
    assert not Registration.objects.filter(state="attended").exists()  # a preview counts nobody
    assert "已签到" in phone.post(door, follow=True).content.decode()
    html = phone.get(page).content.decode()
    assert "https://live.example/1" in html and "请评价这场讲座" in html
    assert "请选 1 到 5 分" in phone.post(f"{page}rate/", {"score": "9"}, follow=True).content.decode()
    phone.post(f"{page}rate/", {"score": "5", "words": "讲得清楚"})
    kept = Registration.objects.get()
    assert (kept.score, kept.words) == (5, "讲得清楚")
    proof = Client().get(f"/m/lectures/certificate/{kept.certificate}/").content.decode()
    assert "李建国" in proof and "系统评价的检索策略" in proof
    assert Client().get("/m/lectures/certificate/forged/").status_code == 404
    detail = signed_in(a_small_consortium.manager).get(f"/console/learning/lecture/{lecture.pk}/")
    assert "讲得清楚" in detail.content.decode() and "5.0" in detail.content.decode()


def test_the_stranger_at_the_door_is_refused_in_words(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    lecture = a_lecture(a_small_consortium.main)
    phone = phone_of(a_small_consortium, readers.of_a)
    early = phone.post(f"/m/lectures/attend/{lecture.code}/")
    assert early.status_code == 422 and "现在不能签到" in early.content.decode()
    assert phone.get("/m/lectures/attend/guessed/").status_code == 404
    assert phone.post(f"/m/lectures/{lecture.pk}/cancel/").status_code == 404


def test_what_was_called_off_is_shown_to_those_who_had_registered(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    lecture = a_lecture(a_small_consortium.main)
    phone, page = phone_of(a_small_consortium, readers.of_a), f"/m/lectures/{lecture.pk}/"
    phone.post(f"{page}register/")
    services.cancel_lecture(lecture=lecture, reason="讲者生病", by=None)
    assert "取消了：讲者生病" in phone.get(page).content.decode()
    assert Client().get(page).status_code == 404
    assert "STATUS:CANCELLED" in phone.get(f"{page}calendar/").content.decode()


def test_the_calendar_takes_the_lecture(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main, summary="一,二;三\n四")
    answer = Client().get(f"/m/lectures/{lecture.pk}/calendar/")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:系统评价的检索策略\r\n" in text and "DESCRIPTION:许文清\\n一\\,二\\;三\\n四\r\n" in text
    assert f"URL:{settings.PUBLIC_URL}/m/lectures/{lecture.pk}/" in text


def test_a_home_card_tells_of_what_is_ahead(a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.manager)
    assert "待举办的讲座" not in client.get("/console/").content.decode()
    a_lecture(a_small_consortium.main)
    assert "待举办的讲座" in client.get("/console/").content.decode()
