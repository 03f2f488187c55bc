"""How fast new records find their doubles: a thousand among a hundred thousand stored, and ten thousand twice.

    python -m bench dedup-speed        QUICK=1: two hundred among three thousand, and six hundred twice

The stored ones stand in PostgreSQL with their publications and block keys, as a year of harvesting leaves them; they
are copied in, since taking a hundred thousand in as runs do would be the longest part of the bench by far. The new ones
are taken in as a run takes them, two in three of them doubles. The second figure is the engine alone, in memory.
"""

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence

from bench import report
from bench.installation import installation
from literature_sandbox import invented
from xinglin.literature.articles import Article

SEED = 9
STORED, NEW, TWICE = (3_000, 200, 600) if report.is_quick() else (100_000, 1_000, 10_000)
BAR = {"incremental s": 20.0, "twice s": 90.0}


def _articles(count: int) -> Iterator[Article]:
    """Yield invented articles with the words and habits of real ones: common families, years, journals."""
    from xinglin.literature.files.pubmed_xml import PUBMED_XML

    pick = random.Random(SEED)
    for number in range(count):
        xml = invented.article(invented.FIRST_NUMBER + number, seed=SEED, year=1990 + number % 35).decode()
        article = PUBMED_XML.article(next(iter(PUBMED_XML.split(xml))))
        words = article.title.rstrip(".").split()
        pick.shuffle(words)
        yield article.but(title=f"{' '.join(words)} in cohort {number}", volume=str(number % 97))


def _copy_in(articles: Sequence[Article]) -> None:
    """Write articles down as ``store`` leaves them when none is a double: a record and a publication each, its keys."""
    from django.db import connection

    from xinglin.commons import clock
    from xinglin.intelligence.dedup import blocking, sketch
    from xinglin.intelligence.dedup.keeping import describe
    from xinglin.intelligence.models import BlockKey, Publication, Record

    now = clock.now()
    publications, records, keys = [], [], []
    for pk, article in enumerate(articles, start=1):
        plain = article.as_plain()
        record = Record(pk=pk, source="pubmed", number=article.pmid, article=plain, publication_id=pk)
        publication = Publication(pk=pk)
        describe(publication, [record])
        publications.append(publication)
        records.append((record, json.dumps(plain, ensure_ascii=False)))
        keys += [(key, pk) for key in blocking.keys(sketch(pk, article))]
    with connection.cursor() as cursor:
        with cursor.copy(
            f"copy {Publication._meta.db_table} (id, title, authors, journal, year, doi, pmid, retracted,"
            " first_seen_at) from stdin"
        ) as copy:
            for each in publications:
                copy.write_row(
                    (
                        each.pk,
                        each.title,
                        each.authors,
                        each.journal,
                        each.year,
                        each.doi,
                        each.pmid,
                        False,
                        now,
                    )
                )
        with cursor.copy(
            f"copy {Record._meta.db_table} (id, source, number, article, digest, version, from_file, publication_id,"
            " first_seen_at, changed_at, merged_into) from stdin"
        ) as copy:
            for record, plain_text in records:
                copy.write_row(
                    (record.pk, "pubmed", record.number, plain_text, "", 1, False, record.pk, now, now, "")
                )
        with cursor.copy(f"copy {BlockKey._meta.db_table} (key, record_id) from stdin") as copy:
            for row in keys:
                copy.write_row(row)
        for model in (Publication, Record):
            table = model._meta.db_table
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"
            )
        cursor.execute("analyze")


def main() -> int:
    """Print both figures and whether the bars hold."""
    with installation("dedup-speed"):
        from django.db import transaction

        from xinglin.intelligence.dedup import group, sketch
        from xinglin.intelligence.harvest.storing import Reading, store
        from xinglin.intelligence.models import Publication

        began = time.perf_counter()
        articles = list(_articles(STORED))
        _copy_in(articles)
        print(f"{STORED} stored after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        stored = Publication.objects.count()
        doubles = [
            each.but(pmid="", doi="", source="", journal=each.journal_short)
            for each in articles[: NEW * 2 // 3]
        ]
        fresh = [
            each.but(pmid="", title=f"{each.title} again", pages="", volume="", year=2030, doi="")
            for each in articles[NEW : NEW + NEW - len(doubles)]
        ]
        started, worked = time.perf_counter(), time.process_time()
        with transaction.atomic():
            store([Reading("file", f"{place}", each) for place, each in enumerate([*doubles, *fresh])])
        incremental, worked_on_new = time.perf_counter() - started, time.process_time() - worked
        joined = NEW - (Publication.objects.count() - stored)
        once = articles[:TWICE]
        started, worked = time.perf_counter(), time.process_time()
        found = group(
            [
                *(sketch(place, each) for place, each in enumerate(once)),
                *(
                    sketch(TWICE + place, each.but(pmid="", source="", doi=""))
                    for place, each in enumerate(once)
                ),
            ]
        )
        twice, worked_on_twice = time.perf_counter() - started, time.process_time() - worked
    rows = [
        [
            f"{NEW} new among {STORED} stored", f"{incremental:.1f}", f"{worked_on_new:.1f}",
            f"{joined} joined of {len(doubles)}",
        ],
        [f"{TWICE} × {TWICE}", f"{twice:.1f}", f"{worked_on_twice:.1f}", f"{len(found.clusters)} clusters"],
    ]  # fmt: skip
    report.print_table(["what", "seconds", "of processor (Python)", "found"], rows)
    figures = {"incremental s": incremental, "twice s": twice}
    ratios = {name: BAR[name] / max(value, 1e-9) for name, value in figures.items()}
    holds = all(figures[name] <= limit for name, limit in BAR.items()) and joined >= len(doubles) * 0.99
    report.print_last_line("dedup-speed", figures=figures, ratios=ratios, bar=BAR, holds=holds)
    return 0
