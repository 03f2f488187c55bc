"""How fast new records find their doubles: a thousand among a hundred thousand stored, and ten thousand twice.

    python -m bench dedup-speed        QUICK=1: two hundred among three thousand, and six hundred twice

The stored ones stand in PostgreSQL with their block keys, as a year of harvesting leaves them; the new ones are
taken in as a run takes them, two in three of them doubles. The second figure is the engine alone, in memory.
"""

import random
import sys
import time
from collections.abc import Iterator

from bench import report
from bench.installation import installation
from literature_sandbox import invented
from xinglin.literature.articles import Article

SEED = 9
STORED, NEW, TWICE = (3_000, 200, 600) if report.is_quick() else (100_000, 1_000, 10_000)
BATCH = 500
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


def main() -> int:
    """Print both figures and whether the bars hold."""
    with installation("dedup-speed"):
        from django.db import transaction

        from xinglin.intelligence.dedup import group, sketch
        from xinglin.intelligence.harvest.storing import Reading, store
        from xinglin.intelligence.models import Publication

        articles = list(_articles(STORED))
        for start in range(0, STORED, BATCH):
            with transaction.atomic():
                store([Reading("pubmed", each.pmid, each) for each in articles[start : start + BATCH]])
        print(f"{STORED} stored", file=sys.stderr)
        stored = Publication.objects.count()
        doubles = [
            each.but(pmid="", doi="", source="", journal=each.journal_short)
            for each in articles[: NEW * 2 // 3]
        ]
        fresh = [
            each.but(pmid="", title=f"{each.title} again", pages="", volume="", year=2030, doi="")
            for each in articles[NEW : NEW + NEW - len(doubles)]
        ]
        started = time.perf_counter()
        with transaction.atomic():
            store([Reading("file", f"{place}", each) for place, each in enumerate([*doubles, *fresh])])
        incremental = time.perf_counter() - started
        joined = NEW - (Publication.objects.count() - stored)
        once = articles[:TWICE]
        started = time.perf_counter()
        found = group(
            [
                *(sketch(place, each) for place, each in enumerate(once)),
                *(
                    sketch(TWICE + place, each.but(pmid="", source="", doi=""))
                    for place, each in enumerate(once)
                ),
            ]
        )
        twice = time.perf_counter() - started
    rows = [
        [f"{NEW} new among {STORED} stored", f"{incremental:.1f}", f"{joined} joined of {len(doubles)}"],
        [f"{TWICE} × {TWICE}", f"{twice:.1f}", f"{len(found.clusters)} clusters"],
    ]
    report.print_table(["what", "seconds", "found"], rows)
    figures = {"incremental s": incremental, "twice s": twice}
    ratios = {name: BAR[name] / max(value, 1e-9) for name, value in figures.items()}
    holds = all(figures[name] <= limit for name, limit in BAR.items()) and joined >= len(doubles) * 0.99
    report.print_last_line("dedup-speed", figures=figures, ratios=ratios, bar=BAR, holds=holds)
    return 0
