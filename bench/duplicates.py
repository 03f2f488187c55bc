"""How near-duplicates are found among 100 000 articles, beside comparing with every signature.

    python -m bench duplicates            100 000 generated articles; QUICK=1 is 3 000

Articles are put together from a pool of sentences; a twentieth are changed copies of others. The peer is NumPy over
all signatures (brute force); recall is counted against the exact similarity of the planted pairs.
"""

import os
import random
import sys
import time
from collections.abc import Iterator

from bench import report
from bench.installation import scratch_database

ARTICLES = 3_000 if report.is_quick() else 100_000
PLANTED = ARTICLES // 20
ASKED = 100 if report.is_quick() else 400
BAR = {"recall": 0.98, "answer p95 ms": 100.0, "readability ms": 200.0}
_SUBJECTS = (
    "高血压", "糖尿病", "流感", "哮喘", "痛风", "骨质疏松", "贫血", "失眠", "便秘", "近视", "龋齿", "湿疹", "颈椎病",
    "甲状腺结节", "脂肪肝", "肺结节", "胃炎", "过敏",
)  # fmt: skip
_PEOPLE = (
    "老人",
    "孕妇",
    "孩子",
    "上班族",
    "司机",
    "运动员",
    "教师",
    "护士",
    "学生",
    "农民",
    "厨师",
    "患者",
    "家属",
)
_DEEDS = (
    "每天早晚各量一次", "每年复查一次", "先看全科门诊", "少吃腌制食品", "每周运动三次", "按时吃药不要自己停",
    "记下发作的时间", "带上以前的检查单", "睡前两小时不再进食", "保持室内通风", "出门戴好口罩", "勤洗手少揉眼",
    "学会自己监测", "问清用法和用量",
)  # fmt: skip


def sentences(chance: random.Random, count: int) -> list[str]:
    """Return sentences with enough in them to differ."""
    return [
        f"{chance.choice(_PEOPLE)}有{chance.choice(_SUBJECTS)}的，{chance.choice(_DEEDS)}，"
        f"第{chance.randint(1, 400)}条建议里写了{chance.randint(2, 90)}种情况，{chance.choice(_DEEDS)}。"
        for _each in range(count)
    ]


def articles(chance: random.Random) -> Iterator[tuple[str, int]]:
    """Yield each article with the number of the one it was copied from, or -1."""
    pool = sentences(chance, 20_000)
    kept: list[list[str]] = []
    for number in range(ARTICLES):
        if number >= ARTICLES - PLANTED:
            of = chance.randrange(ARTICLES - PLANTED)
            changed = [
                chance.choice(pool) if chance.random() < chance.choice((0.0, 0.05, 0.1)) else line
                for line in kept[of]
            ]
            yield "\n".join(changed), of
            continue
        lines = chance.sample(pool, chance.randint(15, 35))
        kept.append(lines)
        yield "\n".join(lines), -1


def main() -> int:
    """Index, ask, compare; print the table and the last line."""
    with scratch_database("duplicates") as address:
        os.environ["DATABASE_URL"] = address
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _measured()


def _measured() -> int:
    import numpy
    from django.db import connection

    from xinglin.newsroom.quality import readability, sketching, terms
    from xinglin.newsroom.quality.similar import candidates_for

    chance = random.Random(7)
    texts: list[str] = []
    origins: list[int] = []
    signatures: list[list[int]] = []
    began = time.perf_counter()
    for text, origin in articles(chance):
        texts.append(text)
        origins.append(origin)
        signatures.append(sketching.signature_of(sketching.grams_of(text)))
    sketched = time.perf_counter() - began
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("alter table newsroom_sketch drop constraint a_sketch_is_of_one_text")
        with cursor.copy("copy newsroom_sketch (id, sha256, signature, grams) from stdin") as copy:
            for number, signature in enumerate(signatures, start=1):
                copy.write_row((number, "", sketching.packed(signature), 1))
        with cursor.copy("copy newsroom_band (value, sketch_id) from stdin") as copy:
            for number, signature in enumerate(signatures, start=1):
                for value in sketching.bands_of(signature):
                    copy.write_row((value, number))
        cursor.execute("analyze newsroom_band")
    indexed = time.perf_counter() - began

    matrix = numpy.array(signatures, dtype=numpy.uint32)
    pairs = [
        (number, origin)
        for number, origin in enumerate(origins)
        if origin >= 0
        and sketching.jaccard(sketching.grams_of(texts[number]), sketching.grams_of(texts[origin])) >= 0.8
    ][:ASKED]
    ours, brute, hits, brute_hits = [], [], 0, 0
    for number, origin in pairs:
        began = time.perf_counter()
        found = candidates_for(texts[number])
        ours.append(1000 * (time.perf_counter() - began))
        hits += origin + 1 in found
        began = time.perf_counter()
        asked = numpy.array(sketching.signature_of(sketching.grams_of(texts[number])), dtype=numpy.uint32)
        likeness = (matrix == asked).sum(axis=1)
        best = set(numpy.argpartition(-likeness, 5)[:5].tolist())
        brute.append(1000 * (time.perf_counter() - began))
        brute_hits += origin in best
    long = "".join(sentences(chance, 200))[:5000]
    began = time.perf_counter()
    found_terms = terms.found_in(long)
    readability.measure(long, [(each.begin, each.end) for each in found_terms])
    reading = 1000 * (time.perf_counter() - began)

    recall, p95 = hits / max(len(pairs), 1), report.share_of(0.95, ours)
    report.print_table(
        ("", "answer p50 ms", "answer p95 ms", "recall at J ≥ 0.8"),
        [
            ("band table", f"{report.median(ours):.1f}", f"{p95:.1f}", f"{recall:.4f}"),
            (
                "brute force",
                f"{report.median(brute):.1f}",
                f"{report.share_of(0.95, brute):.1f}",
                f"{brute_hits / max(len(pairs), 1):.4f}",
            ),
        ],
    )
    print(
        f"{ARTICLES} articles sketched in {sketched:.1f} s, indexed in {indexed:.1f} s; {len(pairs)} pairs asked"
    )
    holds = recall >= BAR["recall"] and p95 <= BAR["answer p95 ms"] and reading <= BAR["readability ms"]
    report.print_last_line(
        "duplicates",
        figures={
            "recall": recall,
            "answer p95 ms": p95,
            "sketch a second": ARTICLES / sketched,
            "readability ms": reading,
        },
        ratios={"brute force / band table": report.median(brute) / report.median(ours)},
        bar=BAR,
        holds=holds,
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
