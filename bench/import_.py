"""How fast a MARC file is taken into a catalogue that stands, beside pymarc and plain INSERTs without matching.

    python -m bench import                              20 000 records a round into a million
    RECORDS=100000 COMING=3000 python -m bench import   fewer; QUICK=1 is 600 into 5 000

Ours goes the whole way of the import service: staged row by row, previewed, matched, written with its copies,
told to the index. Of the records that come, three in ten are in the catalogue already. Rounds are interleaved.
"""

import io
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import pymarc

from bench import report
from bench.installation import installation

CATALOGUE, MOST_COMING, ROUNDS = (5_000, 600, 2) if report.is_quick() else (1_000_000, 20_000, 3)
COMING = int(os.environ.get("COMING", MOST_COMING))
KNOWN_SHARE = 0.3
SEED = 7
BAR = {"records/s": 2000.0}
_PEER_COMMIT = 300


@dataclass
class Measured:
    """Seconds of each round, step by step, and what became of the records."""

    steps: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)

    def take(self, step: str, work: Callable[[], object]) -> None:
        started, spent = time.perf_counter(), time.process_time()
        work()
        self.steps.setdefault(step, []).append(time.perf_counter() - started)
        self.processor.setdefault(step, []).append(time.process_time() - spent)

    def rate(self, *steps: str) -> float:
        """Return records a second of the median round, over these steps together."""
        rounds = [sum(each) for each in zip(*(self.steps[step] for step in steps), strict=True)]
        return COMING / report.median(rounds)

    def microseconds(self, *steps: str) -> float:
        """Return what one record costs our own processor, without the database's."""
        rounds = [sum(each) for each in zip(*(self.processor[step] for step in steps), strict=True)]
        return 1e6 * report.median(rounds) / COMING


def by_our_service(measured: Measured, file: bytes) -> None:
    """Take a file in through the import service, step by step."""
    from xinglin.catalog import services, tasks
    from xinglin.catalog.models import ImportBatch
    from xinglin.consortium.models import Library

    library = Library.objects.get(code="BENCH")
    name = f"{len(measured.steps.get('staging', []))}.iso"
    measured.take(
        "staging", lambda: services.upload(file=io.BytesIO(file), name=name, library=library, by=None)
    )
    batch = ImportBatch.objects.latest("pk")
    measured.take("preview", lambda: tasks.preview_import(batch_id=batch.pk))
    batch.refresh_from_db()
    services.start(batch=batch, by=None)
    measured.take("import", lambda: tasks.run_import(batch_id=batch.pk))
    for outcome in batch.rows.values_list("outcome", flat=True):
        measured.outcomes[outcome] = measured.outcomes.get(outcome, 0) + 1


def by_pymarc(file: bytes) -> None:
    """Read with pymarc and insert one by one, as a plain script does: no matching, no copies, no history."""
    from django.db import connection, transaction

    statement = "insert into bench_plain (title, author, publisher, isbn, marc) values (%s, %s, %s, %s, %s)"
    records = iter(pymarc.MARCReader(io.BytesIO(file), force_utf8=True))
    while chunk := list(islice(records, _PEER_COMMIT)):
        with transaction.atomic(), connection.cursor() as cursor:
            for record in chunk:
                cursor.execute(statement, [*_plain_columns(record), record.as_marc()])


def _plain_columns(record: pymarc.Record) -> list[str]:
    places = (("200", "a"), ("701", "a"), ("210", "c"), ("010", "a"))
    return [
        next((value for each in record.get_fields(tag) for value in each.get_subfields(code)), "")
        for tag, code in places
    ]


def measure(catalogue: int) -> tuple[Measured, float]:
    """Fill the catalogue, then take files in, one round ours and one round theirs."""
    from django.db import connection

    from bench.import_data import books, fill, marc_file
    from xinglin.consortium import services as consortium

    consortium.add_library(code="BENCH", name="基准馆", by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "create table bench_plain (id bigserial primary key, title text, author text, publisher text,"
            " isbn text, marc bytea)"
        )
    everything = list(books(catalogue + ROUNDS * COMING))
    started = time.perf_counter()
    fill(everything[:catalogue])
    filled = time.perf_counter() - started
    print(f"A catalogue of {catalogue} stands after {filled:.0f} s.", file=sys.stderr)
    measured, pick = Measured(), random.Random(SEED)
    new = iter(everything[catalogue:])
    for round_number in range(ROUNDS):
        known = pick.sample(everything[:catalogue], int(COMING * KNOWN_SHARE))
        coming = [*known, *(next(new) for _ in range(COMING - len(known)))]
        pick.shuffle(coming)
        file = marc_file(coming, first_barcode=round_number * COMING)
        by_our_service(measured, file)
        measured.take("pymarc", lambda file=file: by_pymarc(file))  # type: ignore[misc]
    return measured, filled


def main() -> int:
    """Print the table and, as the last line, the figures as JSON."""
    catalogue = int(os.environ.get("RECORDS", CATALOGUE))
    with installation("import"):
        measured, filled = measure(catalogue)
    whole = measured.rate("staging", "preview", "import")
    theirs = measured.rate("pymarc")
    ours = measured.rate("import")
    table = {
        "staging (every byte kept)": ("staging",),
        "preview with matching": ("preview",),
        "import with matching": ("import",),
        "all three": ("staging", "preview", "import"),
        "pymarc + INSERT, no matching": ("pymarc",),
    }
    rows = [
        [
            what,
            f"{measured.rate(*steps):.0f}",
            f"{measured.microseconds(*steps):.0f}",
            f"{measured.rate(*steps) / theirs:.2f}",
        ]
        for what, steps in table.items()
    ]
    print(
        f"{COMING} records a round, {ROUNDS} rounds, into a catalogue of {catalogue}: {measured.outcomes}\n"
    )
    report.print_table(("", "records/s", "µs of Python a record", "of theirs"), rows)
    report.print_last_line(
        "import",
        figures={
            "catalogue": catalogue,
            "records/s": ours,
            "records/s with staging and preview": whole,
            "pymarc records/s": theirs,
            "catalogue filled s": filled,
        },
        ratios={"pymarc + INSERT": ours / theirs, "pymarc + INSERT, whole way": whole / theirs},
        bar=BAR,
        holds=ours >= BAR["records/s"],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
