"""The console's screens of the readers, through the front door."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons import services
from xinglin.patrons.imports import batches
from xinglin.patrons.models import BatchState, Card, ImportBatch, ImportRow, Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category, a_patron

TABLE = "卡号,姓名,类别,手机\nX1,孙丽,医师,13700000001\nX2,周强,医师,1.37E+10\n".encode()
PERSONAL = ("李建国", "A0001", "13800000001", "li@example.org", "心内科")


def test_the_outsiders_lists_and_search_show_nobody_of_another_library(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.outsider)
    for query in ({}, {"q": "李建国"}, {"q": "A0001"}, {"q": "ljg"}, {"erasure": "1"}, {"export": "csv"}):
        page = client.get(reverse("console:patrons.patrons"), query)
        assert page.status_code == 200
        shown = page.getvalue().decode()
        for hidden in PERSONAL:
            assert hidden not in shown or query.get("q") == hidden, (query, hidden)
    export = client.get(reverse("console:patrons.export"), {"form": "csv"}).getvalue().decode()
    assert "赵敏" in export
    assert not any(hidden in export for hidden in PERSONAL)


DEEDS = ("extend", "replace-card", "lose-card", "issue-card", "password", "suspend", "leave", "erase")


@pytest.mark.parametrize("address", ["patrons.patron", "patrons.patron.edit", *DEEDS])
def test_a_reader_of_another_library_does_not_exist_and_nothing_changed(
    a_small_consortium: SmallConsortium, readers: Readers, address: str
) -> None:
    pk = readers.of_a.pk
    url = (
        reverse("console:patrons.patron.do", args=[pk, address])
        if address in DEEDS
        else reverse(f"console:{address}", args=[pk])
    )
    before = [list(Patron.objects.values()), list(Card.objects.values())]
    client = signed_in(a_small_consortium.outsider)
    answers = {"reason": "试", "number": "X1", "password": "a-stolen-desk-42", "name": "改名", "category": 1}
    for answer in (client.get(url), client.post(url, answers)):
        assert answer.status_code in (404, 405)
        assert not any(hidden in answer.content.decode() for hidden in PERSONAL)
    assert [list(Patron.objects.values()), list(Card.objects.values())] == before


def test_a_librarian_registers_amends_suspends_and_replaces_the_card(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    client = signed_in(cast.librarian_a)
    nurse = a_category("NURSE", name="护士")
    told = {"home_library": cast.a.pk, "card_number": "n-1", "name": "孙丽", "category": nurse.pk}
    assert client.post(reverse("console:patrons.patron.new"), told).status_code == 302
    patron = Patron.objects.get(name="孙丽")
    again = client.post(reverse("console:patrons.patron.new"), told)
    assert again.status_code == 409
    assert "N-1" in again.content.decode()

    page = reverse("console:patrons.patron", args=[patron.pk])
    edit = reverse("console:patrons.patron.edit", args=[patron.pk])
    told = {"name": "孙丽", "category": nurse.pk, "phone": "13700000002", "_version": str(patron.version)}
    assert client.post(edit, told).status_code == 302
    stale = client.post(edit, {**told, "phone": "13700000003"})
    assert stale.status_code == 409
    assert "13700000003" in stale.content.decode(), "nothing typed is lost"

    do = reverse("console:patrons.patron.do", args=[patron.pk, "suspend"])
    assert client.post(do, {"reason": "遗失图书"}).status_code == 302
    assert "遗失图书" in client.get(page).content.decode()
    assert client.post(do, {"reason": "再来"}).status_code == 409
    replace = reverse("console:patrons.patron.do", args=[patron.pk, "replace-card"])
    assert client.post(replace, {"number": "N-2"}).status_code == 302
    patron.refresh_from_db()
    assert (patron.state, patron.phone, patron.card_number) == ("suspended", "13700000002", "N-2")


def test_a_registration_into_another_library_is_refused(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    told = {
        "home_library": a_small_consortium.a.pk,
        "card_number": "X1",
        "name": "孙丽",
        "category": readers.of_a.category_id,
    }
    answer = signed_in(a_small_consortium.outsider).post(reverse("console:patrons.patron.new"), told)
    assert answer.status_code == 422
    assert not Card.objects.filter(number="X1").exists()


def test_the_desk_of_another_library_sees_the_masked_reader_only(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.outsider)
    page = client.post(reverse("console:patrons.lookup"), {"number": "a0001"}).content.decode()
    assert "李**" in page
    assert not any(hidden in page for hidden in PERSONAL)
    assert (
        "没有这张读者证" in client.post(reverse("console:patrons.lookup"), {"number": "?"}).content.decode()
    )


def upload(cast: SmallConsortium, data: bytes = TABLE) -> ImportBatch:
    client = signed_in(cast.librarian_a)
    file = SimpleUploadedFile("读者.csv", data)
    answer = client.post(reverse("console:patrons.import.new"), {"library": cast.a.pk, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get()


def test_an_import_is_uploaded_looked_at_run_reported_and_undone(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    client = signed_in(cast.librarian_a)
    batch = upload(cast)
    url = reverse("console:patrons.import", args=[batch.pk])
    preview = client.get(url).content.decode()
    assert "可以导入 1 行" in preview
    assert "科学记数" in preview
    assert not Patron.objects.filter(name="孙丽").exists(), "looking changes nothing"

    columns = {"card_number": "卡号", "name": "姓名", "category": "类别", "phone": "手机"}
    assert "还没有指出哪一列是姓名" in client.post(url, {**columns, "name": "", "look": "1"}).content.decode()
    assert client.post(url, columns).status_code == 302
    assert 'hx-get="' in client.get(url).content.decode(), "the bar follows a running import"
    batches.run(batch=ImportBatch.objects.get(), by=cast.librarian_a)
    progress = client.get(reverse("console:patrons.import.progress", args=[batch.pk]))
    assert progress["HX-Refresh"] == "true"
    done = client.get(url).content.decode()
    assert "新增" in done
    assert "科学记数" in done

    sheet = client.get(reverse("console:patrons.import.refused", args=[batch.pk]))
    book = openpyxl.load_workbook(BytesIO(sheet.content))
    assert book.worksheets[0]["A2"].value == 3
    undo = reverse("console:patrons.imports.do", args=[batch.pk, "undo"])
    assert client.post(undo).status_code == 302
    assert not Patron.objects.filter(name="孙丽").exists()


def test_the_outsider_sees_and_runs_no_import_of_another_library(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    batch = upload(cast)
    client = signed_in(cast.outsider)
    assert "读者.csv" not in client.get(reverse("console:patrons.imports")).content.decode()
    for name in ("patrons.import", "patrons.import.progress", "patrons.import.refused"):
        url = reverse(f"console:{name}", args=[batch.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, {"card_number": "卡号", "name": "姓名"}).status_code == 404
    file = SimpleUploadedFile("甲.csv", TABLE + b"\n")
    told = {"library": cast.a.pk, "file": file}
    assert client.post(reverse("console:patrons.import.new"), told).status_code == 422
    assert ImportBatch.objects.get().state == BatchState.UPLOADED
    assert ImportRow.objects.count() == 2


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04broken", b"\x00\x01\x02\x03binary", "卡号,姓名\n".encode()]
)
def test_a_file_that_is_no_table_is_refused_beside_the_form(
    a_small_consortium: SmallConsortium, readers: Readers, data: bytes
) -> None:
    cast = a_small_consortium
    file = SimpleUploadedFile("读者.csv", data)
    answer = signed_in(cast.librarian_a).post(
        reverse("console:patrons.import.new"), {"library": cast.a.pk, "file": file}
    )
    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


def test_the_template_is_a_table_that_an_import_reads(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    template = client.get(reverse("console:patrons.import_template")).content
    batch = batches.upload(
        library=a_small_consortium.a,
        file=BytesIO(template),
        name="模板.xlsx",
        by=a_small_consortium.librarian_a,
    )
    readings = batches.readings_of(batch, batch.mapping, a_small_consortium.librarian_a)
    assert [reading.problems for reading in readings] == [()]


def test_categories_are_the_whole_consortiums_to_change(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    assert client.get(reverse("console:patrons.categories")).status_code == 200
    answer = client.post(reverse("console:patrons.category.new"), {"code": "X", "name": "新类"})
    assert answer.status_code == 403


def test_the_list_asks_the_database_no_more_often_for_more_readers(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    from xinglin.console.testing import assert_constant_queries

    assert_constant_queries(
        signed_in(a_small_consortium.librarian_a),
        reverse("console:patrons.patrons"),
        lambda: [a_patron(a_small_consortium.a) for _more in range(5)],
    )


def test_a_request_for_erasure_stands_on_the_home_page(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    assert "申请删除资料" not in client.get(reverse("console:home")).content.decode()
    services.ask_for_erasure(patron=readers.of_a)
    assert "申请删除资料" in client.get(reverse("console:home")).content.decode()
