"""Loans and holds of another system: tried out, taken, taken again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from xinglin.circulation import queries
from xinglin.circulation.lifecycle import LoanState
from xinglin.circulation.models import Hold, Loan
from xinglin.circulation.tests.factories import a_copy, a_title
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db
PAGE = "/console/circulation/take_over/"


def table(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("old.csv", "\n".join(rows).encode("gb18030"))


def test_open_loans_are_tried_out_then_taken_and_a_second_time_known(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, desk = a_small_consortium.a, signed_in(a_small_consortium.librarian_a)
    copy, twin = a_copy(a_title(), a), a_copy(a_title(), a_small_consortium.b)
    type(twin).objects.filter(pk=twin.pk).update(barcode=copy.barcode)
    lent, due = clock.today() - timedelta(days=50), clock.today() - timedelta(days=5)
    rows = (
        "读者证,条码,借出日期,应还日期,续借次数",
        f"A0001,{copy.barcode},{lent},{due:%Y/%m/%d},1",
        f"A0001,NOSUCH,{lent},{due},0",
        f"NOBODY,{copy.barcode},{lent},{due},0",
        f"A0001,{copy.barcode},昨天,{due},0",
    )
    tried = desk.post(PAGE, {"library": a.pk, "kind": "loans", "file": table(*rows), "try": "1"})
    page = tried.content.decode()
    assert "什么都没有写入" in page
    assert "可接收 1，已有 1，不能接收 2" in page
    assert not Loan.objects.exists()
    for taken, known in ((1, 1), (0, 2)):
        page = desk.post(
            PAGE, {"library": a.pk, "kind": "loans", "file": table(*rows), "take": "1"}
        ).content.decode()
        assert f"可接收 {taken}，已有 {known}，不能接收 2" in page
    loan = Loan.objects.get()
    assert (loan.item, loan.patron, loan.renewals, loan.state) == (copy, readers.of_a, 1, LoanState.OUT)
    assert clock.local(loan.due_at).date() == due
    assert loan.is_overdue


def test_holds_are_taken_in_the_order_in_which_they_were_placed(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a, desk = a_small_consortium.a, signed_in(a_small_consortium.librarian_a)
    copy = a_copy(a_title(), a)
    rows = (
        "读者证,条码,取书馆,预约日期",
        f"M0001,{copy.barcode},附一院馆,2026-11-20",
        f"A0001,{copy.barcode},,2026-11-02",
        f"B0001,{copy.barcode},没有这个馆,2026-11-03",
    )
    desk.post(PAGE, {"library": a.pk, "kind": "holds", "file": table(*rows), "take": "1"})
    assert list(queries.queue_of(copy.holding.record).values_list("patron__name", flat=True)) == [
        "李建国",
        "王芳",
    ]


def test_the_outsider_takes_nothing_over_into_another_library(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(), a_small_consortium.a)
    outside = signed_in(a_small_consortium.outsider)
    sent = {
        "library": a_small_consortium.a.pk,
        "kind": "holds",
        "file": table("读者证,条码", f"A0001,{copy.barcode}"),
    }
    assert outside.post(PAGE, {**sent, "take": "1"}).status_code == 422
    assert not Hold.objects.exists()
