"""Who builds which class, and what the shelves say about it."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client

from xinglin.catalog.copying.errors import MainLibraryOnly
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Holding, Kind
from xinglin.catalog.policy import services
from xinglin.catalog.policy.errors import DutyExists, NoClassNumber
from xinglin.catalog.policy.models import ClassDuty, Depth
from xinglin.catalog.policy.strength import ClassRow, by_class, core_journals, make_up
from xinglin.catalog.tests.factories import a_holding, a_record, an_item
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def report() -> dict[str, ClassRow]:
    return {row.number: row for row in by_class(Library.objects.all())}


def duty(library: Library, number: str, fewest_new: int = 0) -> ClassDuty:
    return services.give_duty(
        library=library, number=number, depth=Depth.RESEARCH, fewest_new=fewest_new, by=None
    )


def test_strength_overlap_and_gaps_by_class(a_small_consortium: SmallConsortium) -> None:
    main, a = a_small_consortium.main, a_small_consortium.a
    both = a_record("心电图学", classes=("nlm:WG 140", "R540.4"), languages=("chi",))
    an_item(both, main)
    an_item(both, a)
    an_item(a_record("肿瘤学", classes=("R73",)), main)
    an_item(a_record("胃癌", classes=("R735.2",)), main, condition=Condition.WITHDRAWN)
    an_item(a_record("Python", classes=("TP312",), languages=("eng",)), main)
    an_item(a_record("无号"), a)
    a_holding(a_record("内科杂志", classes=("R5",), kind=Kind.SERIAL), a)
    duty(a, "R54", fewest_new=3)
    duty(main, "R74")
    rows = report()
    assert rows["R5"].at == {main.pk: 1, a.pk: 2} and (rows["R5"].titles, rows["R5"].shared) == (2, 1)
    assert rows["R73"].at == {main.pk: 1}, "a title whose only copy was withdrawn is not held"
    assert rows["T"].titles == 1 and rows["—"].titles == 1
    assert rows["R5"].gaps == [f"{a.label}近一年新增 2 种，少于 3 种"] and rows["R5"].shared_percent == 50
    assert rows["R74"].gaps == [f"{main.label}分工建设，但没有收藏"]
    assert rows["R73"].gaps == ["没有馆分工建设"] and rows["—"].gaps == []
    Holding.objects.update(added_at=clock.now() - timedelta(days=400))
    assert "新增 0 种" in report()["R5"].gaps[0]

    parts = {each.library.pk: each for each in make_up(Library.objects.all())}
    assert parts[a.pk].titles == 3
    assert [(share.label, share.titles) for share in parts[a.pk].kinds] == [("图书", 2), ("期刊", 1)]
    assert ("英文", 1, 33) in [
        (share.label, share.titles, share.percent) for share in parts[main.pk].languages
    ]


def test_the_leading_journals_are_looked_for(a_small_consortium: SmallConsortium) -> None:
    a_holding(a_record("The Lancet", issns=("0140-6736",), kind=Kind.SERIAL), a_small_consortium.a)
    held = {each.title: each.libraries for each in core_journals()}
    assert held["The Lancet"] == (a_small_consortium.a.name,) and held["JAMA"] == ()


def test_duties_are_the_main_librarys_to_give(a_small_consortium: SmallConsortium) -> None:
    given = duty(a_small_consortium.a, "R54.1")
    assert given.key == "R541"
    with pytest.raises(DutyExists):
        duty(a_small_consortium.a, "R541")
    with pytest.raises(NoClassNumber):
        duty(a_small_consortium.a, "心脏")
    with pytest.raises(MainLibraryOnly):
        services.end_duty(duty=given, by=a_small_consortium.outsider)
    assert ClassDuty.objects.count() == 1


def test_the_journey_in_the_console(a_small_consortium: SmallConsortium, client: Client) -> None:
    an_item(a_record("心电图学", classes=("R540.4",)), a_small_consortium.a)
    client.force_login(a_small_consortium.manager.user)
    said = {
        "library": str(a_small_consortium.a.pk),
        "number": "R54",
        "depth": "research",
        "fewest_new": "2",
        "note": "",
    }
    client.post("/console/catalog/duty/new/", said)
    assert a_small_consortium.a.name in client.get("/console/catalog/duties/").content.decode()
    page = client.get("/console/catalog/strength/", {"only": "gaps"}).content.decode()
    assert "少于 2 种" in page and "各馆都没有" in page
    sheet = client.get("/console/catalog/strength/file/")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert rows[1][0] == "R5" and rows[1][-1].endswith("少于 2 种")  # type: ignore[union-attr]  # a text cell
