"""Exports: the same bytes where nothing changed, and a report of what could not be written."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from xinglin.catalog.editing.exporting import Export, Wanted, bytes_of
from xinglin.catalog.editing.tests.test_saving import kept
from xinglin.catalog.marc import RecordRead, read_file, read_record, record_as_xml
from xinglin.catalog.marc.tests.samples import cnmarc as foreign_cnmarc
from xinglin.catalog.marc.tests.samples import marc21 as foreign_marc21
from xinglin.catalog.models import Format, Record
from xinglin.catalog.tests.factories import a_record
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

pytestmark = pytest.mark.django_db


def body(client: Client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.streaming, answer.content
    return answer.getvalue()


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (foreign_cnmarc("心电图", encoding="utf-8"), Wanted.UTF8),
        (foreign_cnmarc("心电图"), Wanted.GBK),
        (foreign_marc21(b"Acad\xe2emie"), Wanted.MARC8),
    ],
)
def test_in_its_own_character_set_a_record_goes_out_byte_for_byte(raw: bytes, wanted: Wanted) -> None:
    assert bytes_of(kept(raw), wanted) == raw


def test_what_came_with_a_wrong_length_goes_out_with_a_right_one() -> None:
    raw = foreign_cnmarc("心电图", encoding="utf-8")
    sent = bytes_of(kept(b"00099" + raw[5:]), Wanted.UTF8)
    assert int(sent[:5]) == len(sent)


@pytest.mark.parametrize("wanted", list(Wanted))
def test_every_form_says_the_same(wanted: Wanted) -> None:
    rows = [kept(foreign_marc21(b"Acad\xe2emie")), kept(foreign_marc21("Äther".encode()))]
    data = b"".join(Export(rows, wanted).pieces())
    if wanted is Wanted.GBK:  # GBK has é and ä but no combining accents
        return
    read = [reading for reading in read_file(io.BytesIO(data)) if isinstance(reading, RecordRead)]
    assert [each.record.get("245", "a") for each in read] == [
        read_record(bytes(row.marc)).record.get("245", "a") for row in rows
    ]


@pytest.mark.parametrize("wanted", list(Wanted)[:2])
def test_a_record_cut_from_xml_in_a_chinese_charset_goes_out_as_what_it_says(wanted: Wanted) -> None:
    """The element has lost the declaration of its file: its charset stands in the row alone."""
    marc = read_record(foreign_cnmarc("心电图", encoding="utf-8"))
    kept_as = record_as_xml(marc.record, flavour=marc.flavour).encode("gb18030")
    row = Record(marc=kept_as, format=Format.MARCXML, charset="gb18030", flavour=marc.flavour.value)
    read = read_record(bytes_of(row, wanted))
    assert read.record.get("200", "a") == marc.record.get("200", "a")


def test_gbk_is_declared_in_the_record_that_is_written_in_it() -> None:
    record = a_record("心电图诊断学", year=2020)
    sent = bytes_of(record, Wanted.GBK)
    assert "心电图".encode("gbk") in sent and b"chiy0110    ea" in sent


def test_a_character_beyond_gbk_is_reported_not_dropped() -> None:
    export = Export([a_record("𠀀字"), a_record("内科学")], Wanted.GBK)
    assert len(list(export.pieces())) == 1
    assert [each.title for each in export.unwritten] == ["𠀀字"] and "GBK" in export.unwritten[0].reason
    assert "𠀀字" in export.report().decode("utf-8-sig")


def test_the_filtered_list_is_downloaded_as_it_is(a_small_consortium: SmallConsortium) -> None:
    raw = [foreign_cnmarc("心电图", encoding="utf-8"), foreign_marc21("Äther".encode())]
    for each in raw:
        kept(each)
    client = signed_in(a_small_consortium.manager)
    assert body(client, "/console/catalog/export/file/") == b"".join(raw)
    assert body(client, "/console/catalog/export/file/?flavour=marc21") == raw[1]
    first = Record.objects.order_by("pk")[0]
    assert body(client, f"/console/catalog/export/file/?record={first.pk}") == raw[0]


def test_a_download_with_unwritable_records_brings_their_report(a_small_consortium: SmallConsortium) -> None:
    a_record("𠀀字")
    a_record("内科学")
    client = signed_in(a_small_consortium.manager)
    page = client.get("/console/catalog/export/?form=gbk").content.decode()
    assert "1 条不能写成" in page and "𠀀字" in page
    archive = zipfile.ZipFile(io.BytesIO(body(client, "/console/catalog/export/file/?form=gbk")))
    assert archive.testzip() is None
    records, report = sorted(archive.namelist(), key=lambda name: name.endswith(".csv"))
    assert "𠀀字" in archive.read(report).decode("utf-8-sig")
    assert archive.read(records).count(b"\x1d") == 1


def test_records_set_aside_are_exported_together(a_small_consortium: SmallConsortium) -> None:
    rows = [a_record(f"第 {number} 本") for number in range(3)]
    client = signed_in(a_small_consortium.manager)
    client.post("/console/catalog/records/do/pick/", {"pick": [rows[0].pk, rows[2].pk]})
    assert body(client, "/console/catalog/export/file/?from=basket").count(b"\x1d") == 2
    client.post("/console/catalog/export/?from=basket")
    assert "没有要导出的书目" in client.get("/console/catalog/export/?from=basket").content.decode()


def test_a_stranger_exports_nothing(a_small_consortium: SmallConsortium) -> None:
    a_record("内科学")
    client = signed_in(a_small_consortium.audit_administrator)
    assert client.get("/console/catalog/export/file/").status_code == 403


@pytest.mark.skipif(shutil.which("yaz-marcdump") is None, reason="yaz is not installed")
@pytest.mark.parametrize("wanted", list(Wanted))
def test_yaz_reads_every_form(wanted: Wanted, tmp_path: Path) -> None:
    rows = [kept(foreign_cnmarc("heart")), a_record("heart atlas", year=2020)]
    file = tmp_path / "records"
    file.write_bytes(b"".join(Export(rows, wanted).pieces()))
    form = "marcxml" if wanted is Wanted.MARCXML else "marc"
    done = subprocess.run(["yaz-marcdump", "-i", form, "-o", "line", file], capture_output=True, check=True)
    assert done.stdout.count(b"\n200 ") == 2 and b"heart atlas" in done.stdout and not done.stderr
