"""De-duplication in the database: new records find their doubles by block keys, and publications follow.

A record's publication only says what it is one with; nothing of any record is lost, so a person may part
again what the machine has united, and what a person decides holds for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q

from xinglin.intelligence.dedup import blocking
from xinglin.intelligence.dedup.grouping import Grouping, Pair, settle, verdicts_of
from xinglin.intelligence.dedup.judging import Verdict
from xinglin.intelligence.dedup.sketching import Sketch, sketch
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.lifecycle import DoubtState, FindingState
from xinglin.intelligence.models import (
    BlockKey,
    Doubt,
    Example,
    Finding,
    Opinion,
    Publication,
    PushedPaper,
    Record,
)
from xinglin.literature.articles import Article

# A key that more records share tells nothing: one more is asked for than would count, and then it is told without any.
_NEAR = """
select k.key, case when cardinality(b.records) <= %(most)s then b.records end
from unnest(%(keys)s::bigint[]) as k(key)
cross join lateral (
    select array_agg(record_id) as records
    from (select record_id from intelligence_blockkey where key = k.key limit %(most)s + 1) as one
) as b
where b.records is not null
"""
_FURTHER = (FindingState.FOUND, FindingState.DROPPED, FindingState.KEPT, FindingState.RELEASED)
DESCRIBED = ("title", "authors", "journal", "year", "doi", "pmid", "retracted")
"""What ``describe`` tells of a publication."""
_LOCK = "select pg_advisory_xact_lock(7391, 1)"


def assign(records: Sequence[Record]) -> None:
    """Give each record its publication; call it in the transaction that wrote them.

    One at a time over all processes: two runs that bring the same paper at once must see each other.
    """
    if not records:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    fresh = {record.pk: sketch(record.pk, record.read) for record in records}
    keys = {pk: blocking.keys(each) for pk, each in fresh.items()}
    BlockKey.objects.filter(record__in=fresh).delete()
    near = _near({key for each in keys.values() for key in each})
    BlockKey.objects.bulk_create(
        [BlockKey(key=key, record_id=pk) for pk, each in keys.items() for key in each], ignore_conflicts=True
    )
    beside = _by_number({pk for block in near.values() for pk in block or ()})
    sketches = fresh | {pk: sketch(pk, record.read) for pk, record in beside.items()}
    verdicts = _verdicts(fresh, keys, near, sketches)
    involved = _involved({pk for pair in verdicts for pk in pair}, beside, records)
    known = {pk: sketches.get(pk) or sketch(pk, record.read) for pk, record in involved.items()}
    _settle(records, involved, known, verdicts)


def _near(keys: set[int]) -> dict[int, list[int] | None]:
    """Return the stored records under each of these keys, None for a key that too many share."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"keys": list(keys), "most": blocking.LARGEST_BLOCK})
        return dict(cursor.fetchall())


def _by_number(numbers: Iterable[int]) -> dict[int, Record]:
    return {each.pk: each for each in Record.objects.filter(pk__in=list(numbers))}


def _involved(alike: set[int], beside: dict[int, Record], records: Sequence[Record]) -> dict[int, Record]:
    """Return the new and the alike records with all of their publications: a cluster must not contradict itself."""
    own = {each.pk: each for each in records}
    shown = own | {pk: beside[pk] for pk in alike - own.keys()}
    publications = {each.publication_id for each in shown.values() if each.publication_id}
    members = Record.objects.filter(publication__in=publications).exclude(pk__in=list(shown))
    return shown | {each.pk: each for each in members}


def _verdicts(
    fresh: dict[int, Sketch],
    keys: dict[int, frozenset[int]],
    near: dict[int, list[int] | None],
    sketches: dict[int, Sketch],
) -> dict[Pair, Verdict]:
    """Judge each new record against those that share a key with it."""
    together: dict[int, list[int]] = defaultdict(list)
    for pk, its in keys.items():
        for key in its:
            together[key].append(pk)
    blocks = {
        key: block
        for key, new in together.items()
        if (stored := near.get(key, [])) is not None
        and len(block := [*stored, *new]) <= blocking.LARGEST_BLOCK
    }
    found: dict[Pair, Verdict] = {}
    for pk, each in fresh.items():
        beside = {other for key in keys[pk] for other in blocks.get(key, ())}
        others = (sketches[other] for other in beside if other != pk and not (other in fresh and other < pk))
        found |= verdicts_of(each, others)
    return found


def _settle(
    records: Sequence[Record],
    involved: dict[int, Record],
    sketches: dict[int, Sketch],
    verdicts: dict[Pair, Verdict],
) -> None:
    decided = list(
        Doubt.objects.filter(Q(one__in=sketches) | Q(other__in=sketches)).exclude(state=DoubtState.OPEN)
    )
    apart = [(each.one_id, each.other_id) for each in decided if each.state == DoubtState.DIFFERENT]
    together = [(each.one_id, each.other_id) for each in decided if each.state == DoubtState.SAME]
    own = {record.pk for record in records}
    by_publication: dict[int, list[int]] = defaultdict(list)
    for pk, record in involved.items():
        if record.publication_id and pk not in own:
            by_publication[record.publication_id].append(pk)
    together += [(members[0], other) for members in by_publication.values() for other in members[1:]]
    grouping = settle(sketches, verdicts, together=together, apart=apart)
    _write(grouping, involved, own)
    _doubt(grouping, own)


def _write(grouping: Grouping, involved: dict[int, Record], own: set[int]) -> None:
    """Give every touched cluster one publication: the oldest that any of its records has, or a new one."""
    fresh: list[tuple[Publication, list[Record]]] = []
    moved: list[Record] = []
    touched = [cluster for cluster in grouping.clusters if own & set(cluster)]
    there = Publication.objects.in_bulk(
        {number for cluster in touched for pk in cluster if (number := involved[pk].publication_id)}
    )
    told: dict[int, Publication] = {}
    for cluster in touched:
        members = [involved[pk] for pk in cluster]
        known = sorted({each.publication_id for each in members if each.publication_id})
        keeper = there[known[0]] if known else Publication()
        describe(keeper, members)
        if known:
            told[keeper.pk] = keeper
            moved += _moved(members, keeper)
            for other in known[1:]:
                Record.objects.filter(pk__in=cluster).update(publication=keeper)
                hand_over(other, keeper)
        else:
            fresh.append((keeper, members))
    Publication.objects.bulk_update(told.values(), DESCRIBED, batch_size=500)
    Publication.objects.bulk_create([keeper for keeper, _members in fresh])
    for keeper, members in fresh:
        moved += _moved(members, keeper)
    Record.objects.bulk_update(moved, ["publication"], batch_size=500)


def _moved(members: Sequence[Record], keeper: Publication) -> list[Record]:
    """Return the records that belong to another publication than before."""
    found = [each for each in members if each.publication_id != keeper.pk]
    for each in found:
        each.publication = keeper
    return found


def hand_over(leaving_id: int, keeper: Publication) -> None:
    """Give what people said of a publication without records to the one that it has become, and drop it.

    Where both stand on a topic, the looks are joined and the further one of the two states holds.
    """
    if Record.objects.filter(publication=leaving_id).exists():
        return
    for finding in Finding.objects.filter(publication=leaving_id):
        mine = keeper.findings.filter(topic=finding.topic_id).first()
        if mine is None:
            finding.publication = keeper
            finding.save(update_fields=["publication"])
            continue
        finding.screenings.update(finding=mine)
        _hand_over_filings(finding, mine)
        given = Opinion.objects.filter(finding=mine).values("by")
        Opinion.objects.filter(finding=finding).exclude(by__in=given).update(finding=mine)
        if _FURTHER.index(FindingState(finding.state)) > _FURTHER.index(FindingState(mine.state)):
            mine.state, mine.released_at = finding.state, finding.released_at
            mine.save(update_fields=["state", "released_at"])
    # Whoever has been brought the one has been brought the other.
    had = PushedPaper.objects.filter(publication=keeper).values("patron")
    PushedPaper.objects.filter(publication=leaving_id).exclude(patron__in=had).update(publication=keeper)
    Example.objects.filter(publication=leaving_id).update(publication=keeper)
    Publication.objects.filter(pk=leaving_id).delete()


def _hand_over_filings(leaving: Finding, mine: Finding) -> None:
    """Give what a paper was filed under to the one that it has become; what is said of both stays as the latter's."""
    mine_has = {(each.heading_id, each.study): each for each in mine.filings.all()}
    for filing in leaving.filings.all():
        here = mine_has.get((filing.heading_id, filing.study))
        if here is not None and here.state == FilingState.SUGGESTED != filing.state:
            here.delete()
            here = None
        if here is None:
            filing.finding = mine
            filing.save(update_fields=["finding"])


def _doubt(grouping: Grouping, own: set[int]) -> None:
    Doubt.objects.bulk_create(
        [
            Doubt(
                one_id=each.one,
                other_id=each.other,
                for_it=list(each.verdict.for_it),
                against=list(each.verdict.against),
            )
            for each in grouping.doubts
            if {each.one, each.other} & own
        ],
        ignore_conflicts=True,
    )


def describe(publication: Publication, members: Sequence[Record]) -> None:
    """Let a publication tell what its fullest record tells; the caller saves it."""
    articles = sorted(
        ((each, each.read) for each in members), key=lambda pair: (-_fullness(*pair), pair[0].pk)
    )
    best = articles[0][1]
    publication.title = best.title or best.other_title
    publication.authors = "; ".join(each.name for each in best.authors[:10])
    publication.journal = best.journal[:400]
    publication.year = best.year
    publication.doi = next((each.doi for _r, each in articles if each.doi), "")[:300]
    publication.pmid = next((each.pmid for _r, each in articles if each.pmid), "")[:12]
    publication.retracted = any(each.is_retracted for _r, each in articles)


def _fullness(record: Record, article: Article) -> int:
    filled = sum(
        bool(getattr(article, name))
        for name in ("abstract", "doi", "pmid", "pages", "volume", "journal", "mesh")
    )
    return filled + (3 if record.source == "pubmed" else 0)
