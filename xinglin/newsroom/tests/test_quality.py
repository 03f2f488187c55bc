"""What a text repeats, how hard it is to read, and what it must not say."""

import random
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom import services
from xinglin.newsroom.blocks import About, Content, Link, Text, clean, from_plain
from xinglin.newsroom.errors import NotReady, TermUnfit
from xinglin.newsroom.models import ArticleViews, Band, Sketch, Term
from xinglin.newsroom.quality import links, origins, readability, similar, sketching, sources, terms
from xinglin.newsroom.quality.wording import ABSOLUTES, PROMISES, Weight, findings_in
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import ABOUT, a_column, a_content, a_draft, a_notice

PARAGRAPH = (
    "高血压患者每天早晚各量一次血压，量之前静坐五分钟，坐着量，手臂和心脏一样高。"
    "连续量七天，把数字记下来带给医生看。家里量的以一百三十五和八十五为界，超过了就要找医生。"
)


def said(text: str, **more: object) -> list[tuple[str, str]]:
    content = Content(title="题", blocks=(Text(from_plain(text)),), **more)  # type: ignore[arg-type]
    return [(finding.weight, finding.quote) for finding in findings_in(content)]


@pytest.mark.django_db
def test_a_copy_is_found_with_its_share_and_an_unlike_text_is_not(
    a_small_consortium: SmallConsortium,
) -> None:
    original = a_notice(a_small_consortium.a, title="怎样在家量血压", text=PARAGRAPH)
    similar.keep_sketch(article=original)
    other = a_notice(
        a_small_consortium.a,
        title="别的",
        text="图书馆本周六因为检修供电线路闭馆一天，请提前还书，周日照常开放。",
    )
    similar.keep_sketch(article=other)
    copy = PARAGRAPH.replace("七天", "七日")
    found = similar.matches_for(copy)
    assert [match.article for match in found] == [original]
    assert 80 <= found[0].percent < 100
    assert similar.matches_for(PARAGRAPH, without=original) == []
    ((mine, theirs),) = similar.side_by_side(copy, PARAGRAPH)
    assert "<mark>" in mine and "<mark>" in theirs and "<span>日</span>" in mine
    page = signed_in(a_small_consortium.librarian_a).get(f"/console/newsroom/checkup/{other.pk}/")
    assert page.status_code == 200


@pytest.mark.django_db
def test_a_collected_source_is_compared_with_and_a_sketch_follows_its_text(
    a_small_consortium: SmallConsortium,
) -> None:
    sources.collect_source(title="外面的文章", text=PARAGRAPH * 2, library=None, by=None)
    draft = a_draft(a_small_consortium.a, text=PARAGRAPH)
    assert similar.matches_for(PARAGRAPH, without=draft)[0].source is not None
    first = similar.keep_sketch(article=draft)
    assert first is not None and Band.objects.filter(sketch=first).count() == sketching.BANDS
    changed = services.revise(
        article=draft, version=draft.version, content=a_content(text="完全改写了，讲别的事情，和原来没有关系。"),
        arrangement=Arrangement(a_column()), by=None,
    )  # fmt: skip
    again = similar.keep_sketch(article=changed)
    assert again is not None and again.pk == first.pk and again.signature != first.signature
    assert Sketch.objects.count() == 2
    with pytest.raises(TermUnfit):
        sources.collect_source(title="短", text="太短", library=None, by=None)


def test_bands_meet_for_nearly_every_pair_of_four_fifths() -> None:
    chance, met, asked = random.Random(3), 0, 0
    for _each in range(150):
        lines = [
            "".join(chance.choices("高血压糖尿病流感医院门诊复查用药饮食运动睡眠老人孩子", k=30))
            for _line in range(20)
        ]
        changed = [*lines[:-1], "".join(chance.choices("甲乙丙丁戊己庚辛", k=30))]
        one, other = sketching.grams_of("\n".join(lines)), sketching.grams_of("\n".join(changed))
        if sketching.jaccard(one, other) >= 0.8:
            asked += 1
            bands = sketching.bands_of(sketching.signature_of(one))
            met += bool(set(bands) & set(sketching.bands_of(sketching.signature_of(other))))
    assert asked > 100 and met / asked >= 0.98


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_between_nothing_and_everything(one: str, other: str) -> None:
    a, b = sketching.grams_of(one), sketching.grams_of(other)
    assert 0 <= sketching.jaccard(a, b) <= 1 and sketching.jaccard(a, a) in (0, 1)
    if a:
        signature = sketching.signature_of(a)
        assert sketching.unpacked(sketching.packed(signature)) == tuple(signature)
        assert all(-(1 << 63) <= value < 1 << 63 for value in sketching.bands_of(signature))


def test_plain_advice_reads_easier_than_a_journal_and_hard_sentences_say_why() -> None:
    easy = "发烧先量体温。三十八度五以上吃退烧药。多喝水，多休息。"
    hard = (
        "本研究旨在探讨血管紧张素受体拮抗剂对合并蛋白尿的慢性肾脏病患者肾小球滤过率下降速度的影响及其与炎症"
        "因子水平变化之间的相关性并对其潜在机制予以初步分析。"
    )
    assert readability.measure(easy).score < readability.measure(hard).score
    assert readability.measure(easy).hard == ()
    (sentence,) = readability.measure(hard).hard
    assert any("分成几句" in why for why in sentence.why)


@given(st.text(max_size=300))
def test_any_text_can_be_measured(text: str) -> None:
    measured = readability.measure(text)
    assert measured.characters >= 0 and 0 <= measured.rare_share <= 1 and measured.words


@pytest.mark.django_db
def test_terms_are_found_with_their_plain_words_and_the_library_may_say_it_its_way(
    a_small_consortium: SmallConsortium,
) -> None:
    terms.lay_out_terms()
    found = terms.found_in("低密度脂蛋白胆固醇和糖化血红蛋白都要查。")
    assert [each.term for each in found] == ["低密度脂蛋白胆固醇", "糖化血红蛋白"]
    terms.keep_term(term="糖化血红蛋白", plain="糖化", library=a_small_consortium.a, by=None)
    assert terms.found_in("糖化血红蛋白", a_small_consortium.a)[0].plain == "糖化"
    assert terms.found_in("糖化血红蛋白", a_small_consortium.b)[0].plain != "糖化"
    with pytest.raises(TermUnfit):
        terms.keep_term(term="糖化血红蛋白", plain="又", library=None, by=None)
    page = signed_in(a_small_consortium.librarian_a).get("/console/newsroom/terms/")
    assert Term.objects.count() > 80 and page.status_code == 200


@pytest.mark.parametrize("word", [*PROMISES[:6], "根治"])
def test_a_promise_of_a_cure_is_stopped_and_its_denial_is_not(word: str) -> None:
    assert (Weight.STOP, word) in said(f"这个方法能{word}糖尿病。")
    assert (Weight.STOP, word) not in said(f"目前没有{word}糖尿病的办法。")


def test_absolute_words_are_a_warning() -> None:
    assert (Weight.WARN, ABSOLUTES[0]) in said(f"我院是{ABSOLUTES[0]}中心。")


def test_identity_numbers_and_mobiles_are_stopped_and_landlines_are_not() -> None:
    found = said("张某 11010519491231002X，手机 138-0013-8000，住院号：A1234567，总机 010-66886688。")
    assert [weight for weight, _quote in found] == [Weight.STOP] * 3
    assert all("…" in quote or quote == "住院号：" for _weight, quote in found)
    assert said("编号 11010519491231002Y 不是身份证，电话 010-66886688 转 8001。") == []


def test_a_claim_without_a_source_is_noticed() -> None:
    assert said("研究表明，每天走路能降血压。") == [(Weight.WARN, "研究表明")]
    assert said("《柳叶刀》研究表明，每天走路能降血压。") == []


@pytest.mark.django_db
def test_what_is_stopped_holds_back_publication(a_small_consortium: SmallConsortium) -> None:
    draft = a_draft(a_small_consortium.a, text="联系张医生 13800138000。")
    with pytest.raises(NotReady, match="手机号"):
        services.publish(article=draft, version=draft.version, by=None)


def test_links_that_lead_nowhere_are_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/head" and request.method == "HEAD":
            return httpx.Response(405)
        return httpx.Response(404 if request.url.path == "/gone" else 200)

    content = Content(
        title="题",
        blocks=(Text(clean('<p><a href="https://a.example/gone">x</a></p>')), Link("内", "/m/nowhere/")),
    )
    addresses = [*links.addresses_in(getattr(content.blocks[0], "html", "")), "/m/nowhere/", "/m/", "tel:120",
                 "https://a.example/ok", "https://a.example/head"]  # fmt: skip
    broken = links.broken_among(addresses, transport=httpx.MockTransport(answer))
    assert [each.address for each in broken] == ["https://a.example/gone", "/m/nowhere/"]
    refused = links.broken_among(["http://127.0.0.1:9/"])
    assert refused and "打不开" in refused[0].why


@pytest.mark.django_db
def test_own_texts_and_reposts_are_told_beside_what_is_read_of_them(
    a_small_consortium: SmallConsortium,
) -> None:
    library = a_small_consortium.a

    def published(title: str, about: About, opened: int) -> None:
        content = Content(title=title, blocks=(Text(from_plain(PARAGRAPH)),), about=about)
        draft = services.write(library=library, content=content, arrangement=Arrangement(a_column()), by=None)
        article = services.publish(article=draft, version=draft.version, by=None)
        for day in range(2):
            ArticleViews.objects.create(
                article=article, day=clock.today() - timedelta(days=day), count=opened
            )

    repost = replace(ABOUT, origin="repost", reposted_from="国家疾控局")
    published("自己写的", ABOUT, 30)
    published("也是自己写的", ABOUT, 10)
    published("转来的", repost, 3)
    published("没有说明的", About(), 1)
    a_draft(library, title="没有发布的")
    (month,) = origins.months_of([library.pk], since=clock.today())
    assert (month.original.articles, month.repost.articles, month.undeclared.articles) == (2, 1, 1)
    assert (month.original.per_article, month.repost.per_article) == (40, 6)
    assert month.repost_percent == pytest.approx(100 / 3) and month.per_article == pytest.approx(88 / 4)
    assert origins.months_of([a_small_consortium.b.pk], since=clock.today()) == []
    page = (
        signed_in(a_small_consortium.librarian_a).get("/console/newsroom/origins/?months=6").content.decode()
    )
    assert "33%" in page and "40.0" in page
    sheet = signed_in(a_small_consortium.librarian_a).get("/console/newsroom/origins.xlsx")
    assert (sheet.status_code, sheet.content[:2]) == (200, b"PK")
    stranger = signed_in(a_small_consortium.outsider).get("/console/newsroom/origins/")
    assert stranger.status_code == 200 and "40.0" not in stranger.content.decode()
