"""Platforms without an open interface: their form, the package for hands, and numbers that the office puts right."""

import io
import zipfile
from datetime import date

import pytest

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom.blocks import Content, Text, from_plain
from xinglin.newsroom.errors import OutletUnfit, PieceUnfit
from xinglin.newsroom.models import Outlet
from xinglin.newsroom.publishing import forms, outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.newsroom.publishing.platforms import RULES, rules_of
from xinglin.newsroom.tests.channels import planned, sent, with_pictures
from xinglin.newsroom.tests.factories import a_notice

pytestmark = pytest.mark.django_db
PAGE = "https://x/m/articles/1/"


def an_outlet_on(cast: SmallConsortium, kind: OutletKind, **more: object) -> Outlet:
    file = outlets.OutletFile(name="附一院", **more)  # type: ignore[arg-type]
    return outlets.add_outlet(library=cast.a, kind=kind, file=file, by=None)


def test_a_package_holds_what_is_pasted_by_hand(a_small_consortium: SmallConsortium) -> None:
    article = with_pictures(a_small_consortium)
    assert article.shown is not None
    content = article.shown.content
    data = forms.package(
        RULES[OutletKind.DOUYIN], content, title=content.title, tags=["流感"], page=PAGE, accent="#0a7842"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        assert {"标题.txt", "正文.txt", "说明.txt", "01.png", "封面-3x4.png", "封面-9x16.png"} <= names
        assert "#流感" in archive.read("正文.txt").decode()
        told = archive.read("说明.txt").decode()
        assert "图片：最多 35 张（未核实" in told


def test_every_number_says_where_it_was_read_and_an_unread_one_says_so() -> None:
    assert set(RULES) == {OutletKind.WEIBO, OutletKind.DOUYIN, OutletKind.CHANNELS, OutletKind.TOUTIAO}
    for rules in RULES.values():
        for limit in filter(None, (rules.title, rules.text, rules.pictures, rules.tags)):
            assert limit.most > limit.least and str(limit.source)
            assert limit.is_official != limit.standing.startswith("未核实")


@pytest.mark.parametrize(
    ("kind", "title", "typed"),
    [
        (OutletKind.CHANNELS, "流感来了，该打疫苗吗？！", "流感来了 该打疫苗吗？"),
        (OutletKind.CHANNELS, "《指南》：37℃、38℃怎么办", "《指南》：37℃ 38℃怎么办"),
        (OutletKind.TOUTIAO, "流感来了，该打疫苗吗？！", "流感来了，该打疫苗吗？！"),
    ],
)
def test_a_title_is_typed_with_the_signs_that_the_platform_takes(
    kind: OutletKind, title: str, typed: str
) -> None:
    assert forms.title_for(RULES[kind], title) == typed


@pytest.mark.parametrize(
    ("kind", "title", "told"),
    [
        (OutletKind.CHANNELS, "秋" * 17, "17 字，最多 16"),
        (OutletKind.CHANNELS, "流感！！！！", "2 字，至少 6"),
        (OutletKind.TOUTIAO, "秋" * 31, "31 字，最多 30"),
        (OutletKind.TOUTIAO, "秋", "1 字，至少 2"),
        (OutletKind.DOUYIN, "秋" * 21, "21 字，最多 20"),
    ],
)
def test_a_title_that_the_platform_would_not_take_is_refused_before_a_person_types_it(
    a_small_consortium: SmallConsortium, kind: OutletKind, title: str, told: str
) -> None:
    article, outlet = a_notice(a_small_consortium.a), an_outlet_on(a_small_consortium, kind)
    with pytest.raises(PieceUnfit, match=told):
        planned(article, outlet, Way.BY_HAND, title=title)
    assert planned(article, outlet, Way.BY_HAND, title="秋冬季流感防护").pk


def test_weibo_has_no_title_and_its_text_begins_with_one() -> None:
    content = Content(title="秋" * 60, blocks=(Text(from_plain("很长。" * 2000)),))
    rules = RULES[OutletKind.WEIBO]
    assert not forms.problems_for(rules, content, title=content.title, tags=["流感"])
    text = forms.text_for(rules, content, title=content.title, tags=["流感"], page=PAGE)
    assert text.startswith("【秋秋") and text.endswith("#流感#") and PAGE in text
    assert len(text) <= rules.text.most


def test_what_the_office_found_on_the_platform_takes_the_place_of_our_number(
    a_small_consortium: SmallConsortium,
) -> None:
    with pytest.raises(OutletUnfit, match="哪一天"):
        an_outlet_on(a_small_consortium, OutletKind.DOUYIN, most_title=30)
    outlet = an_outlet_on(a_small_consortium, OutletKind.DOUYIN)
    article = a_notice(a_small_consortium.a)
    with pytest.raises(PieceUnfit):
        planned(article, outlet, Way.BY_HAND, title="秋" * 25)
    client = signed_in(a_small_consortium.librarian_a)
    page = f"/console/newsroom/outlet/edit/{outlet.pk}/"
    shown = client.get(page).content.decode()
    assert "不填按 20（未核实" in shown and "most_pictures" in shown
    typed = {"name": "附一院", "active": "on", "most_title": "30", "form_checked_on": "2026-11-02"}
    assert client.post(page, typed).status_code == 302
    outlet.refresh_from_db()
    rules = rules_of(outlet)
    assert rules is not None and rules.title is not None
    assert (rules.title.most, rules.title.standing) == (30, "本馆 2026-11-02 核对")
    assert (rules.text.most, rules.text.checked_on) == (1000, date(2026, 11, 2))
    assert "2026-11-02" in client.get(page).content.decode()
    posting = sent(planned(article, outlet, Way.BY_HAND, title="秋" * 25))
    told = client.get(f"/console/newsroom/posting/{posting.pk}/").content.decode()
    assert "最多 30 字" in told and "本馆 2026-11-02 核对" in told
    assert client.get(f"/console/newsroom/posting/package/{posting.pk}/").status_code == 200


def test_our_own_ways_have_no_foreign_form(a_small_consortium: SmallConsortium) -> None:
    outlet = an_outlet_on(a_small_consortium, OutletKind.EMAIL, form_checked_on=clock.today())
    assert rules_of(outlet) is None
    shown = signed_in(a_small_consortium.librarian_a).get(f"/console/newsroom/outlet/edit/{outlet.pk}/")
    assert "most_title" not in shown.content.decode()
