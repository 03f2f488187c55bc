"""KBART files become lists of journals and books: none lost, replaced as a whole, found by reader and librarian."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from xinglin.catalog.models import Record
from xinglin.catalog.tests.factories import a_record
from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.commons.history import history_of
from xinglin.commons.sheets import UnreadableTable
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.eresources import queries, services
from xinglin.eresources.coverage import Cover
from xinglin.eresources.errors import TitleListUnfit
from xinglin.eresources.models import Database, LicensedTitle, TitleKind, TitleList
from xinglin.eresources.tests.factories import a_database, a_title_list, kbart

pytestmark = pytest.mark.django_db


@pytest.fixture
def karger(a_small_consortium: SmallConsortium) -> Database:
    """Licensed for A."""
    return a_database(a_small_consortium.main, "karger", name="Karger", libraries=(a_small_consortium.a,))


def test_every_row_is_taken_or_told_with_its_reason(karger: Database) -> None:
    taken = a_title_list(
        karger,
        ("Heart Failure Quarterly", "1936-1327", "1936-1335", "2008", ""),
        ("心血管病学报", "0084-6570", "n/a", "1990-07", "2015-06"),
        ("", "1545-4282", "", "", ""),
        ("Bad Number", "1234-5678", "", "", ""),
        ("No Number", "", "", "2001", ""),
        ("Bad Day", "0066-4154", "", "July 2001", ""),
        ("Ends Before It Begins", "0066-4154", "", "2010", "2009"),
        ("Half Right", "1234-5678", "1545-4282", "1963", ""),
    )
    assert (taken.declared, taken.taken, taken.refused_count) == (8, 3, 5)
    assert [row for row, _reason, _text in taken.refused] == [4, 5, 6, 7, 8]
    reasons = " ".join(reason for _row, reason, _text in taken.refused)
    for word in ("没有题名", "1234-5678", "没有可用的", "July 2001", "早于起始"):
        assert word in reasons
    half = LicensedTitle.objects.get(title="Half Right")
    assert half.numbers == ["1545-4282"]
    assert "1234-5678" in half.note
    assert next(entry.deed for entry in history_of(karger)) == "import_table"


def test_a_list_of_the_same_name_is_replaced_and_another_is_left_alone(karger: Database) -> None:
    a_title_list(karger, ("Old", "1936-1327", "", "2008", ""), name="全库")
    a_title_list(karger, ("Other", "0066-4154", "", "2008", ""), name="专辑")
    a_title_list(karger, ("New", "0084-6570", "", "2008", ""), name="全库")
    assert set(LicensedTitle.objects.values_list("title", flat=True)) == {"New", "Other"}
    with pytest.raises(TitleListUnfit, match="没有改动"):
        a_title_list(karger, ("", "0084-6570", "", "2008", ""), name="全库")
    assert TitleList.objects.count() == 2
    services.end_title_list(title_list=TitleList.objects.get(name="全库"), by=None)
    assert set(LicensedTitle.objects.values_list("title", flat=True)) == {"Other"}


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_character_sets_first_phase_headings_and_stray_quotes_are_read(
    karger: Database, charset: str
) -> None:
    lines = [
        "Publication_Title\tprint_identifier\tonline_identifier\tdate_first_issue_online\tcoverage_notes",
        'The "Heart\t1936-1327\t\t2008\tx',
        '"Quoted, with ""marks"""\t0084-6570\t\t1990\t',
        "Ein Buch\t978-3-030-35244-8\t\t\t",
    ]
    file = io.BytesIO("\r\n".join(lines).encode(charset))
    taken = services.take_title_list(database=karger, name="x", file=file, file_name="a.txt", by=None)
    assert taken.taken == taken.declared == 3
    assert 'Quoted, with "marks"' in set(LicensedTitle.objects.values_list("title", flat=True))
    book = LicensedTitle.objects.get(kind=TitleKind.MONOGRAPH)
    assert book.numbers == ["9783030352448"]


def test_what_is_no_kbart_file_and_who_keeps_no_entry_is_refused(
    a_small_consortium: SmallConsortium, karger: Database
) -> None:
    for data in (b"", b"a\tb\n1\t2\n", b"publication_title\tprint_identifier\tonline_identifier\n"):
        with pytest.raises(UnreadableTable):
            services.take_title_list(
                database=karger, name="x", file=io.BytesIO(data), file_name="a.tsv", by=None
            )
    good = kbart(("Heart", "1936-1327", "", "2008", ""))
    with pytest.raises(NotAllowed):
        services.take_title_list(
            database=karger, name="x", file=good, file_name="a.tsv", by=a_small_consortium.librarian_a
        )
    with pytest.raises(Refusal):
        services.take_title_list(database=karger, name=" ", file=good, file_name="a.tsv", by=None)
    assert not TitleList.objects.exists()


def test_a_year_of_a_journal_is_found_by_either_number(karger: Database) -> None:
    a_title_list(karger, ("Heart", "1936-1327", "1936-1335", "2008", "2015-06"))
    for issn in ("1936-1327", "19361335"):
        said = {
            year: [cover for _row, cover in queries.titles_covering(issn=issn, isbn="", year=year)]
            for year in (2007, 2010, 2015, None)
        }
        assert said == {2007: [], 2010: [Cover.WHOLE], 2015: [Cover.PART], None: [Cover.PART]}
    services.hide_database(database=karger, by=None)
    assert queries.titles_covering(issn="1936-1327", isbn="", year=2010) == []


def test_readers_find_titles_of_their_own_library_by_name_pinyin_and_number(
    a_small_consortium: SmallConsortium, karger: Database, index: Callable[[], int]
) -> None:
    index()
    a_title_list(
        karger, ("心血管病学报", "1936-1327", "", "2008", ""), ("Heart Failure", "0084-6570", "", "2001", "")
    )
    phone = Client()
    page = phone.get("/m/e-titles/?library=A").content.decode()
    assert page.count('data-testid="title"') == 2
    assert "2008 至今" in page
    for words in ("xinxueguan", "xxgbxb", "心血管病", "1936-1327", "19361327"):
        found = phone.get("/m/e-titles/", {"library": "A", "q": words}).content.decode()
        assert found.count('data-testid="title"') == 1, words
    assert "没有找到这种刊" in phone.get("/m/e-titles/?library=A&q=zzz").content.decode()
    assert "还没有收录清单" in phone.get("/m/e-titles/?library=B").content.decode()
    beside = phone.get("/m/search/", {"library": "A", "q": "心血管"}).content.decode()
    assert 'data-testid="beside"' in beside
    assert "心血管病学报" in beside
    assert "心血管病学报" not in phone.get("/m/search/", {"library": "B", "q": "心血管"}).content.decode()


def test_a_record_leads_to_the_full_text_that_this_reader_may_read(
    a_small_consortium: SmallConsortium, karger: Database
) -> None:
    a = a_small_consortium.a
    a.network_ranges = ["10.21.0.0/16"]
    a.save()
    a_title_list(
        karger, ("心血管病学报", "1936-1327", "", "2008", ""), ("Abstracts", "0084-6570", "", "", "")
    )
    LicensedTitle.objects.filter(title="Abstracts").update(depth="abstracts")
    LicensedTitle.objects.filter(title="心血管病学报").update(url="https://karger.example/xxg")
    journal = a_record("心血管病学报", kind="serial", issns=("1936-1327",))
    only_abstracts = a_record("Abstracts", kind="serial", issns=("0084-6570",))

    def offered(record: Record, library: str, address: str = "192.0.2.1") -> str:
        phone = Client(REMOTE_ADDR=address)
        return phone.get(f"/m/record/{record.pk}/?library={library}").content.decode()

    inside = offered(journal, "A", "10.21.3.3")
    assert "读电子版" in inside and 'href="https://karger.example/xxg"' in inside
    outside = offered(journal, "A")
    assert "点开先看怎样访问" in outside and 'href="/m/databases/karger/"' in outside
    assert "读电子版" not in offered(journal, "B")
    assert "读电子版" not in offered(only_abstracts, "A", "10.21.3.3")


def test_the_outsider_sees_no_list_and_takes_none(
    a_small_consortium: SmallConsortium, karger: Database
) -> None:
    kept = a_title_list(karger, ("Heart", "1936-1327", "", "2008", ""))
    outsider = signed_in(a_small_consortium.outsider)
    assert "Heart" not in outsider.get("/console/eresources/titles/").content.decode()
    assert outsider.get(f"/console/eresources/title_list/{kept.pk}/").status_code == 404
    inside = signed_in(a_small_consortium.librarian_a)
    assert "Heart" in inside.get("/console/eresources/titles/").content.decode()
    answer = inside.post(f"/console/eresources/title_list/{kept.pk}/do/end/")
    assert answer.status_code in (403, 404, 302, 409)
    assert TitleList.objects.filter(pk=kept.pk).exists()


@pytest.mark.corpus
def test_the_files_of_providers_are_taken_row_by_row(karger: Database, shared: Path) -> None:
    counted = {}
    for path in sorted((shared / "data/library/kbart").iterdir()):
        with path.open("rb") as file:
            kept = services.take_title_list(
                database=karger, name=path.name[:120], file=file, file_name=path.name, by=None
            )
        assert kept.declared == kept.taken + kept.refused_count == kept.titles.count() + len(kept.refused)
        counted[path.name[:28]] = (kept.declared, kept.taken)
    assert len(counted) >= 5
    for name, (declared, taken) in counted.items():
        assert taken >= declared * 0.9, (name, declared, taken)
