"""An order from draft to archive, by the deeds: who may, what is missing, what never changes."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.commons.sheets import xlsx_bytes
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.events import PatronErased
from xinglin.patrons.services import erase, leave
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category, a_patron
from xinglin.reference import queries, services
from xinglin.reference.errors import (
    MayNotOrder,
    NotIndependent,
    NotQualified,
    NotTheirOrder,
    OrderMoveNotPossible,
    OrderUnfit,
    OrderUnknown,
    SamePersonReviews,
)
from xinglin.reference.lifecycle import CLOSED, DEEDS, MOVES, State
from xinglin.reference.listeners import part_from_the_erased
from xinglin.reference.models import Order, OrderKind, Report, SelfCitationRule, Skill
from xinglin.reference.serving import is_the_one_issued
from xinglin.reference.tests.factories import (
    a_pair,
    an_order,
    an_order_at_work,
    an_order_in_review,
)

pytestmark = pytest.mark.django_db


def test_every_deed_of_the_table_has_a_word_and_closed_orders_stay_closed() -> None:
    assert {deed for _state, deed in MOVES} == set(DEEDS)
    assert not [state for state, _deed in MOVES if state in CLOSED]


def test_an_order_goes_from_draft_to_a_report_that_can_be_verified(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    report = services.issue(order=order, by=pair.reviewer)

    with default_storage.open(report.pdf) as file:
        pdf = file.read()
    assert hashlib.sha256(pdf).hexdigest() == report.sha256
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    for said in (
        report.number,
        report.verification_code,
        "急性心肌梗死",
        "查新结论",
        "许文清",
        "郑雅文",
        "EuroIntervention",
    ):
        assert said in text, said
    with default_storage.open(report.docx) as file:
        words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(file.read())).paragraphs)
    assert "未见与查新点完全相同" in words and report.verification_code in words
    typed = f"{report.verification_code[:4]}-{report.verification_code[4:]}".lower()
    assert queries.report_by_code(typed) == report


def test_what_is_missing_is_told_all_at_once(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    order = services.draft(
        kind=OrderKind.NOVELTY,
        library=a_small_consortium.main,
        patron=readers.of_a,
        title="题目",
        purpose="award",
    )
    with pytest.raises(OrderUnfit, match=r"科学技术要点.*查新点.*项目组成员"):
        services.submit(order=order, patron=readers.of_a)
    order.refresh_from_db()
    assert order.state == State.DRAFT


def test_a_reader_whose_category_does_not_include_it_is_told(a_small_consortium: SmallConsortium) -> None:
    visitor = a_patron(a_small_consortium.main, category=a_category("VISITOR", rights=()))
    with pytest.raises(MayNotOrder):
        an_order(visitor, a_small_consortium.main)


def test_searcher_and_reviewer_are_two_qualified_persons_outside_the_project(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main = a_small_consortium.main
    pair = a_pair(main)
    order = an_order(readers.of_a, main)
    services.quote(order=order, fee_fen=0, promised_on=clock.today(), by=None)
    services.agree(order=order, patron=readers.of_a)
    with pytest.raises(SamePersonReviews):
        services.assign(order=order, searcher=pair.searcher, reviewer=pair.searcher, by=None)
    with pytest.raises(NotQualified):
        services.assign(order=order, searcher=pair.reviewer, reviewer=pair.searcher, by=None)
    pair.searcher.user.first_name = "李建国"  # a member of the project
    pair.searcher.user.save()
    with pytest.raises(NotIndependent):
        services.assign(order=order, searcher=pair.searcher, reviewer=pair.reviewer, by=None)
    with pytest.raises(OrderUnfit):
        services.record_qualification(
            staff=pair.searcher, skill=Skill.REVIEWER, certificate="X", by=pair.searcher
        )


def test_a_qualification_that_ran_out_issues_nothing(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    yesterday = clock.today() - timedelta(days=1)
    services.record_qualification(
        staff=pair.reviewer, skill=Skill.REVIEWER, certificate="CX", valid_until=yesterday, by=None
    )
    with pytest.raises(NotQualified, match="郑雅文"):
        services.issue(order=order, by=pair.reviewer)
    assert not Report.objects.exists()


def test_nobody_does_the_other_ones_part(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    with pytest.raises(NotTheirOrder):
        services.issue(order=order, by=pair.searcher)
    with pytest.raises(OrderMoveNotPossible):
        services.say(order=order, findings="改", conclusion="改", by=pair.searcher)
    services.return_report(order=order, remarks="查新点 1 的对比再写具体一些", by=pair.reviewer)
    assert services.say(order=order, findings="补", conclusion="补", by=pair.searcher).findings == "补"


def test_the_outsider_sees_nothing_and_nothing_changes(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    outsider = a_small_consortium.outsider
    assert not queries.orders_visible_to(outsider).exists()
    for deed in (
        lambda: services.quote(order=order, fee_fen=1, promised_on=clock.today(), by=outsider),
        lambda: services.issue(order=order, by=outsider),
        lambda: services.withdraw(order=order, reason="x", by=outsider),
    ):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(OrderUnknown):
        services.agree(order=order, patron=readers.outsider)
    with pytest.raises(OrderUnknown):
        queries.order_of(readers.outsider, order.pk)
    order.refresh_from_db()
    assert order.state == State.IN_REVIEW


def test_searches_and_reports_never_change_in_the_database_either(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    report = services.issue(order=order, by=pair.reviewer)
    for change in (
        lambda: order.strategies.update(hits=0),
        lambda: Report.objects.update(number="other"),
        lambda: Report.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert is_the_one_issued(report)
    with Path(default_storage.path(report.pdf)).open("ab") as file:
        file.write(b" ")
    assert not is_the_one_issued(report)


def test_a_wrong_note_is_corrected_by_another(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_at_work(readers.of_a, a_small_consortium.main, pair)
    first = services.note_strategy(
        order=order, database="万方", expression="心电图  AND (深度学习)", hits=3, searched_on=clock.today(),
        by=pair.searcher,
    )  # fmt: skip
    assert first.expression == "心电图  AND (深度学习)"  # verbatim, both blanks
    again = services.note_strategy(
        order=order, database="万方", expression="心电图", hits=30, searched_on=clock.today(), replaces=first,
        by=pair.searcher,
    )  # fmt: skip
    assert list(queries.strategies_that_hold(order)) == [again]
    for unfit in ({"hits": 1, "relevant": 2}, {"hits": 1, "searched_on": clock.today() + timedelta(days=1)},
                  {"hits": 1, "replaces": first}):  # fmt: skip
        said = {"database": "万方", "expression": "x", "searched_on": clock.today()} | unfit
        with pytest.raises(OrderUnfit):
            services.note_strategy(order=order, by=pair.searcher, **said)  # type: ignore[arg-type]


def test_a_dispute_leads_to_a_new_number_or_to_an_answer(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    first = services.issue(order=order, by=pair.reviewer)
    services.dispute(order=order, patron=readers.of_a, reason="结论漏了查新点 2")
    services.redo(order=order, reason="补充查新点 2 的结论", by=None)
    services.hand_in(order=order, by=pair.searcher)
    second = services.issue(order=order, by=pair.reviewer)
    first.refresh_from_db()
    assert (first.is_valid, second.is_valid) == (False, True)
    assert first.number != second.number and first.verification_code != second.verification_code
    services.dispute(order=order, patron=readers.of_a, reason="还有一处")
    assert services.uphold_report(order=order, answer="已核对，无误", by=None).state == State.ISSUED


def test_what_nobody_disputes_is_archived(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_in_review(readers.of_a, a_small_consortium.main, pair)
    services.issue(order=order, by=pair.reviewer)
    assert services.archive_what_is_settled() == 0
    Order.objects.update(issued_at=clock.now() - timedelta(days=31))
    assert (services.archive_what_is_settled(), services.archive_what_is_settled()) == (1, 0)
    order.refresh_from_db()
    assert order.state == State.ARCHIVED


def test_citations_are_counted_by_the_rule_of_the_order(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    pair = a_pair(a_small_consortium.main)
    order = an_order_at_work(readers.of_a, a_small_consortium.main, pair, kind=OrderKind.CITATION)
    heads = [
        "序号",
        "被引或施引",
        "题名",
        "作者",
        "出处",
        "来源数据库",
        "收录情况",
        "影响因子",
        "分区",
        "年份",
    ]
    rows = [
        [
            "1",
            "被引",
            "心电图识别",
            "李建国; 陈伟民",
            "中华心血管病杂志, 2023",
            "",
            "CSCD SCIE",
            "3.2",
            "二区",
            "2025",
        ],
        ["1", "施引", "A", "Li JG; Zhang H", "Heart, 2024", "WoS", "", "", "", ""],
        ["1", "施引", "B", "陈伟民；周洋", "中国循环杂志, 2024", "CNKI", "", "", "", ""],
        ["1", "施引", "C", "Smith J", "BMJ, 2024", "WoS", "", "", "", ""],
        ["1", "施引", "C", "Smith J", "BMJ, 2024", "WoS", "", "", "", ""],
        ["7", "施引", "D", "Smith J", "BMJ, 2025", "WoS", "", "", "", ""],
        ["2", "被引", "无年份", "李建国", "某刊", "", "", "5.1", "", ""],
    ]
    taken = services.take_citations(
        order=order,
        file=io.BytesIO(xlsx_bytes(headings=heads, rows=rows)),
        name="引用.xlsx",
        by=pair.searcher,
    )
    assert (taken.cited, taken.citing) == (1, 4)
    assert [
        (bad.number, "序号为 7" in str(bad.reason) or "哪一年" in str(bad.reason)) for bad in taken.bad
    ] == [
        (7, True),
        (8, True),
    ]
    (count,) = queries.citations_of(order)
    assert (count.total, count.by_self, count.by_others) == (3, 2, 1)
    order.self_rule = SelfCitationRule.CLIENT_ONLY
    (count,) = queries.citations_of(order)
    assert (count.total, count.by_self, count.by_others) == (3, 1, 2)


def test_an_erased_reader_leaves_the_contract_and_no_way_to_be_called(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    order = an_order(readers.of_a, a_small_consortium.main)
    drafted = an_order(readers.of_a, a_small_consortium.main, submitted=False)
    Order.objects.filter(pk=order.pk).update(client_phone="13800000001", client_email="li@example.org")
    leave(patron=readers.of_a, reason="离职", by=None)
    erase(patron=readers.of_a, reason="本人申请", by=None)
    for _twice in range(2):
        part_from_the_erased(PatronErased(patron_id=readers.of_a.pk))
    order.refresh_from_db()
    assert (order.patron_id, order.client_phone, order.client_email) == (None, "", "")
    assert not Order.objects.filter(pk=drafted.pk).exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(sorted(DEEDS)), max_size=14))
def test_no_path_issues_what_another_person_did_not_review(
    a_small_consortium: SmallConsortium, readers: Readers, deeds: list[str]
) -> None:
    """Whatever is tried in whatever order: a report has a searcher, another reviewer, a search and a conclusion."""
    with transaction.atomic():
        pair = a_pair(a_small_consortium.main)
        order = an_order_at_work(readers.of_a, a_small_consortium.main, pair)
        may: dict[str, object] = {
            "hand_in": lambda: services.hand_in(order=order, by=pair.searcher),
            "begin_report": lambda: services.begin_report(order=order, by=pair.searcher),
            "search_again": lambda: services.search_again(order=order, by=pair.searcher),
            "issue_report": lambda: services.issue(order=order, by=pair.reviewer),
            "return_report": lambda: services.return_report(order=order, remarks="改", by=pair.reviewer),
            "redo_report": lambda: services.redo(order=order, reason="改", by=None),
            "dispute": lambda: services.dispute(order=order, patron=readers.of_a, reason="异议"),
            "withdraw_order": lambda: services.withdraw(order=order, reason="不做了", by=None),
            "assign": lambda: services.say(order=order, findings="无", conclusion="新颖", by=pair.searcher),
            "quote": lambda: services.note_strategy(
                order=order,
                database="CNKI",
                expression="x",
                hits=1,
                searched_on=clock.today(),
                by=pair.searcher,
            ),
        }
        for deed in deeds:
            try:
                with transaction.atomic():
                    may.get(deed, lambda: None)()  # type: ignore[operator]
            except Refusal:
                continue
        order.refresh_from_db()
        for report in order.reports.all():
            assert report.issued_by_id == pair.reviewer.pk != order.searcher_id
            assert report.content["strategies"] and report.content["conclusion"]
        assert order.reports.filter(replaced_at=None).count() <= 1
        transaction.set_rollback(True)
