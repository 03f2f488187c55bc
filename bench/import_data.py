"""Generated books for the import figure: as rows of a catalogue that stands, and as a CNMARC file that comes in."""

from collections.abc import Iterable, Sequence

from django.db import connection

from bench.search_data import Catalogue
from xinglin.catalog.description import Description, put_into
from xinglin.catalog.marc import ControlField, DataField, Field, Flavour, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.models import Record
from xinglin.catalog.search.documents import SearchDocument
from xinglin.commons import clock

SEED = 30


def books(count: int) -> Iterable[SearchDocument]:
    """Return books that are the same whenever they are asked for."""
    return Catalogue(seed=SEED).records(count)


def fill(documents: Iterable[SearchDocument]) -> None:
    """Put books into the catalogue by COPY: what stood there before the file came."""
    columns = [field for field in Record._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{column.column}"' for column in columns)
    now = clock.now()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {Record._meta.db_table} ({names}) from stdin") as copy,
    ):
        for document in documents:
            record = Record(added_at=now, updated_at=now)
            put_into(record, description_of(document), None)
            copy.write_row(
                [column.get_db_prep_save(getattr(record, column.attname), connection) for column in columns]
            )
    with connection.cursor() as cursor:
        cursor.execute(f"vacuum analyze {Record._meta.db_table}")


def description_of(document: SearchDocument) -> Description:
    """Return the columns of a generated book."""
    return Description(
        title=document.title,
        authors=document.authors,
        publisher=document.publisher,
        year=document.year,
        isbns=document.isbns,
        classes=document.classes,
        subjects=document.subjects,
        languages=("chi",),
        extent="320页",
    )


def marc_file(documents: Sequence[SearchDocument], *, first_barcode: int) -> bytes:
    """Return the books as ISO 2709 (CNMARC, UTF-8), each with one copy in 905."""
    return b"".join(
        write_iso2709(_marc(document, first_barcode + place), flavour=Flavour.CNMARC)
        for place, document in enumerate(documents)
    )


def _marc(document: SearchDocument, barcode: int) -> MarcRecord:
    fields: list[Field] = [
        ControlField("001", f"B{document.record_id:09d}"),
        DataField("010", " ", " ", (("a", document.isbns[0]), ("d", "CNY58.00"))),
        DataField("100", " ", " ", (("a", "20200101d2020    em y0chiy50      ea"),)),
        DataField("101", "0", " ", (("a", "chi"),)),
        DataField("200", "1", " ", (("a", document.title), ("f", "，".join(document.authors)))),
        DataField("210", " ", " ", (("a", "北京"), ("c", document.publisher), ("d", str(document.year)))),
        DataField("215", " ", " ", (("a", "320页"), ("d", "26cm"))),
        *(DataField("606", "0", " ", (("a", subject),)) for subject in document.subjects),
        DataField("690", " ", " ", (("a", document.classes[0]), ("v", "5"))),
        *(DataField("701", " ", "0", (("a", name), ("4", "主编"))) for name in document.authors),
        DataField("801", " ", "0", (("a", "CN"), ("b", "BENCH"), ("c", "20200101"))),
        DataField(
            "905",
            " ",
            " ",
            (("a", "BENCH"), ("b", f"T{barcode:09d}"), ("d", document.classes[0]), ("e", "1")),
        ),
    ]
    return MarcRecord("00000nam0 2200000   450 ", tuple(fields))
