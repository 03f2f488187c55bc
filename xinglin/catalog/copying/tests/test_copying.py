"""Copying, taking over, proposing: the deeds, and who may do them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from xinglin.catalog import services as catalog
from xinglin.catalog.copying import drafting, proposing, queries, services
from xinglin.catalog.copying.comparing import compared
from xinglin.catalog.copying.errors import (
    AlreadyInTheCatalogue,
    MainLibraryOnly,
    NothingProposed,
    ProposalDecided,
    ProposalOutdated,
    RecordNotCopied,
    SourceChangedMeanwhile,
    SourceExists,
)
from xinglin.catalog.copying.lifecycle import ProposalState
from xinglin.catalog.copying.models import CopiedRecord, CopySource, RecordProposal
from xinglin.catalog.copying.packing import packed, unpacked
from xinglin.catalog.copying.reuse import Reuse, reuse_of, together
from xinglin.catalog.description import taken_from
from xinglin.catalog.errors import HoldingExists, SharedRecord
from xinglin.catalog.marc import ControlField, DataField, Flavour, Verdict, read_record, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.models import Holding, Record
from xinglin.catalog.tests.factories import a_holding, a_record, cnmarc
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.consortium import roles
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db: None) -> CopySource:
    return services.add_source(name="国家图书馆", address="https://opac.example.org/sru", by=None)


def test_a_record_is_copied_byte_for_byte_with_our_holding(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    cast = a_small_consortium
    holding = services.copy_record(
        read=read_record(a_book), source=source, library=cast.a, call_number="R540.4/7", by=cast.librarian_a
    )
    record = Record.objects.get(pk=holding.record_id)
    assert bytes(record.marc) == a_book
    assert (record.title, record.isbns) == ("临床心电图学", ["9787117123457"])
    assert (holding.library, holding.call_number) == (cast.a, "R540.4/7")
    taken = CopiedRecord.objects.get()
    assert (taken.source, taken.library, taken.by) == (source, cast.a, cast.librarian_a)


def test_what_the_catalogue_has_is_not_copied_twice(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    cast = a_small_consortium
    services.copy_record(read=read_record(a_book), source=source, library=cast.main, by=None)
    again = cnmarc("OTHER9", "临床心电图学", isbn="9787117123457")
    (match,) = compared([read_record(again)])
    assert match.match.verdict is Verdict.SAME
    with pytest.raises(AlreadyInTheCatalogue, match="临床心电图学"):
        services.copy_record(read=read_record(again), source=source, library=cast.a, by=None)
    taken = services.take_over(record=match.match.records[0], library=cast.a, by=cast.librarian_a)
    assert Record.objects.count() == 1
    assert CopiedRecord.objects.get(library=cast.a).source is None
    with pytest.raises(HoldingExists):
        services.take_over(record=taken.record, library=cast.a, by=cast.librarian_a)


def test_a_doubtful_pair_is_copied_only_by_someone_who_looked(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    cast = a_small_consortium
    services.copy_record(read=read_record(a_book), source=source, library=cast.main, by=None)
    other = read_record(cnmarc("X1", "完全不同的书", isbn="9787117123457"))
    with pytest.raises(AlreadyInTheCatalogue, match="疑似"):
        services.copy_record(read=other, source=source, library=cast.a, by=None)
    services.copy_record(read=other, source=source, library=cast.a, by=None, although_similar=True)
    assert Record.objects.count() == 2


def test_another_librarys_holding_is_not_ours_to_add(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    cast = a_small_consortium
    with pytest.raises(NotAllowed):
        services.copy_record(read=read_record(a_book), source=source, library=cast.a, by=cast.outsider)
    assert not Record.objects.exists()
    assert not Holding.objects.exists()


def test_an_authority_record_is_no_title(a_small_consortium: SmallConsortium, source: CopySource) -> None:
    heading = DataField("100", "1", " ", (("a", "Wang, Jiyao"),))
    fields = (ControlField("001", "n1"), ControlField("008", "x" * 40), heading)
    raw = write_iso2709(MarcRecord("00000nz  a2200000n  4500", fields), flavour=Flavour.MARC21)
    with pytest.raises(RecordNotCopied):
        services.copy_record(read=read_record(raw), source=source, library=a_small_consortium.a, by=None)


def test_a_record_comes_back_from_the_browser_as_it_went(source: CopySource, a_book: bytes) -> None:
    back = unpacked(packed(read_record(a_book), source))
    assert (back.read.raw, back.source_id) == (a_book, source.pk)
    with pytest.raises(RecordNotCopied):
        unpacked(packed(read_record(a_book), source)[:-3] + "abc")


def test_sources_are_the_main_librarys_and_the_second_is_told(
    a_small_consortium: SmallConsortium, source: CopySource
) -> None:
    cast = a_small_consortium
    with pytest.raises(MainLibraryOnly):
        services.add_source(name="私设", address="https://x.example/", by=cast.librarian_a)
    with pytest.raises(SourceExists):
        services.add_source(name=source.name, address="https://x.example/", by=cast.manager)
    services.amend_source(source=source, version=1, name="国图", by=cast.manager)
    with pytest.raises(SourceChangedMeanwhile):
        services.amend_source(source=source, version=1, name="迟到的人", by=cast.manager)
    assert list(queries.sources_offered_to(cast.librarian_a)) == [CopySource.objects.get()]
    assert not queries.sources_kept_by(cast.librarian_a).exists()


# Main-library authority.


@pytest.fixture
def shared_record(a_small_consortium: SmallConsortium) -> Record:
    record = a_record("内科学", publisher="人民卫生", year=2018)
    a_holding(record, a_small_consortium.main)
    a_holding(record, a_small_consortium.a)
    return record


def a_proposal(cast: SmallConsortium, record: Record, **changed: object) -> RecordProposal:
    return proposing.propose(
        record=record,
        version=record.version,
        description=replace(taken_from(record), **changed or {"year": 2019}),  # type: ignore[arg-type]
        library=cast.a,
        reason="依据版权页",
        by=cast.librarian_a,
    )


def test_a_branch_proposes_and_the_main_library_accepts(
    a_small_consortium: SmallConsortium, shared_record: Record
) -> None:
    cast = a_small_consortium
    with pytest.raises(SharedRecord):
        catalog.amend_record(
            record=shared_record, version=1, description=taken_from(shared_record), by=cast.librarian_a
        )
    proposal = a_proposal(cast, shared_record)
    assert proposal.differences == [("出版年", "2018", "2019")]
    shared_record.refresh_from_db()
    assert shared_record.year == 2018
    with pytest.raises(MainLibraryOnly):
        proposing.accept(proposal=proposal, by=cast.librarian_a)
    proposing.accept(proposal=proposal, by=cast.manager)
    shared_record.refresh_from_db()
    assert (shared_record.year, shared_record.version) == (2019, 2)
    with pytest.raises(ProposalDecided):
        proposing.refuse(proposal=proposal, by=cast.manager, answer="晚了")


def test_a_proposal_never_undoes_a_later_change(
    a_small_consortium: SmallConsortium, shared_record: Record
) -> None:
    cast = a_small_consortium
    proposal = a_proposal(cast, shared_record)
    later = replace(taken_from(shared_record), edition="第9版")
    catalog.amend_record(record=shared_record, version=1, description=later, by=None)
    with pytest.raises(ProposalOutdated, match="第 1 版改到第 2 版"):
        proposing.accept(proposal=proposal, by=cast.manager)
    proposing.refuse(proposal=proposal, by=cast.manager, answer="请按新版重提")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == (ProposalState.REFUSED, "请按新版重提")


def test_the_outsider_sees_no_proposal_and_withdraws_none(
    a_small_consortium: SmallConsortium, shared_record: Record
) -> None:
    cast = a_small_consortium
    proposal = a_proposal(cast, shared_record)
    assert not queries.proposals_visible_to(cast.outsider).exists()
    assert list(queries.proposals_visible_to(cast.manager)) == [proposal]
    with pytest.raises(NotAllowed):
        proposing.withdraw(proposal=proposal, by=cast.outsider)
    proposing.withdraw(proposal=proposal, by=cast.librarian_a)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN


def test_nothing_changed_is_nothing_proposed(
    a_small_consortium: SmallConsortium, shared_record: Record
) -> None:
    with pytest.raises(NothingProposed):
        a_proposal(a_small_consortium, shared_record, year=2018)
    assert not RecordProposal.objects.exists()


def test_a_marc_record_is_proposed_line_by_line(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    cast = a_small_consortium
    holding = services.copy_record(read=read_record(a_book), source=source, library=cast.main, by=None)
    record = Record.objects.get(pk=holding.record_id)
    lines = str(drafting.initial_of(record)["lines"])
    description, native = drafting.drafted(record, {"lines": lines.replace("320页", "336页")})
    proposal = proposing.propose(
        record=record, version=1, description=description, native=native, library=cast.a, reason="页数有误",
        by=cast.librarian_a,
    )  # fmt: skip
    ((tag, before, after),) = proposal.differences
    assert (tag, "320页" in before, "336页" in after) == ("215", True, True)
    proposing.accept(proposal=proposal, by=cast.manager)
    record.refresh_from_db()
    assert "336页" in record.extent
    assert read_record(bytes(record.marc)).record.get("215", "a") == "336页"
    with pytest.raises(Refusal, match="这不是字段"):
        drafting.drafted(record, {"lines": "这不是字段"})


# The reuse rate.


def test_the_study_reused_seventy_one_percent() -> None:
    assert Reuse(reused=8317, original=11742 - 8317).percent == 71
    assert Reuse(reused=0, original=0).percent is None
    assert Reuse(reused=1, original=1).percent == 50
    assert together([Reuse(1, 2), Reuse(3, 4)]) == Reuse(4, 6)


def test_a_title_counts_once_where_it_was_first_held(
    a_small_consortium: SmallConsortium, source: CopySource, a_book: bytes
) -> None:
    cast = a_small_consortium
    today = clock.today()
    own = a_record("本馆自编")
    a_holding(own, cast.main, "R1")
    a_holding(own, cast.main, "R2")  # a second place of the same title
    a_holding(own, cast.a)  # held by the main library before: taken over
    services.copy_record(read=read_record(a_book), source=source, library=cast.a, by=None)
    central = a_record("总馆编好、尚无馆藏")
    services.take_over(record=central, library=cast.b, by=None)
    counted = {
        row.library: (row.reused, row.original)
        for row in reuse_of([cast.main, cast.a, cast.b], first=today, last=today)
    }
    assert counted == {cast.main: (0, 1), cast.a: (2, 0), cast.b: (1, 0)}
    before = reuse_of([cast.a], first=today - timedelta(days=9), last=today - timedelta(days=1))
    assert [row.titles for row in before] == [0]
    assert date(2000, 1, 1) < today


def test_a_branch_cataloguer_has_the_reach_of_the_branch(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    everywhere = a_staff(roles.CATALOGUER, library=cast.a, everywhere=True)
    at_the_main_library = a_staff(roles.CATALOGUER, library=cast.a, over=cast.main)
    at_the_branch = a_staff(roles.CATALOGUER, library=cast.a)
    speaks = [
        queries.speaks_for_the_main_library(staff, "catalog.change_record")
        for staff in (everywhere, at_the_main_library, at_the_branch)
    ]
    assert speaks == [True, True, False]
