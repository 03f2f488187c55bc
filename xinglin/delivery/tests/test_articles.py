"""Articles found by readers, in the chat and on the page, against a pretend PubMed on a real port."""

import io
from collections.abc import Callable, Sequence

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from literature_sandbox import invented
from literature_sandbox.testing import Literature
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.catalog.thesaurus.models import VocabularyKind
from xinglin.catalog.thesaurus.services import load_vocabulary
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.delivery import finding, services
from xinglin.delivery.events import DocumentDelivered, DocumentRequested
from xinglin.delivery.intake import works_in
from xinglin.delivery.lifecycle import State
from xinglin.delivery.listeners import look_up_what_is_asked, tell_that_it_is_there
from xinglin.delivery.models import ArticleSearch, DocumentKind, DocumentRequest, SearchState
from xinglin.delivery.tests.factories import a_request, a_work
from xinglin.delivery.tests.test_chat_and_pages import bound, phone_of
from xinglin.delivery.works import Work
from xinglin.eresources.tests.factories import a_database, a_title_list
from xinglin.literature.articles import Article
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import OutgoingMessage
from xinglin.wechat.testing import a_follower, an_account, say, text_of

FIRST = invented.FIRST_NUMBER
BOTH_KINDS = pytest.mark.parametrize("kind", ["F1", "S0"])
Shelf = Callable[[], None]


@pytest.fixture
def pubmed(literature: Literature, _no_source_outside: None, settings: object) -> Literature:
    settings.PUBMED_URL, settings.EUROPE_PMC_URL = literature.pubmed_url, literature.europe_pmc_url  # type: ignore[attr-defined]
    for place in range(4):
        literature.world.shelf.add(
            invented.article(FIRST + place, seed=1, year=2020), at=literature.world.clock.now() + place
        )
    literature.world.shelf.retract(str(FIRST + 1), at=literature.world.clock.now() + 10)
    literature.world.clock.wait(3600)
    return literature


@BOTH_KINDS
@pytest.mark.django_db(transaction=True)
def test_a_doctor_searches_articles_in_the_chat_and_asks_for_one(
    a_small_consortium: SmallConsortium, readers: Readers, pubmed: Literature, kind: str
) -> None:
    follower = bound(a_small_consortium, readers, kind)
    assert "正在检索" in text_of(say(follower, "文 hospitals"))
    run_errands()
    search = ArticleSearch.objects.get()
    assert search.state == SearchState.DONE, search.trouble
    # Where nothing may be sent, the answer waits for the reader's 1.
    said = text_of(say(follower, "1")) if kind == "S0" else str(OutgoingMessage.objects.get().reply)
    assert "1. " in said
    assert said.count("已撤稿") == 1
    retracted = next(n for n, kept in enumerate(search.results, 1) if kept["work"]["is_retracted"])
    assert "已被撤稿" in text_of(say(follower, f"读 {retracted}"))
    assert "普通" in text_of(say(follower, f"求 {retracted}"))
    assert "已提交" in text_of(say(follower, "1"))
    request = DocumentRequest.objects.get()
    assert request.pmid == search.results[retracted - 1]["work"]["pmid"]
    assert request.is_retracted
    assert "没有找到" in text_of(say(follower, "读 9"))


@pytest.mark.django_db
def test_chinese_words_become_headings_of_the_loaded_table(
    a_small_consortium: SmallConsortium, pubmed: Literature
) -> None:
    search = services.answer_search(search_id=services.begin_search(query="医院").pk)
    assert "主题词" in search.trouble
    table = io.BytesIO("中文主题词,英文主题词,同义词\n医院,Hospitals,住院机构\n".encode())
    load_vocabulary(file=table, file_name="cmesh.csv", kind=VocabularyKind.WORDS, by=None)
    search = services.answer_search(search_id=services.begin_search(query="医院").pk)
    assert search.state == SearchState.DONE, search.trouble
    assert len(search.results) == 4


@pytest.mark.django_db
def test_the_page_waits_for_the_sources_and_then_shows_ways_to_read(
    a_small_consortium: SmallConsortium, pubmed: Literature
) -> None:
    phone = Client()
    there = phone.get("/m/articles/?q=hospitals").headers["Location"]
    assert "正在检索" in phone.get(there).content.decode()
    services.answer_search(search_id=ArticleSearch.objects.get().pk)
    page = phone.get(there).content.decode()
    assert page.count('data-testid="article"') == 4
    assert "已撤稿" in page
    assert "申请全文" in page
    assert phone.get("/m/articles/?q=x").status_code == 200


@pytest.mark.django_db
def test_a_source_that_is_down_is_a_sentence(a_small_consortium: SmallConsortium) -> None:
    search = services.answer_search(search_id=services.begin_search(query="hospitals").pk)
    assert search.state == SearchState.FAILED
    assert search.trouble


@pytest.mark.django_db
def test_what_we_released_ourselves_is_found_too_once_and_when_the_sources_are_silent(
    a_small_consortium: SmallConsortium,
    literature: Literature,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    """The hook of ``literature.own``; what intelligence puts into it is tested there."""
    asked: list[tuple[tuple[str, ...], ...]] = []

    def kept(words: Sequence[Sequence[str]], limit: int) -> list[Article]:
        asked.append(tuple(tuple(each) for each in words))
        return [Article(title="房颤抗凝的本院随访", journal="中华心血管病杂志", year=2025, doi="10.1000/ours"),
                Article(title="Twice", pmid=str(FIRST))]  # fmt: skip

    monkeypatch.setattr("xinglin.literature.own.collections", [kept])
    search = services.answer_search(search_id=services.begin_search(query="房颤 AND 抗凝").pk)
    assert asked == [(("房颤",), ("抗凝",))]
    assert search.state == SearchState.DONE, "the words have no heading, and no source answers"
    assert [each["work"]["title"] for each in search.results] == ["房颤抗凝的本院随访", "Twice"]
    page = Client().get(f"/m/articles/{search.token}/").content.decode()
    assert page.count("本馆情报") == 2

    settings.PUBMED_URL, settings.EUROPE_PMC_URL = literature.pubmed_url, literature.europe_pmc_url
    literature.world.shelf.add(invented.article(FIRST, seed=1, year=2020), at=literature.world.clock.now())
    literature.world.clock.wait(3600)
    search = services.answer_search(search_id=services.begin_search(query="hospitals").pk)
    assert [each["ours"] for each in search.results] == [False, True], "the same paper stands once"


@pytest.mark.django_db
def test_what_is_asked_by_a_number_is_described_before_a_person_looks(
    a_small_consortium: SmallConsortium, readers: Readers, pubmed: Literature
) -> None:
    request = a_request(readers.of_a, Work(pmid=str(FIRST + 1), asked_as=f"PMID: {FIRST + 1}"))
    look_up_what_is_asked(DocumentRequested(request_id=request.pk))
    request.refresh_from_db()
    assert request.title
    assert request.container
    assert request.is_retracted
    assert request.state == State.SUBMITTED


@pytest.mark.django_db
def test_an_open_article_asked_for_by_its_number_is_there_at_once_in_chat_and_page(
    a_small_consortium: SmallConsortium, readers: Readers, pubmed: Literature
) -> None:
    number = FIRST + 4  # the sandbox's every fifth article is open
    pubmed.world.shelf.add(invented.article(number, seed=1, year=2020), at=pubmed.world.clock.now())
    pubmed.world.clock.wait(10)
    follower = bound(a_small_consortium, readers)
    say(follower, f"传递 PMID: {number}")
    assert "已提交" in text_of(say(follower, "1"))
    request = DocumentRequest.objects.get()
    look_up_what_is_asked(DocumentRequested(request_id=request.pk))
    request.refresh_from_db()
    free = f"{pubmed.url}/europepmc/articles/PMC{number}"
    assert (request.state, request.link) == (State.DELIVERED, free)
    tell_that_it_is_there(DocumentDelivered(request_id=request.pk))
    assert "可以直接在线阅读" in Notice.objects.get(patron=readers.of_a).text
    assert request.link in text_of(say(follower, "我的文献"))
    page = phone_of(follower).get(f"/m/delivery/{request.pk}/").content.decode()
    assert request.link in page
    assert "打开原文" in page


@pytest.mark.django_db
def test_what_may_be_read_freely_is_delivered_before_a_person_looks(readers: Readers) -> None:
    request = a_request(readers.of_a, a_work(doi="10.1000/free"))
    assert services.describe(request=request, work=a_work(open_url="https://oa.example/1"))
    request.refresh_from_db()
    assert (request.state, request.link) == (State.DELIVERED, "https://oa.example/1")
    services.reopen(request=request, reason="打不开", patron=readers.of_a)
    request.refresh_from_db()
    assert not services.describe(request=request, work=a_work(open_url="https://oa.example/1"))


@pytest.mark.parametrize(
    ("text", "kind", "title", "container", "year"),
    [
        (
            "[1] 王芳, 李建国. 心房颤动抗凝治疗进展[J]. 中华心血管病杂志, 2020, 48(3): 45-52.",
            DocumentKind.ARTICLE, "心房颤动抗凝治疗进展", "中华心血管病杂志", 2020,
        ),
        (
            "Li J, Wang F. Anticoagulation in atrial fibrillation. N Engl J Med. 2021;384(2):101-110. "
            "doi: 10.1056/NEJMoa2034577",
            DocumentKind.ARTICLE, "Anticoagulation in atrial fibrillation", "N Engl J Med", 2021,
        ),
    ],
)  # fmt: skip
def test_pasted_references_in_two_languages_are_understood(
    text: str, kind: DocumentKind, title: str, container: str, year: int
) -> None:
    (work,) = works_in(text)
    assert (work.kind, work.title, work.container, work.year) == (kind, title, container, year)


def test_numbers_books_and_free_words_are_told_apart() -> None:
    assert works_in("10.1056/NEJMoa2034577")[0].doi == "10.1056/nejmoa2034577"
    assert works_in("PMID: 33301246")[0].pmid == "33301246"
    assert works_in("ISBN 978-7-117-12345-7")[0].isbn == "9787117123457"
    (free,) = works_in("去年那篇讲房颤的文章")
    assert (free.title, free.asked_as) == ("", "去年那篇讲房颤的文章")
    assert len(works_in("10.1000/a\n10.1000/b\nPMID: 5")) == 3
    assert works_in("  ") == []


@pytest.mark.django_db
def test_a_sentence_that_begins_with_the_same_sign_is_not_a_search(
    a_small_consortium: SmallConsortium,
) -> None:
    follower = a_follower(an_account(a_small_consortium.main, kind="S0"))
    for text in ("文章怎么投稿", "读者证丢了", "求助"):
        say(follower, text)
    assert not ArticleSearch.objects.exists()


@pytest.mark.django_db
def test_what_a_chinese_reference_names_by_title_alone_is_found_on_our_shelves_and_lists(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    """Such a reference has neither ISSN nor ISBN: the title of the journal or the book tells it."""
    cast = a_small_consortium
    an_item(a_record("中华心血管病杂志", issns=("0253-3758",)), cast.main)
    an_item(a_record("实用心电图学", isbns=("9787117358880",), year="2019"), cast.a)
    lists = a_database(cast.main, "wanfang", name="万方", libraries=(cast.a,))
    a_title_list(lists, ("中国循环杂志", "1000-3614", "", "1998", ""))

    def found(reference: str) -> list[tuple[str, bool]]:
        (work,) = works_in(reference)
        return [(copy.kind, copy.enough) for copy in finding.copies_of(work, patron=readers.of_a)]

    assert found("王芳. 房颤抗凝[J]. 中华心血管病杂志, 2020, 48(3): 45-52.") == [("held", False)]
    assert found("王芳. 房颤抗凝[J]. 中国循环杂志, 2020, 35(3): 45-52.") == [("licensed", True)]
    assert found("李建国. 实用心电图学[M]. 北京: 人民卫生出版社, 2019.") == [("held", True)]
    assert found("李建国. 实用心电图学[M]. 北京: 人民卫生出版社, 2011.") == []
    assert found("王芳. 房颤抗凝[J]. 无此杂志, 2020, 48(3): 45-52.") == []
    a_title_list(lists, ("中国循环杂志", "1936-1335", "", "1998", ""), name="另一种同名刊")
    assert found("王芳. 房颤抗凝[J]. 中国循环杂志, 2020, 35(3): 45-52.") == [], (
        "which of the two, nobody knows"
    )
