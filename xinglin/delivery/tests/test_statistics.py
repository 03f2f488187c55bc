"""The study's table 3 out of raw requests, exactly; the years add up whatever the requests are."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.commons.clock import SHANGHAI
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.delivery import queries
from xinglin.delivery.lifecycle import State
from xinglin.delivery.models import DocumentRequest, Source, Visit
from xinglin.delivery.statistics import totals, yearly
from xinglin.patrons.tests.cast import Readers

# Visits, items and pages of the consortium study (its table 3).
TABLE = {2018: (4472, 22136, 83596), 2019: (2167, 11840, 30196), 2020: (3201, 15877, 82863)}


def multiplied(row: Model, *, values: dict[str, str], times: str, told: list[int | datetime]) -> None:
    """Copy a row within the database, once for each ``n`` of ``times`` (which ends before a condition).

    Fifty thousand rows through the ORM took most of the test's time, and are no part of what it shows.
    """
    options = row._meta
    written = [each for each in options.concrete_fields if not each.primary_key and not each.generated]
    columns = [each.column for each in written]
    taken = ", ".join(values.get(column or "", f't."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {options.db_table} ({named}) "
            f"select {taken} from {options.db_table} t, {times} t.id = %s",
            [*told, row.pk],
        )


def raw_requests(consortium: SmallConsortium, table: dict[int, tuple[int, int, int]]) -> None:
    """Put a year's visits as raw requests: several documents a visit, one request each, pages of any number."""
    for year, (visits, items, pages) in table.items():
        first = datetime(year, 1, 1, 0, 0, tzinfo=SHANGHAI)
        # The last moments of a year lie in the next year for a clock that counts in UTC, and back.
        last = datetime(year, 12, 31, 23, 59, tzinfo=SHANGHAI)
        visit = Visit.objects.create(library=consortium.a, source=Source.DESK, at=first)
        multiplied(
            visit, values={"at": "t.at + n * interval '117 minutes'"},
            times="generate_series(1, %s) n where", told=[visits - 1],
        )  # fmt: skip
        each, more = divmod(pages, items)
        request = DocumentRequest.objects.create(
            visit=visit, library=consortium.main, home_library=consortium.a, source=Source.DESK,
            state=State.DELIVERED, title=f"{year} 0", asked_at=first, due_at=first, promised_at=first,
            delivered_at=first + timedelta(hours=1), pages=each + (more > 0),
        )  # fmt: skip
        multiplied(
            request,
            values={
                "visit_id": "v.id", "title": f"'{year} ' || n", "asked_at": "v.at", "due_at": "v.at",
                "promised_at": "v.at", "delivered_at": "least(v.at + interval '1 hour', %s)",
                "pages": f"{each} + (n < {more})::int",
            },
            times="(select id, at, row_number() over (order by id) - 1 place from delivery_visit where id >= %s) v,"
            " generate_series(1, %s) n where v.place = n %% %s and",
            told=[last, visit.pk, items - 1, visits],
        )  # fmt: skip


@pytest.mark.django_db
def test_table_3_of_the_study_comes_out_of_raw_requests(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    raw_requests(a_small_consortium, TABLE)
    rows = yearly(queries.requests_visible_to(a_small_consortium.manager))
    assert {row.year: (row.visits, row.items, row.pages) for row in rows} == TABLE
    whole = totals(rows)
    assert (whole.visits, whole.items, whole.pages) == (9840, 49853, 196655)
    client: Client = signed_in(a_small_consortium.manager)
    page = client.get("/console/delivery/statistics/").content.decode()
    for figure in ("4,472", "22,136", "83,596", "9,840", "49,853", "196,655"):
        assert figure in page
    sheet = client.get("/console/delivery/statistics/?export=csv")
    assert "合计,9840,49853,196655" in b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]
    assert client.get("/console/delivery/statistics/?export=xlsx").content[:2] == b"PK"
    outsider = signed_in(a_small_consortium.outsider)
    assert "4,472" not in outsider.get("/console/delivery/statistics/").content.decode()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    visits=st.lists(
        st.lists(st.tuples(st.integers(0, 900), st.integers(0, 40)), min_size=1, max_size=4), max_size=8
    )
)
@pytest.mark.django_db
def test_every_visit_is_counted_once_whatever_its_documents_take(
    a_small_consortium: SmallConsortium, visits: list[list[tuple[int, int]]]
) -> None:
    DocumentRequest.objects.all().delete()
    Visit.objects.all().delete()
    begin = datetime(2022, 11, 1, tzinfo=SHANGHAI)
    for documents in visits:
        visit = Visit.objects.create(library=a_small_consortium.a, source=Source.H5, at=begin)
        for days, pages in documents:
            DocumentRequest.objects.create(
                visit=visit,
                library=a_small_consortium.a,
                home_library=a_small_consortium.a,
                source=Source.H5,
                state=State.DELIVERED,
                asked_at=begin,
                due_at=begin,
                promised_at=begin,
                delivered_at=begin + timedelta(days=days),
                pages=pages,
            )
    whole = totals(yearly(DocumentRequest.objects.all()))
    assert whole.visits == len(visits)
    assert whole.items == sum(map(len, visits))
    assert whole.pages == sum(pages for documents in visits for _days, pages in documents)
