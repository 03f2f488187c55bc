"""Readers walk along the journals and the lists that librarians make."""

import pytest
from django.test import Client

from xinglin.catalog.browsing import services
from xinglin.catalog.browsing.errors import ReadingListUnreadable
from xinglin.catalog.browsing.models import ReadingList
from xinglin.catalog.models import Kind
from xinglin.catalog.tests.factories import a_holding, a_record, an_item
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def test_journals_stand_from_a_to_z(a_small_consortium: SmallConsortium, client: Client) -> None:
    a_record("中华内科杂志", kind=Kind.SERIAL, languages=("chi",))
    a_holding(a_record("The Lancet", kind=Kind.SERIAL, languages=("eng",)), a_small_consortium.a)
    a_record("2020年鉴", kind=Kind.SERIAL, languages=("chi",))
    a_record("中医学")
    page = client.get("/m/journals/").content.decode()
    assert "有馆藏" in page and a_small_consortium.a.label in page
    assert page.index("The Lancet") < page.index("中华内科杂志") and "中医学" not in page
    assert "Z <b>1</b>" in page and "# <b>1</b>" in page
    only = client.get("/m/journals/", {"letter": "z"}).content.decode()
    assert "中华内科杂志" in only and "Lancet" not in only
    assert "2020年鉴" in client.get("/m/journals/", {"letter": "#"}).content.decode()
    foreign = client.get("/m/journals/", {"language": "other"}).content.decode()
    assert "Lancet" in foreign and "中华" not in foreign


def test_a_list_is_made_published_and_read(a_small_consortium: SmallConsortium, client: Client) -> None:
    first = a_record("心电图图谱", isbns=("9787117266666",))
    second = a_record("内科学")
    an_item(first, a_small_consortium.a)
    client.force_login(a_small_consortium.librarian_a.user)
    said = {
        "title": "心内科入科必读",
        "introduction": "新入科医生先读这两本。",
        "library": str(a_small_consortium.a.pk),
        "lines": f"978-7-117-26666-6 图多\n{second.pk} 先读第三篇\n",
    }
    client.post("/console/catalog/reading_list/new/", said)
    made = ReadingList.objects.get()
    assert client.get(f"/m/lists/{made.pk}/").status_code == 404, "not published yet"
    form = client.get(f"/console/catalog/reading_list/{made.pk}/").content.decode()
    assert f"{first.pk} 图多" in form
    client.post(f"/console/catalog/reading_list/{made.pk}/", {**said, "is_published": "on", "_version": "1"})
    assert "心内科入科必读" in client.get("/m/lists/").content.decode()
    page = client.get(f"/m/lists/{made.pk}/").content.decode()
    assert page.index("心电图图谱") < page.index("内科学") and "先读第三篇" in page and "在架 1 册" in page


def test_a_line_that_names_no_book_saves_nothing(a_small_consortium: SmallConsortium) -> None:
    facts = {"title": "书单", "introduction": "", "library": a_small_consortium.a, "is_published": True}
    with pytest.raises(ReadingListUnreadable, match="第 2 行的 404"):
        services.save_reading_list(
            reading_list=None,
            lines=f"{a_record().pk}\n404 没有",
            by=None,
            **facts,  # type: ignore[arg-type]  # mixed facts
        )
    with pytest.raises(NotAllowed):
        services.save_reading_list(
            reading_list=None,
            lines="",
            by=a_small_consortium.outsider,
            **facts,  # type: ignore[arg-type]  # mixed facts
        )
    assert not ReadingList.objects.exists()
