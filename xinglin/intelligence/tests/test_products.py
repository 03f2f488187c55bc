"""Products: frozen content, files that are the same again, another person's review, readers who follow and read."""

import io
from datetime import UTC, date, datetime, timedelta

import docx
import openpyxl
import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.intelligence import services as desk
from xinglin.intelligence.models import Finding, Product, ProductKind, ProductTemplate, Topic
from xinglin.intelligence.products import charts, content, counting, placing, printing, services
from xinglin.intelligence.products.articles import draft_article
from xinglin.intelligence.products.errors import (
    ProductDeedNotPossible,
    ProductUnfit,
    ProductUnknown,
    ReviewNeedsAnother,
)
from xinglin.intelligence.products.templating import write_template
from xinglin.intelligence.tests.test_learning import OTHER, STROKE
from xinglin.intelligence.tests.test_services import NBIB
from xinglin.literature.articles import Article, Author, Mark
from xinglin.literature.files import read
from xinglin.newsroom import services as newsroom
from xinglin.newsroom.models import Article as NewsArticle
from xinglin.newsroom.models import Column
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers

MOMENT = datetime(2026, 11, 28, 2, tzinfo=UTC)
LEEDS = Author(name="Smith J", affiliations=("Department of Neurology, University of Leeds, UK",))
PAPERS = [
    Article(
        title="卒中后早期康复的随机对照试验", journal="中华医学杂志", year=2025, abstract="目的 …",
        keywords=("卒中", "康复"),
        authors=(Author(name="王芳", affiliations=("北京大学第一医院神经内科, 北京",)), Author(name="李伟")),
    ),
    Article(
        title="Early rehabilitation after stroke: a systematic review", journal="Stroke", year=2026, keywords=("康复",),
        authors=(Author(name="王芳"), Author(name="李伟"), LEEDS),
        doi="10.1000/x", marks=(Mark.RETRACTED,),
    ),
]  # fmt: skip


def _told(kind: ProductKind) -> dict[str, object]:
    heading = content.Heading("卒中快报", "总馆", "卒中", date(2026, 11, 1), date(2026, 11, 28), "导语一段")
    entries = [content.Entry(each, "PubMed", MOMENT, ("钱馆员", "总馆管理员")) for each in PAPERS]
    return content.compose(kind, heading, entries, moment=MOMENT)


@pytest.fixture
def second(a_small_consortium: SmallConsortium) -> Staff:
    return a_staff(
        roles.REFERENCE_LIBRARIAN, library=a_small_consortium.main, name="钱馆员", sign_in_name="qian"
    )


@pytest.fixture
def released(a_small_consortium: SmallConsortium, topic: Topic, second: Staff) -> Topic:
    """A topic with one paper that two people let through."""
    desk.import_file(library=topic.library, data=NBIB.encode(), name="x", topic=topic, by=None)
    finding = Finding.objects.get()
    desk.decide(finding=finding, deed="keep", by=a_small_consortium.manager)
    desk.decide(finding=finding, deed="release", by=second)
    return topic


def _made(topic: Topic, by: Staff | None, kind: ProductKind = ProductKind.BULLETIN) -> Product:
    today = clock.today()
    return services.make(topic=topic, kind=kind, title="卒中快报", first=today, last=today, by=by)


@pytest.mark.parametrize("kind", [ProductKind.BULLETIN, ProductKind.REPORT])
@pytest.mark.parametrize("form", list(printing.FORMS))
def test_every_file_is_the_same_when_it_is_made_again(kind: ProductKind, form: str) -> None:
    made = printing.FORMS[form][2]
    assert made(_told(kind)) == made(_told(kind))


def test_a_template_fills_in_what_every_issue_says_again(
    released: Topic, a_small_consortium: SmallConsortium
) -> None:
    manager, outsider = a_small_consortium.manager, a_small_consortium.outsider
    client, today = signed_in(manager), clock.today().isoformat()
    written = {
        "name": "每周快报", "kind": "bulletin", "title": "{topic}快报 {last}", "preface": "{library}编。",
        "grouping": "study", "active": "on", "library": released.library_id,
    }  # fmt: skip
    client.post(reverse("console:intelligence.template.new"), written)
    template = ProductTemplate.objects.get()
    assert (
        not template.abstracts
        and template.name in client.get(reverse("console:intelligence.templates")).content.decode()
    )
    client.post(
        reverse("console:intelligence.product.new"),
        {"topic": released.pk, "template": template.pk, "first": today, "last": today},
    )
    product = Product.objects.get()
    assert (product.title, product.kind) == (f"卒中快报 {today}", ProductKind.BULLETIN)
    assert product.content["preface"] == f"{released.library.name}编。" and product.content["groups"]
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printing.pdf(product.content))).pages
    )
    assert "筛选：" not in text, "references only"
    assert printing.pdf(product.content) == printing.pdf(product.content)
    with pytest.raises(ProductUnfit, match="花括号"):
        write_template(
            library=released.library, name="坏", kind="bulletin", title="{topic.library.pk}", by=manager
        )
    with pytest.raises(NotAllowed):
        write_template(library=released.library, name="外", kind="bulletin", title="x", by=outsider)
    page = reverse("console:intelligence.template", args=[template.pk])
    assert signed_in(outsider).get(page).status_code in (403, 404)
    with pytest.raises(ProductUnfit, match="写标题"):
        services.make(topic=released, first=clock.today(), last=clock.today(), by=manager)


def test_the_analysis_has_a_map_of_the_provinces_and_tells_what_is_not_placed() -> None:
    addresses = (
        "Department of Neurology, Sun Yat-sen University, Guangzhou 510060, Guangdong, China.",
        "北京大学深圳医院，广东深圳 518036",
        "Xi'an Jiaotong University, Xi'an, China", "National Taiwan University Hospital, Taipei, Taiwan",
        "University of Indiana, Indianapolis, IN, USA", "Christian Hospital",
    )  # fmt: skip
    papers = [Article(title="x", authors=(Author(name="A", affiliations=(each,)),)) for each in addresses]
    counts = counting.count([*papers, Article(title="y")])
    assert counts.provinces == [("广东", 2), ("台湾", 1), ("陕西", 1)]
    assert counts.lands == [("中国", 4), ("美国", 1)] and counts.without_place == 2
    assert set(placing.PROVINCES) == set(charts.TILES) and len(charts.TILES) == 34
    assert len(set(charts.TILES.values())) == 34, "no tile lies upon another"
    drawn = charts.tiles(counts.provinces)
    assert drawn == charts.tiles(counts.provinces) and drawn.startswith("<?xml")
    told = _told(ProductKind.ANALYSIS)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printing.pdf(told))).pages)
    assert "地区分布" in text and "国家分布" in text


def test_the_pdf_can_be_read_as_chinese_and_says_source_screeners_and_retraction() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(printing.pdf(_told(ProductKind.BULLETIN))))
    text = "".join(page.extract_text() for page in pdf.pages)
    for words in (
        "卒中后早期康复的随机对照试验",
        "导语一段",
        "钱馆员、总馆管理员（2026-11-28）",
        "已撤稿",
        "来源：PubMed",
    ):
        assert words in text


def test_word_excel_and_ris_open_again_with_every_paper() -> None:
    told = _told(ProductKind.DIGEST)
    said = [each.text for each in docx.Document(io.BytesIO(printing.docx(told))).paragraphs]
    assert "系统评价（1 篇）" in said and any("中华医学杂志" in each for each in said)
    sheet = openpyxl.load_workbook(io.BytesIO(printing.xlsx(told))).active
    assert sheet is not None and sheet.max_row == 3
    assert len(read(printing.FORMS["ris"][2](told), name="x.ris").taken) == 2


def test_counts_name_institutions_and_pairs_and_say_what_is_missing() -> None:
    counts = counting.count(PAPERS)
    assert counts.institutions == [("University of Leeds", 1), ("北京大学第一医院", 1)]
    assert counts.pairs == [("李伟", "王芳", 2)]
    assert counts.keywords[0] == ("康复", 2) and counts.years == [("2025", 1), ("2026", 1)]
    assert counting.count([Article(title="x")]).without_institution == 1


def test_a_product_is_reviewed_by_another_person_and_its_pdf_is_kept(
    a_small_consortium: SmallConsortium, released: Topic, second: Staff
) -> None:
    product = _made(released, a_small_consortium.manager)
    assert product.content["entries"][0]["screeners"] == ["总馆管理员", "钱馆员"]
    services.hand_in(product=product, by=a_small_consortium.manager)
    with pytest.raises(ReviewNeedsAnother):
        services.release(product=product, by=a_small_consortium.manager)
    kept = services.release(product=product, by=second)
    data, _kind = services.file_of(kept, "pdf")
    assert data == printing.pdf(kept.content) and kept.sha256 == content.sha256_of(kept.content)
    Product.objects.filter(pk=kept.pk).update(pdf_sha256="0" * 64)
    with pytest.raises(ProductUnknown):
        services.file_of(Product.objects.get(), "pdf")


def test_a_product_needs_papers_a_right_period_and_a_draft_to_be_worded(
    a_small_consortium: SmallConsortium, topic: Topic, second: Staff, released: Topic
) -> None:
    today = clock.today()
    for first, last in (
        (today, today - timedelta(days=1)),
        (today - timedelta(days=9), today - timedelta(days=8)),
    ):
        with pytest.raises(ProductUnfit):
            services.make(topic=topic, kind=ProductKind.DIGEST, title="x", first=first, last=last, by=None)
    product = _made(topic, None)
    worded = services.reword(product=product, version=1, title="新标题", preface="导语", by=None)
    assert worded.sha256 != product.sha256
    services.hand_in(product=product, by=None)
    with pytest.raises(ProductDeedNotPossible):
        services.reword(product=product, version=3, title="x", preface="", by=None)
    with pytest.raises(ProductUnfit):
        services.send_back(product=product, remark=" ", by=second)
    assert services.send_back(product=product, remark="写导语", by=second).state == "draft"


def test_a_follower_is_told_once_and_reads_what_was_released_until_it_is_withdrawn(
    a_small_consortium: SmallConsortium, released: Topic, second: Staff, readers: Readers
) -> None:
    reader = readers.of_main
    services.follow(topic=released, patron=reader)
    services.follow(topic=released, patron=reader)
    product = _made(released, a_small_consortium.manager)
    page = reverse("mobile:product", args=[product.pk])
    assert Client().get(page).status_code == 404
    services.hand_in(product=product, by=a_small_consortium.manager)
    services.release(product=product, by=second)
    assert services.send(product=product, by=a_small_consortium.manager) == 1
    notice = Notice.objects.get(patron=reader)
    assert notice.link == page and "1 篇" in notice.text
    assert "early rehabilitation" in Client().get(page).content.decode()
    assert "卒中快报" in Client().get(reverse("mobile:topic", args=[released.code])).content.decode()
    pdf = Client().get(reverse("mobile:product.file", args=[product.pk, "pdf"]))
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    services.withdraw(product=product, remark="有误", by=second)
    assert Client().get(page).status_code == 404


def test_a_librarian_makes_a_product_on_screen_and_an_outsider_sees_none(
    a_small_consortium: SmallConsortium, released: Topic, second: Staff
) -> None:
    client, today = signed_in(a_small_consortium.manager), clock.today().isoformat()
    said = {
        "topic": released.pk,
        "kind": "analysis",
        "title": "卒中分析",
        "first": today,
        "last": today,
        "preface": "",
    }
    client.post(reverse("console:intelligence.product.new"), said)
    product = Product.objects.get()
    page = reverse("console:intelligence.product", args=[product.pk])
    shown = client.get(page).content.decode()
    edit = reverse("console:intelligence.product.edit", args=[product.pk])
    assert "early rehabilitation" in shown and product.sha256 in shown and edit in shown
    client.post(f"{page}do/hand_in/")
    assert edit not in client.get(page).content.decode(), "what is handed in is not amended"
    refused = client.post(f"{page}do/release_product/")
    assert refused.status_code == 422 and "另一位馆员" in refused.content.decode()
    signed_in(second).post(f"{page}do/release_product/")
    assert Product.objects.get().state == "released"
    assert (
        client.get(reverse("console:intelligence.product.file", args=[product.pk, "docx"])).status_code == 200
    )
    assert (
        client.get(reverse("console:intelligence.product.file", args=[product.pk, "exe"])).status_code == 404
    )
    listing = reverse("console:intelligence.products")
    assert "卒中分析" in client.get(listing).content.decode()
    stranger = signed_in(a_small_consortium.audit_administrator)
    assert stranger.get(listing).status_code == 403 and stranger.get(page).status_code in (403, 404)


def test_what_waits_is_ordered_by_what_was_kept_and_dropped_and_only_then(topic: Topic) -> None:
    titles = [*STROKE[:4], *OTHER[:4]]
    records = "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - 王{at}\nPY  - 2024\nER  - \n" for at, title in enumerate(titles)
    )
    desk.import_file(library=topic.library, data=records.encode(), name="x.ris", topic=topic, by=None)
    findings = {each.publication.title: each for each in Finding.objects.select_related("publication")}
    assert desk.order_waiting(topic=topic) == 0
    for title in STROKE[:3]:
        desk.decide(finding=findings[title], deed="keep", by=None)
    for title in OTHER[:3]:
        desk.decide(finding=findings[title], deed="drop", reason="主题不符", by=None)
    assert desk.order_waiting(topic=topic) == 2
    in_order = Finding.objects.filter(state="found").order_by("-score")
    assert [each.publication.title for each in in_order] == [STROKE[3], OTHER[3]]
    assert len({each.score for each in in_order}) == 2


def test_a_product_becomes_a_draft_of_the_newsroom_with_its_sources_and_its_state_is_seen(
    a_small_consortium: SmallConsortium, released: Topic, second: Staff
) -> None:
    newsroom.lay_out_columns()
    column = Column.objects.filter(needs_review=True)[0]
    product = _made(released, a_small_consortium.manager)
    with pytest.raises(ProductDeedNotPossible):
        draft_article(product=product, column=column, by=second)
    services.hand_in(product=product, by=a_small_consortium.manager)
    services.release(product=product, by=second)
    page = reverse("console:intelligence.product", args=[product.pk])
    signed_in(second).post(f"{page}do/draft_article/", {"column": column.pk})
    article = NewsArticle.objects.get()
    assert article.state == "draft" and article.newest is not None and article.newest.author is None
    told = article.newest.content
    assert "early rehabilitation" in told.blocks[0].plain() and "What PubMed says." in told.blocks[1].plain()
    assert told.about.sources and "SMITH J" in told.about.sources[0] and not told.missing()
    assert not told.undeclared(reviewed=True, medical=False)
    assert "《卒中快报》 草稿" in signed_in(second).get(page).content.decode()
    with pytest.raises(ProductDeedNotPossible):
        draft_article(product=product, column=column, by=a_small_consortium.manager)
    newsroom.discard(article=article, version=article.version, by=None)
    again = draft_article(product=product, column=column, by=a_small_consortium.manager)
    assert again.newest is not None and again.newest.author == a_small_consortium.manager
    assert "卒中快报" not in Client().get(reverse("mobile:topics")).content.decode()
