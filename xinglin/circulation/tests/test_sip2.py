"""Self-check machines and gates: the wire, every transcript, and a day at the machine."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.catalog.models import Item
from xinglin.circulation import services
from xinglin.circulation.errors import DeviceUnfit
from xinglin.circulation.lifecycle import HoldState, LoanState
from xinglin.circulation.models import Device, DeviceMessage, DeviceRight, DeviceSession, Hold, Loan
from xinglin.circulation.sip2.conversation import Conversation
from xinglin.circulation.sip2.layouts import BY_CODE, REQUESTS
from xinglin.circulation.sip2.server import LONGEST_LINE, Server
from xinglin.circulation.sip2.wire import (
    Message,
    Unreadable,
    checksum,
    checksum_is_right,
    masked,
    moment_of,
    read,
    written,
)
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.commons import clock
from xinglin.commons.testing import apart
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.cast import Readers

NOW = "20260110    084237"
PAIRS = {layout.code: layout.answer for layout in REQUESTS if layout.answer}
EVERYTHING = list(DeviceRight.values)


# ---- the wire ---------------------------------------------------------------------------------------------


@pytest.mark.corpus
def test_the_checksum_vectors_are_exact(shared: Path) -> None:
    vectors = json.loads((shared / "data/library/sip2/checksum_vectors.json").read_text("utf-8"))
    assert len(vectors) >= 10
    for vector in vectors:
        for charset in ("utf-8", "latin-1"):
            if vector["ok_" + charset.replace("-", "")]:
                sent = vector["message"].encode(charset)
                assert checksum(sent) == vector["checksum"]
                assert checksum_is_right(sent + vector["checksum"].encode()) is True
                assert checksum_is_right(sent + vector["checksum"].lower().encode()) is True
                assert read(sent + vector["checksum"].encode(), charset=charset).code in ("18", "94")


def lines_of(shared: Path) -> list[bytes]:
    folder = shared / "data/library/sip2"
    texts = [
        *(folder / "dp_sip2_messages.txt").read_text("utf-8").splitlines(),
        *(folder / "sipserver_requests.txt").read_text("utf-8").splitlines(),
        *(
            each["response"]
            for each in json.loads((folder / "patron_info_responses.json").read_text("utf-8"))
        ),
    ]
    return [text.encode() for text in texts if text.strip()]


@pytest.mark.corpus
def test_every_transcript_is_read_with_nothing_lost(shared: Path) -> None:
    lines = lines_of(shared)
    assert len(lines) >= 40
    for line in lines:
        message = read(line)
        text = line.decode().split("AY")[0] if message.sequence else line.decode()
        for name, value in message.fields:
            assert f"{name}{value}" in text, line
        assert (
            text.count("|") - sum(value.count("|") for _name, value in message.fields)
            <= len(message.fields) + 1
        )


@pytest.mark.django_db
@pytest.mark.corpus
@pytest.mark.parametrize("use", ["auto", "never"])
def test_every_request_of_the_transcripts_is_answered_by_its_pair_or_asked_for_again(
    shared: Path, a_small_consortium: SmallConsortium, use: str
) -> None:
    machine = a_machine(a_small_consortium, checksum=use)
    asked = 0
    for line in lines_of(shared):
        message = read(line)
        if message.code not in PAIRS:
            continue
        asked += 1
        answer = machine.answer(line).rstrip(b"\r")
        told = read(answer)
        if use == "auto" and checksum_is_right(line) is False:
            assert told.code == "96", line
            continue
        assert told.code == PAIRS[message.code], line
        if use == "auto" and message.sequence:
            assert told.sequence == message.sequence
            assert checksum_is_right(answer) is True
    assert asked >= 20


@given(
    st.sampled_from(sorted(BY_CODE)),
    st.lists(
        st.tuples(st.from_regex(r"\A[A-XZ][A-Z]\Z"), st.text(st.characters(codec="gb18030"), max_size=12))
    ),
    st.sampled_from(["utf-8", "gb18030"]),
    st.sampled_from(["", "0", "7"]),
)
def test_what_is_written_is_read_again(
    code: str, fields: list[tuple[str, str]], charset: str, sequence: str
) -> None:
    fixed = _fixed_of(code)
    fields = [(name, value) for name, value in fields if not value.strip().startswith(("AY", "AZ"))]
    line = written(code, fixed, fields, charset=charset, sequence=sequence, with_checksum=True)
    assert checksum_is_right(line) is True
    message = read(line, charset=charset)
    assert (message.code, message.sequence) == (code, sequence)
    assert [name for name, _value in message.fields] == [name for name, _value in fields]


def _fixed_of(code: str) -> str:
    """A fixed part that fits the layout, made from its table."""
    made = []
    for part in BY_CODE[code].parts:
        if part.pattern.startswith("(?:"):
            made.append(NOW)
        elif part.pattern.startswith(".{") or part.pattern.startswith("[YN ]{"):
            made.append(" " * int(re.search(r"\{(\d+)\}", part.pattern)[1]))  # type: ignore[index]
        else:
            made.append({r"\d\.\d\d": "2.00", "[A-Z]{3}": "CNY", r"[+\-*]": "+"}.get(part.pattern, "Y"))
    return "".join(made)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        assert isinstance(read(raw), Message)
    except Unreadable:
        pass
    masked(raw, "utf-8")
    checksum_is_right(raw)


def test_a_gbk_character_that_holds_the_byte_of_a_bar_is_one_character() -> None:
    line = "2300120060101    084235AOlib|AA亅|AD侸|".encode("gb18030")
    assert read(line, charset="gb18030").first("AD") == "侸"


def test_dates_are_read_however_they_are_written() -> None:
    for given_date in ("20060329    203000", "20060329203000", "200603290000203000"):
        moment = moment_of(given_date)
        assert moment is not None
        assert clock.local(moment).strftime("%Y-%m-%d %H:%M") == "2006-03-29 20:30"
    assert moment_of("20060329   Z203000") != moment_of("20060329    203000")
    assert moment_of(" " * 18) is None
    assert moment_of("20261399    203000") is None


# ---- a machine --------------------------------------------------------------------------------------------


def a_device(cast: SmallConsortium, **file: object) -> Device:
    told: dict[str, object] = {
        "name": "一楼自助机", "login": "", "networks": ["10.0.0.0/8"], "rights": EVERYTHING, **file,
    }  # fmt: skip
    return services.add_device(library=cast.a, by=None, **told)  # type: ignore[arg-type]


def a_machine(cast: SmallConsortium, **file: object) -> Conversation:
    a_device(cast, **file)
    return Conversation(peer="10.1.2.3", server="test")


def ask(machine: Conversation, line: str) -> Message:
    return read(machine.answer(line.encode(machine.charset)).strip(b"\r\n"), charset=machine.charset)


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
    from xinglin.circulation.models import FeeKind
    from xinglin.circulation.services.dues import bill

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
        told = ask(stranger, code + _fixed_of(code) + f"AO|AAA0001|AB{copy.barcode}|")
        assert told.code == answer
        assert "李建国" not in str(told.fields)
    assert not Loan.objects.exists()
    gate = a_machine(a_small_consortium, rights=[])
    for code, field in (("11", "ok"), ("09", "ok"), ("29", "ok"), ("15", "ok"), ("37", "accepted")):
        told = ask(gate, code + _fixed_of(code) + f"AO|AAA0001|AB{copy.barcode}|")
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


# ---- over a real port ---------------------------------------------------------------------------------------


def talked(lines: list[bytes], *, expect: int) -> list[bytes]:
    """Send bytes to a server on a port of its own, and return the lines that came back."""

    async def talk() -> list[bytes]:
        server = Server(host="127.0.0.1", port=0)
        port = await server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        heard: list[bytes] = []
        for piece in lines:
            writer.write(piece)
            await writer.drain()
        while len(heard) < expect:
            heard.append(await asyncio.wait_for(reader.readuntil(b"\r"), 20))
        if not expect:
            heard.append(await asyncio.wait_for(reader.read(), 20))
        writer.close()
        await server.stop()
        return heard

    return apart(talk())


@pytest.mark.django_db(transaction=True)
def test_the_server_answers_lines_however_they_arrive(
    a_small_consortium: SmallConsortium, readers: Readers, copy: Item
) -> None:
    a_device(a_small_consortium, networks=["127.0.0.1"])
    whole = f"9900302.00\r\n63019{NOW}          AO|AAA0001|\n17{NOW}AO|AB{copy.barcode}|\r".encode()
    pieces = [whole[at : at + 7] for at in range(0, len(whole), 7)]
    assert [read(each.strip()).code for each in talked(pieces, expect=3)] == ["98", "64", "18"]
    session = DeviceSession.objects.get()
    assert (session.messages, session.closed_at is not None) == (3, True)


@pytest.mark.django_db(transaction=True)
def test_a_line_without_an_end_is_cut_off(a_small_consortium: SmallConsortium) -> None:
    assert talked([b"63" + b"x" * (LONGEST_LINE + 4096)], expect=0) == [b""]
    assert DeviceSession.objects.get().why_closed == "一行太长"
