"""A day at the self-check machine."""

from datetime import timedelta

import pytest

from xinglin.catalog.models import Item
from xinglin.circulation import services
from xinglin.circulation.errors import DeviceUnfit
from xinglin.circulation.lifecycle import HoldState, LoanState
from xinglin.circulation.models import DeviceMessage, FeeKind, Hold, Loan
from xinglin.circulation.services.dues import bill
from xinglin.circulation.sip2.conversation import Conversation
from xinglin.circulation.sip2.wire import read, written
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.circulation.tests.machines import EVERYTHING, NOW, PAIRS, a_device, a_machine, ask, fixed_of
from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.cast import Readers


@pytest.fixture
def copy(a_small_consortium: SmallConsortium) -> Item:
    return a_copy(a_title(title="诊断学"), a_small_consortium.a)


@pytest.mark.django_db
def test_a_reader_borrows_renews_and_returns(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    assert ask(machine, "9900302.00").fixed["checkout"] == "Y"
    assert ask(machine, f"63019{NOW}          AO|AAA0001|").first("AE") == "李建国"
    lent = ask(machine, f"11YN{NOW}{NOW}AO|AAA0001|AB{copy.barcode}|AC|")
    assert (lent.fixed["ok"], lent.first("AJ")) == ("1", "诊断学")
    loan = Loan.objects.get()
    assert lent.first("AH") == f"{clock.local(loan.due_at):%Y-%m-%d}"
    info = ask(machine, f"17{NOW}AO|AB{copy.barcode}|")
    assert (info.code, info.fixed["circulation"]) == ("18", "04")
    charged = ask(machine, f"63019{NOW}  Y       AO|AAA0001|")
    assert (charged.fixed["charged"], charged.every("AU")) == ("0001", [copy.barcode])
    refused = ask(machine, f"29NN{NOW}{NOW}AO|AAA0001|ABnone|")
    assert refused.fixed["ok"] == "0"
    assert "不在您名下" in refused.first("AF")
    back = ask(machine, f"09N{NOW}{NOW}AP|AO|AB{copy.barcode}|AC|BIN|")
    assert (back.fixed["ok"], back.fixed["alert"], back.first("CL")) == ("1", "N", "1")
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURNED
    assert ask(machine, f"35{NOW}AO|AAA0001|").fixed["ended"] == "Y"


@pytest.mark.django_db
def test_a_line_that_is_said_again_is_done_once(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    line = written(
        "11",
        f"NN{NOW}{NOW}",
        [("AO", ""), ("AA", "A0001"), ("AB", copy.barcode)],
        sequence="3",
        with_checksum=True,
    )
    first, again = machine.answer(line), machine.answer(line)
    assert first == again
    assert machine.answer(b"97") == first
    assert Loan.objects.count() == 1
    fresh = Conversation(peer="10.1.2.3", server="test")  # it lost the connection and asks anew
    assert read(fresh.answer(line).strip()).fixed["ok"] == "1"
    assert Loan.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_checksum_is_asked_for_again_and_does_nothing(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    answer = machine.answer(f"11NN{NOW}{NOW}AO|AAA0001|AB{copy.barcode}|AY1AZ0000".encode())
    assert answer == b"96AZFEF6\r"
    assert not Loan.objects.exists()


@pytest.mark.django_db
def test_a_copy_kept_for_somebody_raises_the_alert_and_names_nobody(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    a_loan(readers.of_main, a_small_consortium.a, item=copy)
    a_hold(readers.of_a, copy.holding.record, a_small_consortium.a)
    answer = machine.answer(f"09N{NOW}{NOW}AP|AO|AB{copy.barcode}|AC|".encode())
    told = read(answer.strip())
    assert (told.fixed["alert"], told.first("CV"), told.first("CL")) == ("Y", "01", "2")
    assert "李建国" not in answer.decode()
    assert Hold.objects.get().state == HoldState.READY


@pytest.mark.django_db
def test_what_a_machine_lent_without_us_is_entered_or_put_before_a_person(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    then = clock.now() - timedelta(hours=3)
    stamp = f"{clock.local(then):%Y%m%d    %H%M%S}"
    assert ask(machine, f"11NY{stamp}{stamp}AO|AAA0001|AB{copy.barcode}|").fixed["ok"] == "1"
    assert abs(Loan.objects.get().lent_at - then) < timedelta(seconds=2)
    lost = ask(machine, f"11NY{stamp}{stamp}AO|AAM0001|AB{copy.barcode}|")
    assert lost.fixed["ok"] == "0"
    assert DeviceMessage.objects.filter(needs_person=True).count() == 1


@pytest.mark.django_db
def test_holds_money_and_standing_are_asked_of_the_machine(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    a_loan(readers.of_main, a_small_consortium.a, item=copy)
    held = ask(machine, f"15+{NOW}AO|AAA0001|AB{copy.barcode}|BSA|")
    assert (held.fixed["ok"], held.first("BR"), held.first("BS")) == ("1", "1", "A")
    assert ask(machine, f"15+{NOW}AO|AAA0001|AB{copy.barcode}|").fixed["ok"] == "0"
    assert ask(machine, f"15-{NOW}AO|AAA0001|AB{copy.barcode}|").fixed["ok"] == "1"
    assert ask(machine, f"15-{NOW}AO|AAA0001|AB{copy.barcode}|").fixed["ok"] == "0"
    refused = ask(machine, f"37{NOW}0100CNYBV5.00|AO|AAA0001|BK77|")
    assert refused.fixed["accepted"] == "N"
    blocked = ask(machine, f"01N{NOW}AO|AL捡到的卡|AAA0001|AC|")
    assert blocked.fixed["status"].startswith("YY")
    assert ask(machine, f"23001{NOW}AO|AAA0001|AC|AD|").first("BL") == "N"
    assert ask(machine, f"25{NOW}AO|AAA0001|AC|AD|").first("BL") == "Y"
    assert ask(machine, f"23001{NOW}AO|AAnobody|AC|AD|").fixed["status"].startswith("YYYY")
    assert ask(machine, f"19{NOW}AO|AB{copy.barcode}|CHx|").fixed["ok"] == "0"
    assert ask(machine, f"65{NOW}AO|AAA0001|").fixed["renewed"] == "0000"


@pytest.mark.django_db
def test_money_is_entered_once_by_the_machines_own_number(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium)
    loan = a_loan(readers.of_a, a_small_consortium.a, item=copy)
    fee = bill(loan, kind=FeeKind.DAMAGED, amount_fen=1250, cause="x")
    assert fee is not None
    line = f"37{NOW}0100CNYBV5.00|AO|AAA0001|BK77|"
    assert ask(machine, line).fixed["accepted"] == "Y"
    assert ask(machine, line).fixed["accepted"] == "Y"
    fee.refresh_from_db()
    assert fee.paid_fen == 500
    assert ask(machine, f"37{NOW}0100CNYBV9.00|AO|AAA0001|BK77|").fixed["accepted"] == "N"
    assert ask(machine, f"37{NOW}0100USDBV1.00|AO|AAA0001|BK78|").fixed["accepted"] == "N"


@pytest.mark.django_db
def test_a_stranger_and_a_machine_without_the_right_are_refused_in_the_right_shape(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    stranger = Conversation(peer="203.0.113.9", server="test")
    for code, answer in PAIRS.items():
        if code in ("93", "97"):
            continue
        told = ask(stranger, code + fixed_of(code) + f"AO|AAA0001|AB{copy.barcode}|")
        assert told.code == answer
        assert "李建国" not in str(told.fields)
    assert not Loan.objects.exists()
    gate = a_machine(a_small_consortium, rights=[])
    for code, field in (("11", "ok"), ("09", "ok"), ("29", "ok"), ("15", "ok"), ("37", "accepted")):
        told = ask(gate, code + fixed_of(code) + f"AO|AAA0001|AB{copy.barcode}|")
        assert told.fixed[field] in "0N"
        assert "没有开通" in told.first("AF")
    assert ask(gate, f"17{NOW}AO|AB{copy.barcode}|").fixed["circulation"] == "03"


@pytest.mark.django_db
def test_a_machine_signs_in_and_guessing_is_stopped(a_small_consortium: SmallConsortium) -> None:
    with pytest.raises(DeviceUnfit):
        a_device(a_small_consortium, networks=[])
    with pytest.raises(DeviceUnfit):
        services.add_device(library=a_small_consortium.a, by=None, name="x", login="k", password="short")
    services.add_device(
        library=a_small_consortium.a,
        by=None,
        name="x",
        login="kiosk",
        password="long-enough",
        rights=EVERYTHING,
    )
    machine = Conversation(peer="198.51.100.7", server="test")
    assert ask(machine, "9300CNkiosk|COwrong|CPlobby|").fixed["ok"] == "0"
    assert ask(machine, "9300CNkiosk|COlong-enough|CPlobby|").fixed["ok"] == "1"
    assert machine.device is not None
    kept = DeviceMessage.objects.values_list("request", flat=True)
    assert all("long-enough" not in each and "wrong" not in each for each in kept)
    guesser = Conversation(peer="198.51.100.8", server="test")
    for _each in range(11):
        ask(guesser, "9300CNkiosk|COguess|")
    assert ask(guesser, "9300CNkiosk|COlong-enough|").fixed["ok"] == "0"
    services.switch_device(device=machine.device, active=False, by=None)
    ask(machine, "9900302.00")
    assert machine.over


@pytest.mark.django_db
def test_a_readers_password_is_asked_for_where_the_machine_asks_and_never_kept(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    patrons.set_password(patron=readers.of_a, password="correct horse", by=None)
    machine = a_machine(a_small_consortium, needs_password=True)
    assert ask(machine, f"11NN{NOW}{NOW}AO|AAA0001|AB{copy.barcode}|").fixed["ok"] == "0"
    wrong = ask(machine, f"63019{NOW}          AO|AAA0001|ADwrong horse|")
    assert (wrong.first("CQ"), wrong.first("AE")) == ("N", "")
    assert ask(machine, f"63019{NOW}          AO|AAA0001|ADcorrect horse|").first("CQ") == "Y"
    assert not DeviceMessage.objects.filter(request__contains="horse").exists()


@pytest.mark.django_db
def test_a_machine_of_gbk_reads_its_own_charset(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    machine = a_machine(a_small_consortium, charset="gb18030", terminator="\\r\\n")
    answer = machine.answer(f"63019{NOW}          AO|AAA0001|AY4AZ".encode())
    assert answer.endswith(b"\r\n")
    assert "李建国" in answer.decode("gb18030")
