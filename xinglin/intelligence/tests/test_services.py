"""Deeds: imports that add up, decisions about doubles that hold and can be taken back, the gate's two looks."""

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.intelligence import queries, services
from xinglin.intelligence.dedup import blocking, keeping
from xinglin.intelligence.errors import (
    IntelligenceDeedNotPossible,
    ReasonMissing,
    SecondLookNeedsAnother,
    SourceUnfit,
    TopicChangedMeanwhile,
    TopicCodeTaken,
)
from xinglin.intelligence.harvest.storing import Reading, store
from xinglin.intelligence.lifecycle import DoubtState, FindingState
from xinglin.intelligence.models import Doubt, Finding, Publication, Record, Topic
from xinglin.literature.articles import Article, Author

pytestmark = pytest.mark.django_db

PAPER = """TY  - JOUR
TI  - Effect of early rehabilitation on outcomes after acute ischaemic stroke
AU  - Smith, John
AU  - Li, Wei
T2  - {journal}
PY  - 2019
VL  - {volume}
SP  - {page}
DB  - {database}
AN  - {number}
ER  -
"""
NBIB = """PMID- 31000001
TI  - Effect of early rehabilitation on outcomes after acute ischaemic stroke.
FAU - Smith, John
FAU - Li, Wei
JT  - Journal of clinical neurology
DP  - 2019 Mar
VI  - 12
PG  - 201-9
AB  - What PubMed says.
"""


def _ris(**values: str) -> bytes:
    said = {
        "journal": "Journal of Clinical Neurology",
        "volume": "12",
        "page": "201",
        "database": "Scopus",
        "number": "1",
    }
    return PAPER.format(**{**said, **values}).encode()


def _take(a_small_consortium: SmallConsortium, data: bytes, topic: Topic | None = None) -> None:
    services.import_file(library=a_small_consortium.main, data=data, name="x.ris", topic=topic, by=None)


def test_a_file_adds_up_and_the_same_file_twice_changes_nothing(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    data = _ris() + b"TY  - JOUR\nAU  - Nobody\nER  - \n"
    for new in (1, 0):
        made = services.import_file(library=topic.library, data=data, name="卒中.ris", topic=topic, by=None)
        assert (made.declared, made.taken, made.refused_count, made.new_records) == (2, 1, 1, new)
        assert made.refused[0][:2] == [12, "没有题名"]
    assert Record.objects.count() == Publication.objects.count() == topic.findings.count() == 1


def test_two_databases_are_one_publication_whose_records_keep_their_own_words(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    _take(a_small_consortium, _ris(), topic)
    _take(a_small_consortium, NBIB.encode(), topic)
    publication = Publication.objects.get()
    assert publication.pmid == "31000001" and topic.findings.count() == 1
    assert {each.read.journal for each in publication.records.all()} == {
        "Journal of Clinical Neurology", "Journal of clinical neurology",
    }  # fmt: skip


def test_what_the_machine_united_a_person_may_part_and_it_stays_parted(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    _take(a_small_consortium, _ris(), topic)
    _take(a_small_consortium, NBIB.encode(), topic)
    services.part_record(record=Record.objects.get(source="Scopus"), by=None)
    assert Publication.objects.count() == topic.findings.count() == 2
    with pytest.raises(IntelligenceDeedNotPossible):
        services.part_record(record=Record.objects.get(source="Scopus"), by=None)
    _take(a_small_consortium, _ris(number="2", database="Embase"), topic)
    scopus, pubmed = Record.objects.get(source="Scopus"), Record.objects.get(source="pubmed")
    assert scopus.publication_id != pubmed.publication_id


def test_a_doubt_is_decided_once_and_may_be_decided_anew(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    _take(a_small_consortium, _ris(), topic)
    _take(a_small_consortium, _ris(page="277", number="7", database="Embase"), topic)
    doubt = Doubt.objects.get()
    assert doubt.state == DoubtState.OPEN and doubt.against == ["pages"]
    services.decide_doubt(doubt=doubt, deed="unite", by=None)
    assert Publication.objects.count() == topic.findings.count() == 1
    with pytest.raises(IntelligenceDeedNotPossible):
        services.decide_doubt(doubt=doubt, deed="unite", by=None)
    services.decide_doubt(doubt=doubt, deed="part", by=None)
    assert Publication.objects.count() == topic.findings.count() == 2


def test_the_gate_has_two_pairs_of_eyes(a_small_consortium: SmallConsortium, topic: Topic) -> None:
    cast = a_small_consortium
    _take(cast, _ris(), topic)
    finding = Finding.objects.get()
    services.decide(finding=finding, deed="keep", by=cast.manager)
    with pytest.raises(SecondLookNeedsAnother):
        services.decide(finding=finding, deed="release", by=cast.manager)
    assert not queries.papers_for_readers(topic).exists()
    services.decide(finding=finding, deed="release", by=None)
    assert queries.papers_for_readers(topic).get() == finding
    with pytest.raises(ReasonMissing):
        services.decide(finding=finding, deed="recall", by=None)
    services.decide(finding=finding, deed="recall", reason="已撤稿", by=cast.manager)
    said = list(finding.screenings.values_list("deed", "reason", "by"))
    user = cast.manager.user_id
    assert said == [("keep", "", user), ("release", "", None), ("recall", "已撤稿", user)]
    with pytest.raises(IntelligenceDeedNotPossible):
        services.decide(finding=finding, deed="keep", by=None)


def test_a_library_with_one_librarian_may_do_without_the_second(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    by = a_small_consortium.manager
    services.amend_topic(
        topic=topic, version=1, name=topic.name, description="", public=True, two_people=False, by=by
    )
    _take(a_small_consortium, _ris(), topic)
    finding = Finding.objects.get()
    services.decide(finding=finding, deed="keep", by=by)
    services.decide(finding=finding, deed="release", by=by)
    assert Finding.objects.get().state == FindingState.RELEASED


def test_the_outsider_sees_nothing_and_changes_nothing(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    outsider = a_small_consortium.outsider
    _take(a_small_consortium, _ris(), topic)
    finding = Finding.objects.get()
    for attempt in (
        lambda: services.decide(finding=finding, deed="keep", by=outsider),
        lambda: services.add_source(topic=topic, kind="pubmed", query="x", by=outsider),
        lambda: services.import_file(library=topic.library, data=_ris(), name="x", topic=topic, by=outsider),
        lambda: services.add_topic(library=topic.library, code="x", name="x", by=outsider),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    for door in (
        queries.topics_visible_to,
        queries.findings_visible_to,
        queries.runs_visible_to,
        queries.imports_visible_to,
    ):
        assert not door(outsider).exists()
    assert Finding.objects.get().state == FindingState.FOUND


def test_what_cannot_be_is_refused(topic: Topic) -> None:
    with pytest.raises(TopicCodeTaken):
        services.add_topic(library=topic.library, code=topic.code, name="又一个", by=None)
    for kind, query in (("pubmed", "   "), ("feed", "不是网址"), ("pubmed", "x" * 9000)):
        with pytest.raises(SourceUnfit):
            services.add_source(topic=topic, kind=kind, query=query, by=None)
    with pytest.raises(TopicChangedMeanwhile):
        services.amend_topic(
            topic=topic, version=9, name="x", description="", public=True, two_people=True, by=None
        )


@pytest.mark.corpus
def test_the_windows_of_july_2019_are_4234_papers_in_any_order_and_twice(topic: Topic, shared: Path) -> None:
    files = sorted((shared / "data/intelligence/monitoring/pubmed_windows_csv").glob("*.csv"))
    assert len(files) == 13
    order = [*files, *files]
    Random(13).shuffle(order)
    declared = 0
    for path in order:
        made = services.import_file(
            library=topic.library, data=path.read_bytes(), name=path.name, topic=topic, by=None
        )
        assert not made.refused
        declared += made.declared
    assert declared == 2 * 4_251
    assert Record.objects.filter(source="pubmed").count() == 4_234
    assert topic.findings.count() == Publication.objects.count() <= 4_234


def test_the_order_in_which_records_come_does_not_change_what_is_one(
    a_small_consortium: SmallConsortium, topic: Topic
) -> None:
    forms = (_ris(), NBIB.encode(), _ris(page="277", number="9", database="Embase"))
    seen = set()
    for order in permutations(forms):
        Publication.objects.all().delete()
        Record.objects.all().delete()
        for data in order:
            _take(a_small_consortium, data, topic)
        seen.add(Publication.objects.count())
    assert seen == {2}


def test_a_key_that_too_many_share_reads_no_record_and_a_double_is_found_by_the_others(
    topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "LARGEST_BLOCK", 3)
    titles = (
        "Telestroke networks shorten the time to thrombolysis", "Thrombectomy beyond six hours in basilar occlusion",
        "Dysphagia screening by nurses prevents pneumonia", "Early mobilisation and walking after infarction",
        "Anticoagulants restarted after cerebral bleeding", "Perfusion imaging selects late presenters",
    )  # fmt: skip
    wang = (Author(name="Wang Wei", family="Wang", given="Wei"),)
    papers = [
        Article(title=title, year=2020, volume=str(n), authors=wang, journal="Stroke", pages=f"{n}01-{n}09")
        for n, title in enumerate(titles, start=1)
    ]
    store([Reading("file", str(n), each) for n, each in enumerate(papers)])
    asked: list[set[int]] = []
    read = keeping._by_number

    def noting(numbers: Iterable[int]) -> dict[int, Record]:
        asked.append(set(numbers))
        return read(asked[-1])

    monkeypatch.setattr(keeping, "_by_number", noting)
    store([Reading("file", "again", papers[0].but(doi="10.1000/again"))])
    assert Publication.objects.count() == len(papers)
    twin = Record.objects.get(number="again").publication
    assert twin is not None and twin.records.count() == 2 and twin.doi == "10.1000/again"
    first = Record.objects.get(number="0")
    assert asked == [{first.pk}], "all six are by Wang in 2020: nobody reads the other five"
