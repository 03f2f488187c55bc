"""The cataloguer's screens through HTTP: who may open what, and at what cost."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from xinglin.catalog import services, tasks
from xinglin.catalog.marc import DataField, facts_of, read_record
from xinglin.catalog.models import ImportBatch, ImportProfile, Item
from xinglin.catalog.projection import description_of
from xinglin.catalog.screens import records
from xinglin.catalog.tests.factories import a_record, an_item, cnmarc
from xinglin.console.testing import assert_constant_queries
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

pytestmark = pytest.mark.django_db
Index = Callable[[], int]


def a_done_import(cast: SmallConsortium) -> ImportBatch:
    data = cnmarc("n1", "心电图诊断学", isbn="9787117266789", barcode="B1") + cnmarc("n2", "半条")[:-30]
    batch = services.upload(file=io.BytesIO(data), name="新书.iso", library=cast.main, by=cast.manager)
    tasks.preview_import(batch_id=batch.pk)
    services.start(batch=batch, by=cast.manager)
    tasks.run_import(batch_id=batch.pk)
    return batch


@pytest.mark.parametrize("path", ["records", "items", "imports", "import_rows", "review", "profiles"])
def test_lists_ask_the_database_no_more_often_when_they_grow(
    a_small_consortium: SmallConsortium, index: Index, path: str
) -> None:
    cast = a_small_consortium
    an_item(a_record("内科学", isbns=("9787117266789",)), cast.main)
    a_done_import(cast)

    def more() -> None:
        for number in range(5):
            an_item(a_record(f"第 {number} 本"), cast.main)
        data = b"".join(cnmarc(f"m{n}", "另一本", isbn="9787117266789") for n in range(4))
        batch = services.upload(file=io.BytesIO(data), name="x.iso", library=cast.main, by=cast.manager)
        tasks.preview_import(batch_id=batch.pk)
        services.start(batch=batch, by=cast.manager)
        tasks.run_import(batch_id=batch.pk)

    assert_constant_queries(signed_in(cast.manager), f"/console/catalog/{path}/", more)


def test_readers_lists_ask_no_more_often_when_they_grow(
    a_small_consortium: SmallConsortium, index: Index
) -> None:
    cast = a_small_consortium
    an_item(a_record("心电图 一"), cast.main)
    index()

    def more() -> None:
        for number in range(6):
            an_item(a_record(f"心电图 {number}"), cast.a)
        index()

    assert_constant_queries(signed_in(cast.manager), "/m/search/?q=心电图", more)


def test_a_librarian_uploads_looks_and_imports(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client = signed_in(cast.manager)
    file = SimpleUploadedFile("新书.mrc", cnmarc("n1", "心电图诊断学", barcode="B1"))
    answer = client.post(
        "/console/catalog/import/new/",
        {"file": file, "library": cast.main.pk, "on_match": "keep", "with_items": "on"},
    )
    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == f"/console/catalog/import/{batch.pk}/"
    tasks.preview_import(batch_id=batch.pk)
    assert "心电图诊断学" in client.get(answer.headers["Location"]).content.decode()
    client.post(answer.headers["Location"], {"deed": "start"})
    assert "正在导入" in client.get(f"{answer.headers['Location']}progress/").content.decode()
    tasks.run_import(batch_id=batch.pk)
    assert client.get(f"{answer.headers['Location']}progress/").headers["HX-Refresh"] == "true"
    assert Item.objects.get().barcode == "B1"


def test_refused_records_can_be_taken_home_as_they_came(a_small_consortium: SmallConsortium) -> None:
    batch = a_done_import(a_small_consortium)
    client = signed_in(a_small_consortium.manager)
    raw = b"".join(client.get(f"/console/catalog/import/{batch.pk}/refused.mrc"))
    assert raw == cnmarc("n2", "半条")[:-30]
    reasons = b"".join(client.get(f"/console/catalog/import/{batch.pk}/refused.csv"))
    assert "truncated" in reasons.decode() and "断开" in reasons.decode()


def test_an_outsider_sees_no_import_of_another_library_and_changes_nothing(
    a_small_consortium: SmallConsortium,
) -> None:
    cast = a_small_consortium
    batch = a_done_import(cast)
    item, row = Item.objects.get(), batch.rows.get(number=1)
    client = signed_in(cast.outsider)
    before = list(Item.objects.values()), list(ImportBatch.objects.values())
    for path in (
        f"import/{batch.pk}/",
        f"import/{batch.pk}/progress/",
        f"import/{batch.pk}/refused.mrc",
        f"import/{batch.pk}/refused.csv",
        f"import_row/{row.pk}/",
        f"item/edit/{item.pk}/",
        f"item/new/{item.holding_id}/",
        f"holding/edit/{item.holding_id}/",
        f"profile/{cast.main.pk}/",
    ):
        assert client.get(f"/console/catalog/{path}").status_code == 404, path
        assert client.post(f"/console/catalog/{path}", {"deed": "undo"}).status_code == 404, path
    refused = client.post(f"/console/catalog/item/{item.pk}/do/lose/", {"reason": "试试"})
    assert refused.status_code in (403, 422)
    assert "新书.iso" not in client.get("/console/catalog/imports/").content.decode()
    assert (list(Item.objects.values()), list(ImportBatch.objects.values())) == before
    assert signed_in(cast.audit_administrator).get("/console/catalog/records/").status_code == 403


def test_two_who_edit_one_copy_are_told(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    item = an_item(a_record("内科学"), cast.main, barcode="B1")
    client = signed_in(cast.manager)
    sent = {"barcode": "B2", "item_type": "book", "_version": "1"}
    assert client.post(f"/console/catalog/item/edit/{item.pk}/", sent).status_code == 302
    late = client.post(f"/console/catalog/item/edit/{item.pk}/", sent | {"barcode": "B3"})
    assert late.status_code == 409
    item.refresh_from_db()
    assert item.barcode == "B2"


def test_a_library_sets_where_its_copies_stand(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client = signed_in(cast.manager)
    sent = {"holdings_tag": "905", "call_number_subfield": "s", "item_type": "book", "condition": "on_shelf"}
    page = f"/console/catalog/profile/{cast.main.pk}/"
    assert "看不懂" in client.post(page, sent | {"library_codes": "BNU:A"}).content.decode()
    assert client.post(page, sent | {"library_codes": "BNU=a"}).status_code == 302
    profile = ImportProfile.objects.get()
    assert (profile.call_number_subfield, profile.library_codes) == ("s", {"BNU": "A"})


def test_the_records_list_searches_as_readers_do(a_small_consortium: SmallConsortium, index: Index) -> None:
    a_record("心电图诊断学")
    a_record("护理学基础")
    client = signed_in(a_small_consortium.manager)
    assert "心电图诊断学" in client.get("/console/catalog/records/?q=心电图").content.decode()
    index()
    page = client.get("/console/catalog/records/?q=xindiantu").content.decode()
    assert "心电图诊断学" in page and "护理学基础" not in page


def test_nonsense_in_an_address_is_no_fault(a_small_consortium: SmallConsortium, index: Index) -> None:
    a_record("心电图诊断学")
    index()
    client = signed_in(a_small_consortium.manager)
    for query in (
        "page=-1",
        "page=99999",
        "from=abc&to=１２",
        "sort=<script>",
        "class=((",
        "at=%00",
        "q=((((",
        "decade=x",
    ):
        assert client.get(f"/m/search/?{query}").status_code == 200, query
    assert client.get("/m/record/999999999/").status_code == 404


def test_only_addresses_of_the_web_become_links() -> None:
    read = read_record(cnmarc("n1", "心电图诊断学"))
    urls = ("javascript:alert(1)", "HTTPS://example.org/a", "data:text/html,x", "ftp://example.org/b")
    links = tuple(DataField("856", "4", " ", (("u", url),)) for url in urls)
    record = read.record.with_fields((*read.record.fields, *links))
    description = description_of(facts_of(record, read.flavour))
    assert [link["url"] for link in description.links] == ["HTTPS://example.org/a"]


def test_a_librarians_search_shows_the_best_first_and_says_what_it_leaves_out(
    a_small_consortium: SmallConsortium, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    meant = a_record("内科学")
    others = [a_record(f"现代内科学图谱{number}") for number in range(4)]
    index()
    client = signed_in(a_small_consortium.manager)
    page = client.get("/console/catalog/records/", {"q": "内科学"}).content.decode()
    places = [page.index(f"/console/catalog/records/{each.pk}/") for each in (meant, *others)]
    assert min(places) == places[0]
    assert "aria-sort" not in page
    assert "共找到" not in page
    by_date = client.get("/console/catalog/records/", {"q": "内科学", "sort": "added_at"}).content.decode()
    assert 'aria-sort="ascending"' in by_date
    monkeypatch.setattr(records, "MOST_FOUND", 3)
    page = client.get("/console/catalog/records/", {"q": "内科学"}).content.decode()
    assert "共找到 5 种，下面是最符合的 3 种" in page
    table = client.get("/console/catalog/records/", {"q": "内科学", "export": "csv"})
    assert table.getvalue().decode("utf-8-sig").splitlines()[1].startswith("内科学")
